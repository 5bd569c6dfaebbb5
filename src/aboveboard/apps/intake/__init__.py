"""What is imported, column by column classified before a value is stored; what may not be held waits in quarantine."""
