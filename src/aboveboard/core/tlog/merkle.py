"""The Merkle tree of RFC 6962 and RFC 9162 section 2.1: hashes, proofs, and their verification."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from aboveboard.core.errors import Invalid, expect, require
from aboveboard.core.tlog.text import HASH_SIZE, MAX_INTEGER

EMPTY_ROOT = sha256(b"").digest()  # RFC 6962 section 2.1: MTH({}) = SHA-256()

_SIZE_BYTES = 8

SubtreeReader = Callable[[int, int], bytes]
"""Gives MTH(D[start:end]) for a range of leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry as a leaf: SHA-256(0x00 || entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Give the root over a whole sequence of leaf hashes."""
    return CompactRange().extend(hashes).root()


def split_of(width: int) -> int:
    """Give the largest power of two strictly smaller than *width* >= 2 (RFC 6962 section 2.1)."""
    return 1 << ((width - 1).bit_length() - 1)


def path_of(index: int, size: int) -> list[tuple[int, int]]:
    """Give the ranges of leaves whose roots prove leaf *index* in the tree of *size*, the leaf's sibling first.

    Raises:
        Invalid: when there is no such leaf.
    """
    expect(0 <= index < size, "the leaf index is outside the tree")
    path, start, end = list[tuple[int, int]](), 0, size
    while end - start > 1:
        middle = start + split_of(end - start)
        left, right = (start, middle), (middle, end)
        (start, end), beside = (left, right) if index < middle else (right, left)
        path.append(beside)
    return path[::-1]


def inclusion_proof(index: int, size: int, subtree: SubtreeReader) -> list[bytes]:
    """Prove that leaf *index* is in the tree of *size*, leaf's sibling first (RFC 9162 section 2.1.3.1)."""
    return [subtree(start, end) for start, end in path_of(index, size)]


def consistency_path(old_size: int, new_size: int) -> list[tuple[int, int]]:
    """Give the ranges that lead from the old tree's last peak to both roots, that peak first; 0 < old < new.

    They are those beside the way from the old tree's last leaf up, without what lies inside that peak.
    """
    peak = old_size & -old_size
    return [(old_size - peak, old_size), *path_of(old_size - 1, new_size)[peak.bit_length() - 1 :]]


def consistency_proof(old_size: int, new_size: int, subtree: SubtreeReader) -> list[bytes]:
    """Prove that the tree of *new_size* begins with that of *old_size* (RFC 9162 section 2.1.4.1).

    From size 0 the proof is empty, as the witness protocol wants it sent (tlog-witness, add-checkpoint);
    there is nothing it could prove, so `verify_consistency` refuses it.
    """
    if not 0 <= old_size <= new_size:
        raise Invalid("the old tree is not smaller than the new one")
    if old_size in {0, new_size}:
        return []
    # Where the last peak is the old tree, its root is the old root, which the verifier has.
    return [subtree(start, end) for start, end in consistency_path(old_size, new_size) if (start, end) != (0, old_size)]


def verify_inclusion(index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Hold *proof* against *root* (RFC 9162 section 2.1.3.2).

    Raises:
        NotVerified: when the proof does not show the leaf at *index* in the tree of *size* with *root*.
    """
    _require_hashes(leaf_hash, root, *proof)
    require(0 <= index < size, "the leaf index is outside the tree")
    path, found = path_of(index, size), leaf_hash
    require(len(proof) == len(path), "the inclusion proof is too short or too long")
    for (start, _), sibling in zip(path, proof, strict=True):
        found = node_hash(sibling, found) if start < index else node_hash(found, sibling)
    require(found == root, "the inclusion proof does not lead to the root")


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Hold *proof* against both roots (RFC 9162 section 2.1.4.2).

    Everything extends an empty tree, so a proof from size 0 says nothing; it is refused, also between two
    empty trees, as the reference library of transparency-dev does. Who starts at 0 has nothing to verify.

    Raises:
        NotVerified: when the new tree is not shown to begin with the whole old one.
    """
    require(0 < old_size <= new_size, "consistency can only be shown from a non-empty tree to one as large")
    if old_size == new_size:
        require(not proof and old_root == new_root, "two trees of one size have different roots, or need no proof")
        return
    _require_hashes(old_root, new_root, *proof)
    (start, _), *path = consistency_path(old_size, new_size)
    require(proof or not start, "the consistency proof is empty")
    old, *siblings = proof if start else [old_root, *proof]  # one subtree: its root is the old root
    require(len(siblings) == len(path), "the consistency proof is too short or too long")
    new = old
    for (start, _), sibling in zip(path, siblings, strict=True):
        if start < old_size:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    require((old, new) == (old_root, new_root), "the consistency proof does not lead to the two roots")


def _require_hashes(*values: bytes) -> None:
    require(all(len(value) == HASH_SIZE for value in values), "a hash in the proof is not 32 bytes long")


@dataclass(frozen=True)
class CompactRange:
    """The roots of the largest whole subtrees, left to right: enough to append, and to know the root."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a number of peaks that the size does not have."""
        if not 0 <= self.size <= MAX_INTEGER or len(self.peaks) != self.size.bit_count():
            raise Invalid("the peaks do not fit the tree size")
        if any(len(peak) != HASH_SIZE for peak in self.peaks):
            raise Invalid("a peak is not 32 bytes long")

    def append(self, leaf: bytes) -> "CompactRange":
        """Give the range one leaf hash longer."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "CompactRange":
        """Give the range longer by all *leaves* (leaf hashes), in their order."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            if len(leaf) != HASH_SIZE:
                raise Invalid("a leaf hash is not 32 bytes long")
            peaks.append(leaf)
            size += 1
            whole = size
            while not whole & 1:  # each trailing zero bit of the new size closes one subtree
                right = peaks.pop()
                peaks[-1] = node_hash(peaks[-1], right)
                whole >>= 1
        return CompactRange(size, tuple(peaks))

    def root(self) -> bytes:
        """Give the root hash of the tree so far."""
        if not self.peaks:
            return EMPTY_ROOT
        *others, root = self.peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root

    # Layout: u64be size || 32 bytes for each peak, the largest subtree first.
    def encode(self) -> bytes:
        """Write the range as bytes for a database row."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.peaks)

    @classmethod
    def decode(cls, data: bytes) -> "CompactRange":
        """Read what `encode` wrote, and nothing else."""
        if len(data) % HASH_SIZE != _SIZE_BYTES:
            raise Invalid("a compact range has the wrong length")
        peaks = tuple(data[at : at + HASH_SIZE] for at in range(_SIZE_BYTES, len(data), HASH_SIZE))
        return cls(int.from_bytes(data[:_SIZE_BYTES], "big"), peaks)
