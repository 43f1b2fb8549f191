"""Products with constants most of which are zeros: only the others are stored and multiplied."""
