"""The prefix tree grown in memory, batch by batch, as whoever holds every label makes its roots anew.

An entry is label (32) || leaf index (u64be).
"""

from hashlib import sha256
from typing import Any

from aboveboard.core.errors import require
from aboveboard.core.tlog.prefix import EMPTY, LABEL_SIZE, MOST_IN_BUCKET, node_hash

Part = tuple[bytes, ...] | list[Any]
"""What stands under a prefix: up to eight entries, in order, or a node as [left part, its hash, right part, its hash].

Nodes are changed in place."""


def grown(part: Part, fresh: list[bytes], depth: int = 0) -> tuple[Part, bytes]:
    """Add *fresh* entries to what stands under a prefix of *depth* bits; what stands there then, and its hash.

    Raises:
        NotVerified: when one label stands there twice.
    """
    if isinstance(part, tuple):
        fresh = sorted((*part, *fresh))
        if len(fresh) <= MOST_IN_BUCKET:
            once = len({entry[:LABEL_SIZE] for entry in fresh}) == len(fresh)
            require(once, "one label stands in the log twice, and no two lines may share one", code="index")
            return tuple(fresh), sha256(b"\x02" + b"".join(fresh)).digest() if fresh else EMPTY
        part = [(), EMPTY, (), EMPTY]
    byte, bit = depth >> 3, 128 >> (depth & 7)
    right = [entry for entry in fresh if entry[byte] & bit]
    left = [entry for entry in fresh if not entry[byte] & bit] if len(right) < len(fresh) else []
    for side, some in ((0, left), (2, right)):
        if some:
            part[side], part[side + 1] = grown(part[side], some, depth + 1)
    return part, node_hash(part[1], part[3])
