"""The commands: a file laid down here is a command of that name; no list names them."""
