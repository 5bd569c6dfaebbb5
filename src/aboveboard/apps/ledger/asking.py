"""Asking one witness to cosign a checkpoint (c2sp.org/tlog-witness); nothing it answers is believed unsigned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from aboveboard.apps.calls.calling import Line, Silence
from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.ledger.elsewhere import SECONDS, fetch_latest
from aboveboard.apps.ledger.publishing import log_folder
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.cosignature import Verifier, cosigned_at
from aboveboard.core.tlog.merkle import consistency_proof
from aboveboard.core.tlog.note import Signature, SignedNote, verified_signatures
from aboveboard.core.tlog.tiles import subtree_reader
from aboveboard.core.tlog.trust import Witness
from aboveboard.core.tlog.witness import (
    ADD_CHECKPOINT,
    MAX_ANSWER_SIZE,
    AddCheckpoint,
    Answer,
    Contradicted,
    Cosigned,
    OtherSize,
    read_answer,
)

CLOCKS_APART = timedelta(minutes=5)
"""A cosignature that states a time further from ours is not used: what it says of the time would be wrong."""


class Said(StrEnum):
    """How asking a witness ended, for the operator; what the witness wrote itself is never repeated."""

    COSIGNED = "cosigned"
    LATE = "did not answer in time"
    UNREACHED = "cannot be reached"
    NOT_TRUSTED = "has a certificate that is not trusted"
    TOO_LONG = "answered more than any witness has to say"
    BROKEN = "does not speak HTTP"
    UNHELPFUL = "refused without saying anything about the log; does it know this log's key?"
    WRONG = "answered with signatures that are not its own"
    CLOCK = "has a clock that is more than five minutes from ours"
    RESTLESS = "names one size after another"
    AHEAD = "says that it has seen more of this log than there is"
    BESIDE = "says that the log does not extend what it has seen"


_SILENCES = {
    Silence.LATE: Said.LATE,
    Silence.UNREACHED: Said.UNREACHED,
    Silence.NOT_TRUSTED: Said.NOT_TRUSTED,
    Silence.TOO_LONG: Said.TOO_LONG,
    Silence.BROKEN: Said.BROKEN,
}


@dataclass(frozen=True)
class Question:
    """A checkpoint to be cosigned, as the log signed it, with what makes proofs up to it."""

    note: SignedNote
    """Without cosignatures."""

    @cached_property
    def checkpoint(self) -> Checkpoint:
        """Size and root in it."""
        return Checkpoint.parse(self.note.text)

    def request(self, old: int) -> bytes:
        """Write the request to a witness that knows the first *old* entries."""
        checkpoint = self.checkpoint
        subtree = subtree_reader(FileTiles(log_folder()).get, checkpoint.size)
        proof = consistency_proof(old, checkpoint.size, subtree) if 0 < old < checkpoint.size else []
        return AddCheckpoint(old, tuple(proof), self.note.encode()).encode()


@dataclass(frozen=True)
class Told:
    """What came of asking: how it ended, lines that hold, the size the witness knows by now, what it showed."""

    said: Said
    lines: tuple[Signature, ...] = ()
    size: int = 0
    shown: bytes | None = None


def ask(address: str, witnesses: Sequence[Witness], question: Question, old: int) -> Told:
    """Ask the witness at *address*, whose keys are those of *witnesses* and which is believed to know *old* entries.

    Where it names another size the question is put once more from there; where it contradicts, it is asked for what
    it has seen.
    """
    origin, size = question.checkpoint.origin, question.checkpoint.size
    # It may have seen what a crash here forgot; more than there is cannot be asked from.
    old = min(old, size)
    with Line(address, seconds=SECONDS, most=MAX_ANSWER_SIZE) as line:
        for tries_left in (1, 0):
            answer = _post(line, question, old)
            match answer:
                case Silence():
                    return Told(_SILENCES[answer], size=old)
                case Cosigned(lines):
                    return _cosigned(lines, witnesses, question)
                case OtherSize(named) if named > size:
                    return Told(Said.AHEAD, shown=fetch_latest(address, origin))
                case OtherSize(named) if tries_left:
                    old = named
                case OtherSize(named):
                    return Told(Said.RESTLESS, size=named)
                case Contradicted():
                    return Told(Said.BESIDE, shown=fetch_latest(address, origin))
                case _:
                    return Told(Said.UNHELPFUL, size=old)
    raise AssertionError  # pragma: no cover - each way out is above


def _post(line: Line, question: Question, old: int) -> Answer | Silence:
    heard = line.post(ADD_CHECKPOINT, question.request(old))
    return heard if isinstance(heard, Silence) else read_answer(old, heard.status, heard.content_type, heard.body)


def _cosigned(lines: Sequence[Signature], witnesses: Sequence[Witness], question: Question) -> Told:
    """Keep those lines that its keys in the policy have signed, now; lines of other keys say nothing."""
    try:
        note = SignedNote(question.note.text, tuple(lines))
        verified = tuple(verified_signatures(note, [Verifier(one.key) for one in witnesses]).values())
    except (Invalid, NotVerified):
        return Told(Said.WRONG)
    now = datetime.now(UTC)
    in_time = [line for line in verified if (at := cosigned_at(line)) and abs(at - now) <= CLOCKS_APART]
    if not verified or len(in_time) < len(verified):
        return Told(Said.CLOCK if verified else Said.WRONG)
    return Told(Said.COSIGNED, verified, question.checkpoint.size)
