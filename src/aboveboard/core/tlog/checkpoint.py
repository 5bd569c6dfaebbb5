"""Checkpoints (c2sp.org/tlog-checkpoint): the signed statement of a log's size and root hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from aboveboard.core.errors import Invalid, NotVerified, expect
from aboveboard.core.tlog.merkle import EMPTY_ROOT
from aboveboard.core.tlog.note import SignedNote, Signer, open_note, sign_note
from aboveboard.core.tlog.text import (
    HASH_SIZE,
    MAX_INTEGER,
    as_text,
    encode_base64,
    lines_of,
    parse_decimal,
    parse_hash,
)

if TYPE_CHECKING:
    from aboveboard.core.tlog.cosignature import Verifier

_LINES = 3


@dataclass(frozen=True)
class Checkpoint:
    """A log's origin, the number of its leaves, and the root hash over them."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse an origin that is not one line, and a size or root that no tree has."""
        expect(self.origin and "\n" not in as_text(self.origin), "a checkpoint's origin is not one line of text")
        expect(0 <= self.size <= MAX_INTEGER and len(self.root) == HASH_SIZE, "a size or root hash is out of range")
        # RFC 6962 section 2.1; tlog-witness answers 422 to it
        expect(self.size or self.root == EMPTY_ROOT, "a checkpoint of size 0 does not have the root of the empty tree")

    # tlog-checkpoint, Note text: origin, size, root, one line each
    def encode(self) -> str:
        """Write the note text: three lines, and never an extension line, which nobody could audit."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the three lines of a note's text."""
        lines = lines_of(as_text(text))
        # Extension lines are NOT RECOMMENDED, nobody can audit them, and no ML-DSA-44 signature covers them.
        expect(len(lines) == _LINES, "a checkpoint does not have three lines; extension lines are not accepted")
        return cls(lines[0], parse_decimal(lines[1]), parse_hash(lines[2]))


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> SignedNote:
    """Sign *checkpoint* as the log: a signer's name is the origin (tlog-checkpoint, Signatures)."""
    if any(signer.key.name != checkpoint.origin for signer in signers):
        raise Invalid("a log's signer does not carry the log's origin as its name")
    return sign_note(checkpoint.encode(), *signers)


def open_checkpoint(note: bytes | str, verifier: "Verifier | Sequence[Verifier]", origin: str) -> Checkpoint:
    """Give the checkpoint in *note*, which a key of *verifier*, one or several, has signed for the log *origin*.

    Raises:
        Invalid: for a malformed note or checkpoint.
        NotVerified: for a missing or wrong signature, or the checkpoint of another log.
    """
    verifiers = verifier if isinstance(verifier, Sequence) else [verifier]
    checkpoint = Checkpoint.parse(open_note(note, verifiers).text)
    if checkpoint.origin != origin:
        raise NotVerified("the checkpoint belongs to another log")
    return checkpoint
