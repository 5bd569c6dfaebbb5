"""What tests lean on: shared input, a throw-away PostgreSQL, what this machine has."""
