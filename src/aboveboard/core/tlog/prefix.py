"""The prefix tree over labels: where each label's leaf is, and that there is no other.

    bucket = SHA-256(0x02 || for each entry in order: label (32) || leaf index (u64be))    1 to 8 entries
    node   = SHA-256(0x03 || left || right)     more than 8 entries; left: the next bit of their labels is 0
    empty  = 32 zero bytes

The root is a function of the set of entries alone, however and in whatever order they came. 0x02 and 0x03 keep buckets
and nodes apart from one another and from the leaves and nodes of the log (RFC 9162, 2.1.1: 0x00, 0x01).
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from hashlib import sha256
from io import BytesIO
from itertools import pairwise

from aboveboard.core.errors import Invalid, require

LABEL_SIZE = 32
BITS = 8 * LABEL_SIZE
MOST_IN_BUCKET = 8
EMPTY = bytes(32)

Label = bytes
Entry = tuple[Label, int]
"""A label and the index of its leaf in the log."""


def bucket_hash(entries: Sequence[Entry]) -> bytes:
    """Give the hash of one to eight *entries*, which stand in the order of their labels."""
    return sha256(b"\x02" + b"".join([label + index.to_bytes(8, "big") for label, index in entries])).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Give the hash of a node with more than eight entries below it."""
    return sha256(b"\x03" + left + right).digest()


def subtree_hash(entries: Sequence[Entry], depth: int = 0) -> bytes:
    """Give the hash of all *entries* under one prefix of *depth* bits, in the order of their labels."""
    if len(entries) <= MOST_IN_BUCKET:
        return bucket_hash(entries) if entries else EMPTY
    middle = split(entries, depth)
    return node_hash(subtree_hash(entries[:middle], depth + 1), subtree_hash(entries[middle:], depth + 1))


def split(entries: Sequence[Entry], depth: int) -> int:
    """Give the place of the first of *entries* whose label has a 1 at bit *depth*; they agree on all bits before."""
    return bisect_left(entries, (first_of_right(entries[0][0], depth),))


def first_of_right(label: Label, depth: int) -> Label:
    """Give the lowest label that agrees with *label* on its first *depth* bits and has a 1 behind them."""
    beyond = BITS - 1 - depth
    return ((int.from_bytes(label, "big") >> beyond | 1) << beyond).to_bytes(LABEL_SIZE, "big")


def require_set(entries: Sequence[Entry]) -> None:
    """Refuse *entries* that are not in order, or hold a label twice.

    Raises:
        Invalid: naming neither.
    """
    if any(before[0] >= after[0] for before, after in pairwise(entries)):
        raise Invalid("The entries of a prefix tree are not in order, or one label stands there twice.")


# -- proofs: the tree cut down to the paths asked for ---------------------------------------------------------------
#
#     0x00                                  nothing below
#     0x01 || hash (32)                     a part that is not shown
#     0x02 || count (1) || entries          a bucket: label (32) || leaf index (u64be) each
#     0x03 || left part || right part       a node

_NOTHING, _HIDDEN, _BUCKET, _NODE = range(4)


def cut(entries: Sequence[Entry], labels: Sequence[Label], depth: int = 0) -> bytes:
    """Cut the tree of *entries* down to the paths of *labels*; both stand in order."""
    if not entries:
        return bytes([_NOTHING])
    if not labels:
        return bytes([_HIDDEN]) + subtree_hash(entries, depth)
    if len(entries) <= MOST_IN_BUCKET:
        return shown_bucket(entries)
    middle, asked = split(entries, depth), split_labels(labels, depth)
    return shown_node(
        cut(entries[:middle], labels[:asked], depth + 1), cut(entries[middle:], labels[asked:], depth + 1)
    )


def shown_bucket(entries: Sequence[Entry]) -> bytes:
    """Give a bucket as a proof shows it."""
    return bytes([_BUCKET, len(entries)]) + b"".join([label + index.to_bytes(8, "big") for label, index in entries])


def hidden(subtree: bytes) -> bytes:
    """Give a part that a proof does not show, by its hash."""
    return bytes([_NOTHING]) if subtree == EMPTY else bytes([_HIDDEN]) + subtree


def shown_node(left: bytes, right: bytes) -> bytes:
    """Give a node as a proof shows it, of its two parts."""
    return bytes([_NODE]) + left + right


def split_labels(labels: Sequence[Label], depth: int) -> int:
    """Give the place of the first of *labels* with a 1 at bit *depth*; they agree on all bits before."""
    return bisect_left(labels, first_of_right(labels[0], depth))


class Lookup:
    """A proof, checked against a root: says of a label whose path it shows where its leaf is, or that there is none."""

    def __init__(self, proof: bytes, root: bytes) -> None:
        """Read *proof* and hold it against *root*.

        Raises:
            NotVerified: when the proof is not of this form, or makes another root.
        """
        self._found: dict[Label, int] = {}
        self._shown: set[tuple[int, int]] = set()
        self._proof = BytesIO(proof)
        made, _ = self._read(0, 0)
        _require(made == root and not self._proof.read(1))

    def index_of(self, label: Label) -> int | None:
        """Give the index of the leaf of *label*; None: there is no such leaf.

        Raises:
            NotVerified: when the proof does not show the path of this label.
        """
        number = int.from_bytes(label, "big")
        shown = len(label) == LABEL_SIZE and any((d, number >> (BITS - d)) in self._shown for d in range(BITS + 1))
        require(shown, "The proof says nothing about one of the labels.", code="index")
        return self._found.get(label)

    def _read(self, depth: int, prefix: int) -> tuple[bytes, int]:
        """Read the part under a prefix; its hash, and how many entries it shows (-1: a part is hidden)."""
        kind = self._take(1)[0]
        if kind == _HIDDEN:
            return self._take(32), -1
        if kind == _NODE:
            _require(depth < BITS)
            left, few = self._read(depth + 1, 2 * prefix)
            right, more = self._read(depth + 1, 2 * prefix + 1)
            shown = -1 if min(few, more) < 0 else few + more
            _require(not 0 <= shown <= MOST_IN_BUCKET)  # so few have to stand in one bucket
            return node_hash(left, right), shown
        count = self._take(1)[0] if kind == _BUCKET else 0
        _require(kind == _NOTHING or 1 <= count <= MOST_IN_BUCKET)
        entries = [(self._take(LABEL_SIZE), int.from_bytes(self._take(8), "big")) for _ in range(count)]
        labels = [label for label, _ in entries]
        below = all(int.from_bytes(label, "big") >> (BITS - depth) == prefix for label in labels)
        _require(below and labels == sorted(set(labels)))
        self._shown.add((depth, prefix))
        self._found |= dict(entries)
        return bucket_hash(entries) if entries else EMPTY, count

    def _take(self, size: int) -> bytes:
        part = self._proof.read(size)
        _require(len(part) == size)
        return part


def _require(holds: object) -> None:
    require(holds, "The proof does not fit the index of the log.", code="index")


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Give *entries* in the order of their labels; Invalid where one label stands there twice."""
    found = sorted(entries)
    require_set(found)
    return found
