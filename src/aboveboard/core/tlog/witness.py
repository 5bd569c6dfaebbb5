"""The witness protocol (c2sp.org/tlog-witness): what a log sends, what a witness decides, what its answer says."""

from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Self

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.merkle import verify_consistency
from aboveboard.core.tlog.note import MAX_NOTE_SIZE, Signature, SignedNote, verified_signatures
from aboveboard.core.tlog.text import as_text, encode_base64, lines_of, parse_decimal, parse_hash
from aboveboard.core.tlog.trust import TrustPolicy

ADD_CHECKPOINT = "add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
MOST_HASHES = 63
MAX_REQUEST_SIZE = MAX_NOTE_SIZE + 64 * (MOST_HASHES + 2)
MAX_ANSWER_SIZE = 64 * 1024  # room for signature lines of more than a dozen keys, ML-DSA-44 among them
_EMPTY = "0"
_CHECKPOINT_LINES = 3


class Status(IntEnum):
    """What a witness answers add-checkpoint with."""

    COSIGNED = 200
    MALFORMED = 400
    NOT_SIGNED = 403
    UNKNOWN_LOG = 404
    OTHER_SIZE = 409
    NOT_CONSISTENT = 422


@dataclass(frozen=True)
class AddCheckpoint:
    """A request: the size the witness is believed to know, the proof from there, and the checkpoint as it is signed."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str

    # tlog-witness, add-checkpoint: "old <size>", the proof's hashes, one line each, an empty line, the checkpoint
    def encode(self) -> bytes:
        """Write the body of the request."""
        if len(self.proof) > MOST_HASHES:
            raise Invalid("a consistency proof has more than 63 hashes")
        lines = [f"old {self.old_size}", *map(encode_base64, self.proof), ""]
        return ("\n".join(lines) + "\n" + self.note).encode()

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read the body of a request; the checkpoint in it is read only as far as its first empty line."""
        if len(body) > MAX_REQUEST_SIZE:
            raise Invalid(f"a request is longer than {MAX_REQUEST_SIZE} bytes")
        head, blank, note = as_text(body).partition("\n\n")
        first, *hashes = lines_of(head + blank[:1])
        if not first.startswith("old ") or len(hashes) > MOST_HASHES:
            raise Invalid("a request does not begin with the old size, or has more than 63 hashes")
        return cls(parse_decimal(first.removeprefix("old ")), tuple(map(parse_hash, hashes)), note)


@dataclass(frozen=True)
class Refused:
    """Why a witness does not cosign: the status and a sentence for whoever asked."""

    status: Status
    sentence: str


@dataclass(frozen=True)
class Asked:
    """A request whose checkpoint a trusted key of its log has signed; nothing is said of its consistency yet."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: SignedNote
    """The checkpoint with those signatures only that were verified."""


def read_request(body: bytes, trust: TrustPolicy) -> Asked | Refused:
    """Read a request and verify the log's signature; a value either way, since a refusal is an answer too."""
    try:
        request = AddCheckpoint.parse(body)
        note = SignedNote.parse(request.note)
    except Invalid as error:
        return Refused(Status.MALFORMED, _said(error.sentence))
    lines = lines_of(note.text)
    try:
        keys = trust.log_keys_for(lines[0])
    except NotVerified:
        return Refused(Status.UNKNOWN_LOG, "This witness does not know the log.")
    try:
        signed = verified_signatures(note, keys)
    except NotVerified as error:
        return Refused(Status.NOT_SIGNED, _said(error.sentence))
    if not signed:
        return Refused(Status.NOT_SIGNED, "No key that this witness trusts for the log has signed the checkpoint.")
    try:
        checkpoint = Checkpoint.parse(note.text)
    except Invalid as error:
        # A checkpoint of size 0 with a root that no empty tree has is well formed and wrong.
        wrong = len(lines) == _CHECKPOINT_LINES and lines[1] == _EMPTY and _is_hash(lines[2])
        return Refused(Status.NOT_CONSISTENT if wrong else Status.MALFORMED, _said(error.sentence))
    if request.old_size > checkpoint.size:
        return Refused(Status.MALFORMED, "The old size is larger than the checkpoint's.")
    return Asked(request.old_size, request.proof, checkpoint, SignedNote(note.text, tuple(signed.values())))


def weigh(asked: Asked, known: Checkpoint | None) -> Refused | None:
    """Decide whether *asked* extends the latest checkpoint this witness has cosigned; None: it does.

    The caller keeps the new checkpoint in the same transaction in which it read *known* (tlog-witness: the check and
    the record have to be one step, or a slower request rolls the log back).
    """
    latest = known.size if known else 0
    if asked.old_size != latest:
        return Refused(Status.OTHER_SIZE, f"{latest}\n")
    if known is None or latest == 0:
        if asked.proof:
            return Refused(Status.NOT_CONSISTENT, "A proof from size 0 has no hashes.")
        return None
    new = asked.checkpoint
    try:
        verify_consistency(latest, new.size, asked.proof, known.root, new.root)
    except NotVerified as error:
        return Refused(Status.NOT_CONSISTENT, _said(error.sentence))
    return None


@dataclass(frozen=True)
class Cosigned:
    """The lines of an answer of 200; the caller verifies them."""

    lines: tuple[Signature, ...]


@dataclass(frozen=True)
class OtherSize:
    """The witness has last cosigned another size than it was asked from."""

    size: int


@dataclass(frozen=True)
class Contradicted:
    """The witness says that the checkpoint does not extend what it has cosigned."""


@dataclass(frozen=True)
class Unhelpful:
    """An answer that says nothing about the log: the witness refuses for another reason, or does not speak this."""

    status: int


Answer = Cosigned | OtherSize | Contradicted | Unhelpful


def read_answer(old_size: int, status: int, content_type: str, body: bytes) -> Answer:
    """Read what a witness answered to a request from *old_size*.

    A same-size checkpoint with another root is answered with 422, and with 409 by witnesses of the earlier text
    (tag v1.0.0); a 409 that names the size it was asked from, or no size at all, is therefore a contradiction.
    """
    try:
        match status:
            case Status.COSIGNED:
                return Cosigned(tuple(Signature.parse(line) for line in lines_of(as_text(body))))
            case Status.OTHER_SIZE if content_type.partition(";")[0].strip() == SIZE_TYPE:
                (line,) = lines_of(as_text(body))
                size = parse_decimal(line)
                return Contradicted() if size == old_size else OtherSize(size)
            case Status.OTHER_SIZE | Status.NOT_CONSISTENT:
                return Contradicted()
    except (Invalid, ValueError):
        pass
    return Unhelpful(status)


def monitoring_path(origin: str) -> str:
    """Give the path below a witness's prefix where the latest checkpoint it has cosigned for *origin* lies."""
    return f"{sha256(origin.encode()).hexdigest()}/checkpoint"


def _is_hash(line: str) -> bool:
    try:
        return bool(parse_hash(line))
    except Invalid:
        return False


def _said(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
