"""Views of the guided tour."""
