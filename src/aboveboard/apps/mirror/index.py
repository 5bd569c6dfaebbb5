"""The index of a mirror, grown in strides: replaying takes the memory of a stride, however large log and batches are.

A batch of new labels meets nearly as many pages as it has labels, once the log is large, and a tree holds all of them
until the batch is done. Labels handed over in their order, some hundreds at a time, meet each page of entries once all
the same, and only that many at once.
"""

from collections.abc import Iterable
from pathlib import Path

from aboveboard.apps.files.index import IndexFile
from aboveboard.core.tlog.growing import PrefixTree
from aboveboard.core.tlog.prefix import Entry, in_order

STRIDE = 256
"""Labels at once."""
_CACHE = "PRAGMA cache_size=-4096"


class Strides(PrefixTree):
    """The prefix tree of a store, grown a stride at a time."""

    def extend(self, entries: Iterable[Entry]) -> bytes:
        """Add *entries*, whose labels are new, and give the root; where a stride fails, those before it are in.

        Raises:
            Invalid: when one label stands in the tree twice.
            NotVerified: when a page is not the one that was kept.
        """
        coming = in_order(entries)
        for start in range(0, len(coming) - STRIDE, STRIDE):
            super().extend(coming[start : start + STRIDE])
        return super().extend(coming[max(0, len(coming) - 1) // STRIDE * STRIDE :])


class SmallFile(IndexFile):
    """The tree's store with an eighth of the cache: in strides, a page is seldom met twice."""

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        """Open the file at *path*; it is made if it is not there."""
        super().__init__(path, durable=durable)
        self._connection.execute(_CACHE)
