"""Sheets filled in and the registers they are kept in."""
