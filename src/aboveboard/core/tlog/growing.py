"""A prefix tree that grows batch by batch, kept in a store, so that neither memory nor a batch grows with the log.

Under a prefix with more than `MOST_LOOSE` entries stands a row with the hash and the number of entries of each of its
sixteen parts, four bits further on; under others nothing is kept but the entries themselves.

    row = for each of the 16 parts: hash (32) || number of entries (u64be)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aboveboard.core.tlog.prefix import (
    BITS,
    EMPTY,
    LABEL_SIZE,
    MOST_IN_BUCKET,
    Entry,
    Label,
    bucket_hash,
    cut,
    hidden,
    in_order,
    node_hash,
    shown_bucket,
    shown_node,
    split_labels,
    subtree_hash,
)

MOST_LOOSE = 32
_STRIDE = 4
_PART = 32 + 8


class PrefixStore(Protocol):
    """Where a tree is kept: its entries by label, and its rows by key."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Keep new entries."""

    def between(self, low: Label, high: Label) -> list[Entry]:
        """Give the entries whose labels lie from *low* to *high*, both included, in order."""

    def row(self, key: bytes) -> bytes | None:
        """Give a row, or None."""

    def put_row(self, key: bytes, row: bytes) -> None:
        """Keep a row in place of the one before."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A prefix: its first *depth* bits are those of *low*, the lowest label under it."""

    low: Label
    depth: int

    @property
    def key(self) -> bytes:
        return bytes([self.depth]) + self.low[: (self.depth + 7) // 8]

    @property
    def high(self) -> Label:
        beyond = BITS - self.depth
        return (int.from_bytes(self.low, "big") | ((1 << beyond) - 1)).to_bytes(LABEL_SIZE, "big")

    def part(self, number: int, bits: int) -> "_Place":
        """Give the place *bits* further on, where these bits are *number*."""
        depth = self.depth + bits
        return _Place((int.from_bytes(self.low, "big") | number << (BITS - depth)).to_bytes(LABEL_SIZE, "big"), depth)


Part = tuple[bytes, int]
"""The hash under a prefix, and how many entries stand there."""
NO_PART: Part = (EMPTY, 0)
_ROOT = _Place(bytes(LABEL_SIZE), 0)


class PrefixTree:
    """The prefix tree in *store*."""

    def __init__(self, store: PrefixStore) -> None:
        """Take the tree up as it is kept in *store*."""
        self._store = store

    def extend(self, entries: Iterable[Entry]) -> bytes:
        """Add *entries*, whose labels are new, and give the root.

        Raises:
            Invalid: when one label stands among them twice.
        """
        fresh = in_order(entries)
        self._store.add(fresh)
        kept = self._store.row(_ROOT.key)
        if kept is not None:
            return self._grown(_ROOT, fresh, sum(count for _, count in _parts(kept)))[0]
        return self._part(_ROOT, self._entries(_ROOT))[0]

    def root(self) -> bytes:
        """Give the root."""
        kept = self._store.row(_ROOT.key)
        return subtree_hash(self._entries(_ROOT)) if kept is None else self._joined(_ROOT, _parts(kept))[0]

    def prove(self, labels: Iterable[Label]) -> bytes:
        """Give the tree cut down to the paths of *labels*."""
        return self._cut(_ROOT, sorted(set(labels)))

    # -- growing ----------------------------------------------------------------------------------------------------

    def _grown(self, place: _Place, fresh: Sequence[Entry], before: int) -> Part:
        """Bring what is kept under *place* up to date after *fresh* entries came to the *before* that were there."""
        row = self._store.row(place.key) if before > MOST_LOOSE else None
        if row is None:
            return self._part(place, self._entries(place))
        parts = _parts(row)
        for number, of_part in _apart(fresh, place.depth):
            parts[number] = self._grown(place.part(number, _STRIDE), of_part, parts[number][1])
        self._store.put_row(place.key, _row(parts))
        return self._joined(place, parts)

    def _part(self, place: _Place, entries: Sequence[Entry]) -> Part:
        """Give what is under *place*, whose *entries* these are, and keep rows where they have become many."""
        if len(entries) <= MOST_LOOSE:
            return subtree_hash(entries, place.depth), len(entries)
        parts = [NO_PART] * 16
        for number, of_part in _apart(entries, place.depth):
            parts[number] = self._part(place.part(number, _STRIDE), of_part)
        self._store.put_row(place.key, _row(parts))
        return self._joined(place, parts)

    def _joined(self, place: _Place, parts: Sequence[Part]) -> Part:
        """Give the hash over the sixteen, eight, four or two *parts* under *place*."""
        if len(parts) == 1:
            return parts[0]
        count = sum([count for _, count in parts])
        if count <= MOST_IN_BUCKET:
            return (bucket_hash(self._entries(place)) if count else EMPTY), count
        half = len(parts) // 2
        left = self._joined(place.part(0, 1), parts[:half])
        right = self._joined(place.part(1, 1), parts[half:])
        return node_hash(left[0], right[0]), count

    def _entries(self, place: _Place) -> list[Entry]:
        return self._store.between(place.low, place.high)

    # -- proving ----------------------------------------------------------------------------------------------------

    def _cut(self, place: _Place, labels: Sequence[Label]) -> bytes:
        kept = self._store.row(place.key)
        if kept is None:
            return cut(self._entries(place), labels, place.depth)
        return self._cut_parts(place, _parts(kept), labels)

    def _cut_parts(self, place: _Place, parts: Sequence[Part], labels: Sequence[Label]) -> bytes:
        if not labels:
            return hidden(self._joined(place, parts)[0])
        if len(parts) == 1:
            return self._cut(place, labels)
        if sum([count for _, count in parts]) <= MOST_IN_BUCKET:
            found = self._entries(place)
            return shown_bucket(found) if found else hidden(EMPTY)
        half, asked = len(parts) // 2, split_labels(labels, place.depth)
        return shown_node(
            self._cut_parts(place.part(0, 1), parts[:half], labels[:asked]),
            self._cut_parts(place.part(1, 1), parts[half:], labels[asked:]),
        )


def _apart(entries: Sequence[Entry], depth: int) -> Iterable[tuple[int, Sequence[Entry]]]:
    """Give *entries* by the four bits of their labels behind *depth*."""
    found: dict[int, list[Entry]] = {}
    byte, down = depth >> 3, 4 - (depth & 7)
    for entry in entries:
        found.setdefault(entry[0][byte] >> down & 15, []).append(entry)
    return found.items()


def _parts(row: bytes) -> list[Part]:
    return [(row[at : at + 32], int.from_bytes(row[at + 32 : at + _PART], "big")) for at in range(0, 16 * _PART, _PART)]


def _row(parts: Sequence[Part]) -> bytes:
    return b"".join([hash_ + count.to_bytes(8, "big") for hash_, count in parts])
