"""Aftercare runs a company's service handbook."""
