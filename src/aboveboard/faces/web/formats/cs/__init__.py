"""Czech formats."""
