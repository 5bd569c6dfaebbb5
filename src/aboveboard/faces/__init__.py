"""How people and machines come in: pages, JSON, commands and the public log."""
