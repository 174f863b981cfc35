"""Numbers computed from events, and reports."""
