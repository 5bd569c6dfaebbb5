"""Files of people as rows of cells: no value is lost without a word, and no reason ever holds a value."""
