"""The command line: one file a command; each parses, asks, acts and answers, in words or as JSON."""
