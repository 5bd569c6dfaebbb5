"""What answers the addresses of the person's own page."""
