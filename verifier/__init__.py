"""Builds the standalone verifier: one file, of those parts of `aboveboard.core` that checking evidence needs."""
