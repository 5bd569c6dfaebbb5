"""Work for later, in the cell: a kind, opaque ids, a time; retried with growing pauses, never twice at once.

The lowest room. Its table is small on purpose: the queues looked at keep tracebacks, pickles or results, each
of which can carry personal data into the cell in the clear; a job here keeps a code.
"""
