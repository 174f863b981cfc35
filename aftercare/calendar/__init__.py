"""Working time: arithmetic and its explanation. Pure."""
