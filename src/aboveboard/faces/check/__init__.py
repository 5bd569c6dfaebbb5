"""Checking in the browser: one script of our own, in the page a person takes along and in the page for anybody's file.

Promised: the script makes the checks of `core.verify`, by the same names, with the browser's own Ed25519 and with a
SHA-256 held against the browser's; a page made here holds everything it needs, and its content security policy
forbids it every network.
"""
