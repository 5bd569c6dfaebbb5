"""How values and keys are sealed, committed to and looked up blind; small, so that it can be checked by eye."""
