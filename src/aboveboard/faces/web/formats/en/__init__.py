"""British formats for English."""
