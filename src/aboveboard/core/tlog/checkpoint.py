"""Checkpoints (c2sp.org/tlog-checkpoint): the signed statement of a log's size and root hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.merkle import EMPTY_ROOT
from aboveboard.core.tlog.note import SignedNote, Signer, Verifier, open_note, sign_note
from aboveboard.core.tlog.text import (
    HASH_SIZE,
    MAX_INTEGER,
    as_text,
    encode_base64,
    lines_of,
    parse_decimal,
    parse_hash,
)

_LINES = 3


@dataclass(frozen=True)
class Checkpoint:
    """A log's origin, the number of its leaves, and the root hash over them."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse an origin that is not one line, and a size or root that no tree has."""
        if not self.origin or "\n" in as_text(self.origin):
            raise Invalid("a checkpoint's origin is not one line of text")
        if not 0 <= self.size <= MAX_INTEGER or len(self.root) != HASH_SIZE:
            raise Invalid("a checkpoint's size or root hash is out of range")
        if self.size == 0 and self.root != EMPTY_ROOT:  # RFC 6962 section 2.1; tlog-witness answers 422 to it
            raise Invalid("a checkpoint of size 0 does not carry the root of the empty tree")

    # tlog-checkpoint, Note text: origin, size, root, one line each
    def encode(self) -> str:
        """Write the note text: three lines, and never an extension line, which nobody could audit."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the three lines of a note's text."""
        lines = lines_of(as_text(text))
        if len(lines) > _LINES:  # NOT RECOMMENDED, and no ML-DSA-44 signature covers them
            raise Invalid("a checkpoint has extension lines, which are not accepted: nobody can audit them")
        if len(lines) < _LINES:
            raise Invalid("a checkpoint has fewer than three lines")
        return cls(lines[0], parse_decimal(lines[1]), parse_hash(lines[2]))


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> SignedNote:
    """Sign *checkpoint* as the log: a signer's name is the origin (tlog-checkpoint, Signatures)."""
    if any(signer.key.name != checkpoint.origin for signer in signers):
        raise Invalid("a log's signer does not carry the log's origin as its name")
    return sign_note(checkpoint.encode(), *signers)


def open_checkpoint(note: bytes | str, verifier: Verifier | Sequence[Verifier], origin: str) -> Checkpoint:
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
