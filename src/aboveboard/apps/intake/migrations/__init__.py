"""Steps that make this room's tables."""
