"""What answers the addresses of the public log."""
