"""Which category of personal data a column holds, known by its name alone, before a value of it is stored."""
