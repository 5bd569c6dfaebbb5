"""The house holds its own rules: sizes, names, words, columns, stores."""
