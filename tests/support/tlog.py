"""A Merkle tree straight from its definition, and a small log with its keys and witnesses."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256

from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.cosignature import Cosigner
from aboveboard.core.tlog.note import KeyType, NoteSigner, SignedNote
from aboveboard.core.tlog.trust import Group, Log, TrustPolicy, Witness

ORIGIN = "log.example/cell"
SEEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LOG = NoteSigner(ORIGIN, bytes([1]) * 32)
WORKS_COUNCIL = Cosigner("council.example/witness", bytes([2]) * 32)
AUDITOR = Cosigner("auditor.example/witness", bytes([3]) * 32)
AUTHORITY = Cosigner("authority.example/witness", bytes([4]) * 32, KeyType.MLDSA44_COSIGNATURE)


def leaves_of(size: int, salt: str = "") -> list[bytes]:
    """Some leaf hashes, all different."""
    return [sha256(f"{salt}{number}".encode()).digest() for number in range(size)]


def root_by_definition(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, over leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = _middle(len(leaves))
    return sha256(b"\x01" + root_by_definition(leaves[:middle]) + root_by_definition(leaves[middle:])).digest()


def path_by_definition(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return []
    middle = _middle(len(leaves))
    if index < middle:
        return [*path_by_definition(index, leaves[:middle]), root_by_definition(leaves[middle:])]
    return [*path_by_definition(index - middle, leaves[middle:]), root_by_definition(leaves[:middle])]


def subproof_by_definition(old_size: int, leaves: Sequence[bytes], whole: bool = True) -> list[bytes]:  # noqa: FBT001, FBT002 - as the RFC writes it
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if old_size == len(leaves):
        return [] if whole else [root_by_definition(leaves)]
    middle = _middle(len(leaves))
    if old_size <= middle:
        left = subproof_by_definition(old_size, leaves[:middle], whole)
        return [*left, root_by_definition(leaves[middle:])]
    right = subproof_by_definition(old_size - middle, leaves[middle:], False)
    return [*right, root_by_definition(leaves[:middle])]


def subtree_of(leaves: Sequence[bytes]) -> Callable[[int, int], bytes]:
    """A reader of subtrees that computes each from the leaves."""
    return lambda start, end: root_by_definition(leaves[start:end])


def _middle(size: int) -> int:
    middle = 1
    while middle * 2 < size:
        middle *= 2
    return middle


def checkpoint_over(leaves: Sequence[bytes]) -> SignedNote:
    """The checkpoint over *leaves*, signed by the log."""
    return sign_checkpoint(Checkpoint(ORIGIN, len(leaves), root_by_definition(leaves)), LOG)


def cosigned(note: SignedNote, *cosigners: Cosigner) -> SignedNote:
    """The same note with the cosignatures of *cosigners*."""
    return note.with_signatures(*(cosigner.cosign(note.text, SEEN) for cosigner in cosigners))


def policy_of(*groups: Group, quorum: str) -> TrustPolicy:
    """A policy that knows the log and all three witnesses."""
    return TrustPolicy(
        logs=(Log(LOG.key),),
        witnesses=(
            Witness("council", WORKS_COUNCIL.key),
            Witness("auditor", AUDITOR.key, "https://auditor.example/witness"),
            Witness("authority", AUTHORITY.key),
        ),
        groups=groups,
        quorum=quorum,
    )


class Shelf(dict[str, bytes]):
    """A tile store in memory."""

    def put(self, path: str, data: bytes) -> None:
        """Keep *data*; under one path there is only ever one content."""
        assert self.setdefault(path, data) == data


def every_flipped_bit(data: bytes) -> Iterator[bytes]:
    """All the byte strings that differ from *data* in one bit."""
    for at in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        yield bytes(flipped)
