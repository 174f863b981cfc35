"""What programs touch. No business rule lives here."""
