"""Offline proofs of logging (c2sp.org/tlog-proof): an entry's inclusion proof and its checkpoint."""

from dataclasses import dataclass
from typing import Self

from aboveboard.core.errors import expect
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.merkle import verify_inclusion
from aboveboard.core.tlog.note import MAX_NOTE_SIZE, SignedNote
from aboveboard.core.tlog.text import (
    as_text,
    encode_base64,
    lines_of,
    parse_base64,
    parse_decimal,
    parse_hash,
)
from aboveboard.core.tlog.trust import TrustPolicy, WitnessedCheckpoint

MAX_HASHES = 63  # the height of the largest tree
MAX_EXTRA_SIZE = 64 * 1024
MAX_PROOF_SIZE = MAX_NOTE_SIZE + 2 * MAX_EXTRA_SIZE

PROOF_HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class TlogProof:
    """An entry's place in a log, the hashes from its leaf to the root, and the signed checkpoint as text.

    *extra* is not authenticated by anything; whoever uses it has to check it by other means. The rules of the format
    are held where a proof is read; writing one reads it back.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_text: str
    extra: bytes | None = None

    def encode(self) -> str:
        """Write the proof as the text of a `.tlog-proof` file (tlog-proof, Format).

        Raises:
            Invalid: when it could not be read back as itself.
        """
        extra = [] if self.extra is None else [f"extra {encode_base64(self.extra)}"]
        lines = [PROOF_HEADER, *extra, f"index {self.index}", *map(encode_base64, self.hashes)]
        text = "\n".join(lines) + "\n\n" + self.checkpoint_text
        expect(type(self).parse(text) == self, "a proof would be read back as another one")
        return text

    @classmethod
    def parse(cls, source: bytes | str) -> Self:
        """Read a `.tlog-proof` file."""
        expect(len(source) <= MAX_PROOF_SIZE, f"a proof is longer than {MAX_PROOF_SIZE} bytes")
        # The first empty line ends the proof; the checkpoint below it has one of its own.
        head, blank, checkpoint_text = as_text(source).partition("\n\n")
        header, *lines = lines_of(head + blank[:1])
        expect(header == PROOF_HEADER, "the first line is not that of a tlog-proof, version 1")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = parse_base64(lines.pop(0).removeprefix("extra "))
            expect(1 <= len(extra) <= MAX_EXTRA_SIZE, "a proof's extra is empty or too long")
        expect(lines and lines[0].startswith("index "), "a proof has no index line")
        expect(len(lines) <= 1 + MAX_HASHES, "a proof has too many hashes")
        Checkpoint.parse(SignedNote.parse(checkpoint_text).text)
        index = parse_decimal(lines[0].removeprefix("index "))
        return cls(index, tuple(map(parse_hash, lines[1:])), checkpoint_text, extra)


def verify_tlog_proof(proof: TlogProof, leaf_hash: bytes, policy: TrustPolicy) -> WitnessedCheckpoint:
    """Give the checkpoint under which the entry with *leaf_hash* is shown to stand at the proof's index.

    The caller hashes the entry itself (`merkle.leaf_hash`); the proof does not hold it.

    Raises:
        NotVerified: when the policy does not accept the checkpoint, or the hashes do not lead to it.
    """
    witnessed = policy.open_checkpoint(proof.checkpoint_text)
    checkpoint = witnessed.checkpoint
    verify_inclusion(proof.index, checkpoint.size, leaf_hash, proof.hashes, checkpoint.root)
    return witnessed
