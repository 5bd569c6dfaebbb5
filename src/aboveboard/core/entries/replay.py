"""Replaying the index: whoever holds every leaf makes the prefix tree anew and compares at each index leaf.

No short proof shows that one prefix tree extends another, so this is how a wrong root is found: by doing it all.
"""

from collections.abc import Sequence

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import IndexLeaf, Leaf
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.growing import PrefixTree
from aboveboard.core.tlog.prefix import Entry

INDEX_CODE = "index"


class Replay:
    """The index of a log as its leaves make it, taken up at any size and brought further leaf by leaf."""

    def __init__(self, tree: PrefixTree, size: int) -> None:
        """Take up *tree*, which covers the first *size* leaves; the store of the tree refuses a label twice."""
        self._tree, self._size = tree, size
        self._waiting: list[Entry] = []

    def take(self, leaves: Sequence[bytes]) -> None:
        """Take the next *leaves*; on return the tree covers them all.

        Raises:
            NotVerified: naming the leaf that says another root than the labels before it make, or is no leaf, or
                bears a label that stood there before.
        """
        for data in leaves:
            said = IndexLeaf.decode_if(data)
            if said is not None:
                self._compare(said)
            else:
                self._waiting.append((self._label(data), self._size))
            self._size += 1
        self._extend()

    def _compare(self, said: IndexLeaf) -> None:
        made = self._extend()
        if said.covered != self._size:
            raise _wrong(self._size, f"says that it covers {said.covered} leaves, and {self._size} stand before it")
        if said.root != made:
            raise _wrong(self._size, "says another root than the labels of the leaves before it make")

    def _extend(self) -> bytes:
        """Bring the tree as far as the leaves are taken; its root."""
        if not self._waiting:
            return self._tree.root()
        fresh, self._waiting = self._waiting, []
        try:
            return self._tree.extend(fresh)
        except Invalid:
            first, last = fresh[0][1], fresh[-1][1]
            raise NotVerified(
                f"Among leaves {first} to {last} stands a label that the log has used before, and no two may be alike.",
                code=INDEX_CODE,
            ) from None

    def _label(self, data: bytes) -> bytes:
        try:
            leaf = Leaf.decode(data)
        except Invalid:
            raise _wrong(self._size, "is not a leaf of the form this program knows") from None
        if leaf.kind == EntryKind.INDEX:
            raise _wrong(self._size, "claims to be a line of the index and does not have the form of one")
        return leaf.subject_label


def _wrong(index: int, what: str) -> NotVerified:
    return NotVerified(f"Leaf {index} of the log {what}.", code=INDEX_CODE)


def require_index_last(last: bytes, size: int) -> None:
    """Refuse a log of *size* leaves whose *last* is not an index of all before: nothing could be shown to be all.

    Raises:
        NotVerified: when it is not.
    """
    said = IndexLeaf.decode_if(last)
    if said is None or said.covered != size - 1:
        raise _wrong(size - 1, "ends a signed checkpoint and is not an index of all that stands before")
