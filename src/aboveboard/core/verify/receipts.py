"""A receipt: the log's signature under the promise that an entry stands in the log by a deadline; kept, or broken.

    text of the note (C2SP signed-note), each line ended by a newline:
        aboveboard/receipt/v1
        <origin of the log>
        <entry hash, base64>
        <deadline, 2026-11-22T13:00:00Z>
        <label key digest, base64>       only in what the person concerned gets: among whose lines the entry has to be

No origin reads like the first line, so a receipt cannot be taken for a checkpoint signed with the same key. The public
bytes of a line do not show its entry. So that a promise was kept is shown by the line itself, opened to the person or
to whoever acted; that it was broken, by all lines of the person, proved complete under a checkpoint past the deadline.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from aboveboard.core import canonical
from aboveboard.core.entries.leaf import ActorSide, SubjectSide
from aboveboard.core.envelope.labels import label_key_digest
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.merkle import leaf_hash, verify_inclusion
from aboveboard.core.tlog.note import open_note
from aboveboard.core.tlog.text import as_text, encode_base64, lines_of, parse_hash
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify import parts, shape, spans
from aboveboard.core.verify.asked import time_of
from aboveboard.core.verify.pack import verify_pack
from aboveboard.core.verify.report import Checks, Report

FIRST_LINE = "aboveboard/receipt/v1"
RECEIPT, LINE = "receipt", "line.json"
SIGNED, STANDS = "receipt", "line"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_BARE, _OWN = 4, 5


@dataclass(frozen=True, slots=True)
class Promise:
    """What a receipt says; *owner* is the digest of the person's label key, empty where it was not given to them."""

    origin: str
    entry_hash: bytes
    deadline: datetime
    owner: bytes = b""

    def encode(self) -> str:
        """Give the text that is signed."""
        until = self.deadline.astimezone(UTC).strftime(_TIME)
        said = [FIRST_LINE, self.origin, encode_base64(self.entry_hash), until]
        return "\n".join([*said, *([encode_base64(self.owner)] if self.owner else [])]) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Promise":
        """Read the text back.

        Raises:
            Invalid: when it is not that of a receipt.
        """
        lines = lines_of(as_text(text))
        if len(lines) not in (_BARE, _OWN) or lines[0] != FIRST_LINE:
            raise Invalid("it is not a receipt of this log's form")
        try:
            deadline = datetime.strptime(lines[3], _TIME).replace(tzinfo=UTC)
        except ValueError:
            raise Invalid("a receipt's deadline is not a time") from None
        owner = parse_hash(lines[4]) if len(lines) == _OWN else b""
        return cls(lines[1], parse_hash(lines[2]), deadline, owner)


class Outcome(StrEnum):
    """What a receipt and a pack prove together."""

    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Held:
    """The answer, in a sentence, and the line where the promise was kept."""

    outcome: Outcome
    sentence: str
    index: int | None = None


def open_receipt(note: bytes | str, trust: TrustPolicy) -> Promise:
    """Give the promise in *note*, signed by a log that *trust* knows.

    Raises:
        Invalid: when it is no receipt.
        NotVerified: when the log has not signed it.
    """
    lines = lines_of(as_text(note).partition("\n\n")[0] + "\n")
    promise = Promise.parse("\n".join(lines) + "\n")
    opened = open_note(note, trust.log_keys_for(promise.origin))
    return Promise.parse(opened.text)


def hold_receipt(note: bytes, files: Mapping[str, bytes], trust: TrustPolicy) -> Held:
    """Hold a receipt against the pack of the person it was given to."""
    try:
        promise = open_receipt(note, trust)
    except (Invalid, NotVerified) as error:
        return Held(Outcome.UNVERIFIED, f"The receipt does not hold: {error.sentence.rstrip('.')}.")
    report = verify_pack(files, trust)
    if not report.holds:
        return Held(Outcome.UNVERIFIED, f"The pack does not hold: {report.failures[0].sentence}")
    evidence = shape.read(shape.EVIDENCE, files[shape.EVIDENCE])
    lines = shape.read(shape.ENTRIES, files[shape.ENTRIES]).lines
    for line in lines:
        if SubjectSide.decode(line.opened["subject"][1].encode()).entry_hash == promise.entry_hash:
            return Held(Outcome.KEPT, f"The promise was kept: the entry is line {line.index} of the log.", line.index)
    key = evidence.label_keys.get(evidence.log, b"")
    if promise.origin != evidence.origin:
        return Held(Outcome.OPEN, "The receipt is of another log of this cell, and the pack does not show its entry.")
    if promise.owner != label_key_digest(key):
        return Held(Outcome.OPEN, "The receipt does not say that its entry is about the person of this pack.")
    seen = _as_of(files, lines, trust)
    if seen < promise.deadline:
        return Held(Outcome.OPEN, f"The pack stands for {_said(seen)}, before the deadline: get a newer one.")
    return Held(
        Outcome.BROKEN,
        f"THE PROMISE WAS BROKEN: the entry had to stand among this person's lines by {_said(promise.deadline)};"
        f" at {_said(seen)} the log proves that it does not.",
    )


def verify_receipt(files: Mapping[str, bytes], trust: TrustPolicy) -> Report:
    """Check a receipt by itself, and the opened line beside it, if there is one, that shows the promise kept."""
    checks = Checks()
    promise = None
    with checks.part(SIGNED):
        promise = open_receipt(_file(files, RECEIPT), trust)
    if promise is None:
        return Report(tuple(checks.done), (), NOT_PROVED)
    name = promise.entry_hash.hex()
    checks.settle(
        SIGNED, f"The log {promise.origin} promised that entry {name} stands in it by {_said(promise.deadline)}."
    )
    if LINE not in files:
        return Report(tuple(checks.done), (), (KEPT_UNKNOWN, *NOT_PROVED))
    index = 0
    with checks.part(STANDS):
        index = _stands(promise, files, trust)
    kept = checks.settle(STANDS, f"Line {index} of the log, opened to whoever acted, is of this entry.")
    proved = (f"The promise was kept: entry {name} stands in the log as line {index}.",) if kept else ()
    return Report(tuple(checks.done), proved, NOT_PROVED)


NOT_PROVED = (
    "What the entry says, and about whom: a receipt names it by a hash only.",
    "When the entry came to stand in the log, unless a witness has cosigned a checkpoint that holds it.",
)
KEPT_UNKNOWN = (
    "Whether the promise was kept. The person concerned holds the receipt against a pack of a later moment"
    " (`aboveboard verify PACK --trust FILE --receipt FILE`); whoever acted asks for the line (`aboveboard receipt`)."
)


def _stands(promise: Promise, files: Mapping[str, bytes], trust: TrustPolicy) -> int:
    checkpoint = trust.open_checkpoint(_file(files, shape.CHECKPOINT)).checkpoint
    if checkpoint.origin != promise.origin:
        raise NotVerified("the checkpoint is of another log than the receipt")
    value = parts.object_of(parts.decoded(files[LINE]))
    opened = {name: parts.opening_of(pair) for name, pair in parts.object_of(value.get("opened")).items()}
    hidden = tuple(parts.hex_of(one, parts.KEY_SIZE) for one in parts.array_of(value.get("hidden")))
    line = spans.ShownLine(spans.leaf_of(value.get("leaf")), "", opened, hidden)
    said = line.values().get("actor")
    if said is None or ActorSide.decode(said.encode()).entry_hash != promise.entry_hash:
        raise NotVerified("the line shown is of another entry")
    index = parts.number_of(value.get("index"))
    verify_inclusion(
        index, checkpoint.size, leaf_hash(line.leaf), parts.read_as(parts.Hashes, value.get("proof")), checkpoint.root
    )
    return index


def _as_of(files: Mapping[str, bytes], lines: Iterable[shape.PackedLine], trust: TrustPolicy) -> datetime:
    """Give the latest moment for which a pack stands: by witnesses, by its lines, and by the word the log signed."""
    cosigned = trust.open_signed(files[shape.CHECKPOINT]).cosigned.values()
    moments = [at for at in cosigned if at is not None] + [time_of(line.opened["time"][1]) for line in lines]
    made_at = parts.object_of(canonical.decode(files[shape.EVIDENCE])).get("made_at")
    with suppress(ValueError, OverflowError):
        moments.append(datetime.fromisoformat(str(made_at)).astimezone(UTC))
    return max(moments, default=datetime.min.replace(tzinfo=UTC))


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise Invalid(f"the file {name} is missing")
    return files[name]


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
