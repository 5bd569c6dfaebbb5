"""The ledger: entries wait here, durable and sealed, until one sequencer writes them into the transparency log.

Promised: an entry that was acknowledged is in the log or still pending, never lost; the log is never signed in two
histories; nothing public says whom an entry is about (GDPR Arts 5(2), 15, 30; house, section 3).
"""
