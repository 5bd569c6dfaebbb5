"""The key store and the root key behind it: where keys are wrapped, kept apart, and shredded (Arts 17, 32).

Kept: wrapped keys and the blind search index, in a file of their own that never joins a cell's backup. Promised: a
shredded key is overwritten and gone from this file; what its own backups still hold is named by the erasure
certificate until they expire.
"""

from aboveboard.apps.keys.access import close, store

__all__ = ["close", "store"]
