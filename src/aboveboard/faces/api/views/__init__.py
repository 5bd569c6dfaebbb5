"""What the API answers, one file a noun; each view parses, asks, acts, answers."""
