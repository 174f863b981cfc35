"""Stores events, keeps projections, runs the clock; the only writer of a case."""
