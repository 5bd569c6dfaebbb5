"""The views of the desk: parse, ask, act, answer."""
