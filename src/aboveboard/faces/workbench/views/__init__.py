"""The pages of the workbench; each view parses, asks, acts, answers."""
