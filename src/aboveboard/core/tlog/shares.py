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
from itertools import groupby, repeat
from operator import itemgetter
from typing import Any

from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.prefix import EMPTY, LABEL_SIZE, MOST_IN_BUCKET, node_hash

SHARES = 16
_DEPTH = 4
_ENTRY = LABEL_SIZE + 8

Few = tuple[bytes, ...]
"""Up to eight entries, in order: what stands in a bucket, or would if nothing stood beside it."""
Part = Few | list[Any]
"""What stands under a prefix: a bucket, or a node as [left part, its hash, right part, its hash]."""
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
    entries = [bytes(share.entries[at : at + _ENTRY]) for at in range(0, len(share.entries), _ENTRY)]
    if len({entry[:LABEL_SIZE] for entry in entries}) < len(entries):
        raise NotVerified("One label stands in the log twice; no two lines may share one.", code="index")
    grown = Grown()
    part: Part = ()
    for batch, places in groupby(range(len(entries)), share.batches.__getitem__):
        part, made = _grow(part, sorted([entries[at] for at in places]), _DEPTH)
        grown.batches.append(batch)
        if isinstance(part, tuple):
            grown.few.append(part)
        else:
            grown.hashes += made
    return grown


def _grow(part: Part, fresh: list[bytes], depth: int) -> tuple[Part, bytes]:
    """Add *fresh*, in order, to what stands under a prefix of *depth* bits; what stands there then, and its hash."""
    above = []
    while isinstance(part, list) and len(fresh) == 1:  # one entry goes straight down
        side = 2 if fresh[0][depth >> 3] & 128 >> (depth & 7) else 0
        above.append((part, side))
        part, depth = part[side], depth + 1
    if isinstance(part, tuple) and len(part) + len(fresh) <= MOST_IN_BUCKET:
        part = tuple(sorted((*part, *fresh)))
        made = _bucket_hash(part)
    else:
        part, made = _split(part, fresh, depth)
    for node, side in reversed(above):
        node[side], node[side + 1] = part, made
        part, made = node, sha256(b"\x03" + node[1] + node[3]).digest()
    return part, made


def _split(part: Part, fresh: list[bytes], depth: int) -> tuple[Part, bytes]:
    """Add *fresh* to a node, or to a bucket that becomes one."""
    if isinstance(part, tuple):
        part, fresh = [(), EMPTY, (), EMPTY], sorted((*part, *fresh))
    byte, bit = depth >> 3, 128 >> (depth & 7)
    middle = sum([not entry[byte] & bit for entry in fresh])
    if middle:
        part[0], part[1] = _grow(part[0], fresh[:middle], depth + 1)
    if middle < len(fresh):
        part[2], part[3] = _grow(part[2], fresh[middle:], depth + 1)
    return part, sha256(b"\x03" + part[1] + part[3]).digest()


def _bucket_hash(entries: Iterable[bytes]) -> bytes:
    return sha256(b"\x02" + b"".join(entries)).digest()


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
