"""Inclusion proofs of many leaves at once: every hash their paths need, each one time, in one order.

The order is that of the ranges of leaves the hashes stand for, by their first leaf and then by their last.
"""

from collections.abc import Iterable

from aboveboard.core.errors import require
from aboveboard.core.tlog.merkle import SubtreeReader, path_of
from aboveboard.core.tlog.text import HASH_SIZE


def together(indexes: Iterable[int], size: int, subtree: SubtreeReader) -> bytes:
    """Give the hashes that prove the leaves at *indexes* in the tree of *size*, behind one another."""
    ranges = {part for index in set(indexes) for part in path_of(index, size)}
    return b"".join([subtree(start, end) for start, end in sorted(ranges)])


def apart(hashes: bytes, indexes: Iterable[int], size: int) -> dict[int, tuple[bytes, ...]]:
    """Take apart what `together` gave: for each index its inclusion proof.

    Raises:
        Invalid: when an index is outside the tree.
        NotVerified: when there are not as many hashes as there have to be.
    """
    paths = {index: path_of(index, size) for index in indexes}
    ranges = sorted({part for path in paths.values() for part in path})
    require(len(hashes) == HASH_SIZE * len(ranges), "there are not as many hashes as the paths of the lines need")
    found = {part: hashes[HASH_SIZE * at : HASH_SIZE * (at + 1)] for at, part in enumerate(ranges)}
    return {index: tuple([found[part] for part in path]) for index, path in paths.items()}
