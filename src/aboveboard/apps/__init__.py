"""What the databases keep: one Django app a room, each with models, queries and actions."""
