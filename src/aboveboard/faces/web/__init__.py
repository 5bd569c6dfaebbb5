"""The look all faces share: frame, components, words for dates and proofs, and the manners of every response."""
