"""The rules, one a file, each headed by its article and with one way to say no."""
