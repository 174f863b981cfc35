"""Conditions in CEL's syntax: parsed, typed and compiled to closures. Pure."""
