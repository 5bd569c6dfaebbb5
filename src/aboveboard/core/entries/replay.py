"""Replaying the index: whoever holds every leaf makes the prefix tree anew and compares at each index leaf.

No short proof shows that one prefix tree extends another, so this is how a wrong root is found: by doing it all.
"""

from collections.abc import Sequence
from typing import Protocol

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import LEAF_SIZE, IndexLeaf, Leaf
from aboveboard.core.entries.sealed import Tally
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.growing import PrefixTree
from aboveboard.core.tlog.prefix import Entry

INDEX_CODE = "wrong-index"


class SealedStore(Protocol):
    """Where it is kept which sealed lines wait for their opening."""

    def tally(self) -> Tally:
        """Give what an index leaf has to say of sealed lines behind the leaves taken so far."""

    def take_sealed(self, leaves: Sequence[bytes]) -> None:
        """Take the next *leaves* that seal, renew or open."""


class Replay:
    """The index of a log as its leaves make it, taken up at any size and brought further leaf by leaf."""

    def __init__(self, tree: PrefixTree, sealed: SealedStore, size: int) -> None:
        """Take up *tree* and *sealed*, which cover the first *size* leaves."""
        self._tree, self._sealed, self._size = tree, sealed, size
        self._waiting: list[Entry] = []
        self._tailed: list[bytes] = []

    def take(self, leaves: Sequence[bytes]) -> None:
        """Take the next *leaves*; on return the tree covers them all.

        Raises:
            NotVerified: with the code ``wrong-index``, naming the leaf that says another root or count than those
                before it make, or is no leaf, or bears a label that stood there; with another for a damaged tree.
        """
        for data in leaves:
            said = IndexLeaf.decode_if(data)
            if said is not None:
                self._compare(said)
            else:
                self._waiting.append((self._label(data), self._size))
                if len(data) > LEAF_SIZE:
                    self._tailed.append(data)
            self._size += 1
        self._extend()

    def _compare(self, said: IndexLeaf) -> None:
        made = self._extend()
        if said.covered != self._size:
            raise _wrong(self._size, f"says that it covers {said.covered} leaves, and {self._size} stand before it")
        if said.root != made:
            raise _wrong(self._size, "says another root than the labels of the leaves before it make")
        if said.tally != self._sealed.tally():
            raise _wrong(self._size, "says another count of sealed lines than the leaves before it make")

    def _extend(self) -> bytes:
        """Bring the tree as far as the leaves are taken; its root."""
        tailed, self._tailed = self._tailed, []
        try:
            self._sealed.take_sealed(tailed)
        except NotVerified as error:
            raise NotVerified(
                f"Before leaf {self._size} a sealed line does not follow on those before it: {error.sentence}",
                code=INDEX_CODE,
            ) from None
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
