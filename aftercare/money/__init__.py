"""Money that came and went: entries with a payer and a payee, never changed, only reversed."""
