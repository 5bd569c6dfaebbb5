"""Files that a crash leaves whole, the old one or the new one, durable when the call returns; tiles kept as files."""
