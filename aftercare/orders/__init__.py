"""The catalogue, and what was sold to whom, where it goes and when."""
