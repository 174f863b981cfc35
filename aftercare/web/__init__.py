"""The pages people see. No business rule lives here."""
