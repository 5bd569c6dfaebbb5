"""Calls to machines of others: one request, bounded in time and size, and never sent on to where an answer points.

Promised: whoever calls waits no longer than they said, however slowly the other side talks, and holds no more bytes
than they said; a redirection is an answer like any other and is not followed. Nothing is kept.
"""
