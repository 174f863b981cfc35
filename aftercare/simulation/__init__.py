"""Invented people and companies on the real engine."""
