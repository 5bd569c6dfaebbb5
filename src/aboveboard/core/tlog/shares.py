"""Every root that a prefix tree had while it grew, made anew from the labels alone, a sixteenth of them at a time.

Entries are dealt out by the first four bits of their labels. What one share became batch by batch does not depend on
the others, so shares are replayed one after the other or side by side, and only one share's tree is held at a time;
the roots are then put together from what the sixteen became.

    entry as dealt = label (32) || leaf index (u64be)
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from heapq import merge
from itertools import groupby, pairwise, repeat
from operator import itemgetter
from typing import Any

from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.prefix import BITS, EMPTY, LABEL_SIZE, MOST_IN_BUCKET, node_hash

SHARES = 16
_DEPTH = 4
_ENTRY = LABEL_SIZE + 8

Few = tuple[bytes, ...]
"""Up to eight entries, in order: what stands in a bucket, or would if nothing stood beside it."""
State = tuple[Few | None, bytes]
"""The entries under a prefix while they are few, and the hash."""
Change = tuple[int, int, State]
"""In which batch, which share, and what it became."""


@dataclass(slots=True)
class Share:
    """The entries dealt to one share, in the order they came in, and the number of the batch that each came in."""

    entries: bytearray = field(default_factory=bytearray)
    batches: "array[int]" = field(default_factory=lambda: array("Q"))


@dataclass(slots=True)
class Grown:
    """What a share became: the batches that changed it, and its state behind each, as entries first, then as hash."""

    batches: "array[int]" = field(default_factory=lambda: array("Q"))
    few: list[Few] = field(default_factory=list)
    hashes: bytearray = field(default_factory=bytearray)

    def changes(self, place: int) -> Iterator[Change]:
        """Give the changes one by one."""
        for at, batch in enumerate(self.batches):
            later = 32 * (at - len(self.few))
            yield batch, place, _few(self.few[at]) if later < 0 else (None, bytes(self.hashes[later : later + 32]))


def deal(shares: Sequence[Share], label: bytes, index: int, batch: int) -> None:
    """Give the entry of *label* to its share."""
    share = shares[label[0] >> 8 - _DEPTH]
    share.entries += label + index.to_bytes(8, "big")
    share.batches.append(batch)


def grow(share: Share) -> Grown:
    """Replay one share, batch by batch.

    Raises:
        NotVerified: when a label stands there twice.
    """
    part: Few | list[Any] = ()
    grown, entries = Grown(), memoryview(share.entries)
    for batch, places in groupby(range(len(share.batches)), share.batches.__getitem__):
        part, made = _grow(part, [bytes(entries[_ENTRY * at : _ENTRY * (at + 1)]) for at in places], _DEPTH)
        grown.batches.append(batch)
        if isinstance(part, tuple):
            grown.few.append(part)
        else:
            grown.hashes += made
    return grown


def _grow(part: "Few | list[Any]", fresh: Iterable[bytes], depth: int) -> tuple["Few | list[Any]", bytes]:
    """Add *fresh* to what stands under a prefix: a bucket, or a node as [left, its hash, right, its hash]."""
    if isinstance(part, tuple):
        fresh = sorted((*part, *fresh))
        if len(fresh) <= MOST_IN_BUCKET:
            if any(before[:LABEL_SIZE] == after[:LABEL_SIZE] for before, after in pairwise(fresh)):
                raise _twice()
            return tuple(fresh), _bucket_hash(fresh)
        if depth == BITS:
            raise _twice()
        part = [(), EMPTY, (), EMPTY]
    byte, bit = depth >> 3, 128 >> (depth & 7)
    left = [entry for entry in fresh if not entry[byte] & bit]
    right = [entry for entry in fresh if entry[byte] & bit]
    if left:
        part[0], part[1] = _grow(part[0], left, depth + 1)
    if right:
        part[2], part[3] = _grow(part[2], right, depth + 1)
    return part, sha256(b"\x03" + part[1] + part[3]).digest()


def _bucket_hash(entries: Iterable[bytes]) -> bytes:
    return sha256(b"\x02" + b"".join(entries)).digest()


def _twice() -> NotVerified:
    return NotVerified("One label stands in the log twice; no two lines may share one.", code="index")


def roots(grown: Sequence[Grown], batches: int) -> Iterator[bytes]:
    """Give the root of the whole tree behind each batch, from 0 to *batches* - 1."""
    # A heap: 1 is the root, below n stand 2n and 2n + 1, the shares are 16 to 31.
    tree = [_few(())] * (2 * SHARES)
    changes = merge(*(one.changes(place) for place, one in enumerate(grown, SHARES)))
    told = 0
    for batch, changed in groupby(changes, itemgetter(0)):
        yield from repeat(tree[1][1], batch - told)
        above = set()
        for _, place, state in changed:
            tree[place] = state
            above.add(place >> 1)
        while above - {0}:
            for place in above:
                tree[place] = _joined(tree[2 * place], tree[2 * place + 1])
            above = {place >> 1 for place in above}
        yield tree[1][1]
        told = batch + 1
    yield from repeat(tree[1][1], batches - told)


def _few(entries: Few) -> State:
    return entries, _bucket_hash(entries) if entries else EMPTY


def _joined(left: State, right: State) -> State:
    if left[0] is not None and right[0] is not None and len(left[0]) + len(right[0]) <= MOST_IN_BUCKET:
        return _few(left[0] + right[0])
    return None, node_hash(left[1], right[1])
