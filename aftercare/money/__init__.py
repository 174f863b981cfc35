"""Entries of money with a payer and a payee."""
