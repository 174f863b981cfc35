"""What an operator types. No business rule lives here."""
