"""A denial: the log's signature under the word that no record is held under named identifiers, at a checkpoint.

    text of the note (C2SP signed-note), each line ended by a newline:
        aboveboard/denial/v1
        <origin of the log>
        <controller, by short name>
        <time, 2026-11-22T13:00:00.000000Z>
        <tree size of the checkpoint before the search, decimal>
        <root hash of that checkpoint, base64>
        <kind> <state> <commitment, base64>      one line an identifier, in the order of kinds
        <entry hash, base64>

    state       ``none``, or ``erased:2026-11-22`` where a keyed mark of an erasure on that day is all that is left
    commitment  SHA-256(salt (32) || u8len(name) || name || compared form), name = "denial/" || kind
    statement   the text without its last line; the entry's body holds SHA-256 of it, and nothing else of it

The salts go to whoever asked. Without them neither the note nor the log says about whom it was asked, and nobody can
try names. No origin reads like the first line, so a denial cannot be taken for a checkpoint signed with the same key.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from aboveboard.core import canonical
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.envelope.commitments import field_commitment
from aboveboard.core.envelope.identifiers import IdentifierKind, normalised
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote, open_note
from aboveboard.core.tlog.text import encode_base64, lines_of, parse_decimal, parse_hash
from aboveboard.core.tlog.trust import TrustPolicy, WitnessedCheckpoint
from aboveboard.core.verify import shape
from aboveboard.core.verify.growth import check_growth
from aboveboard.core.verify.lines import IN_LOG, OPENED, Tree, check_inclusion, check_openings
from aboveboard.core.verify.report import Checks, Report

FIRST_LINE, OPERATION = "aboveboard/denial/v1", "denial.given"
NOTE, IDENTIFIERS, LINE = "denial", "identifiers.json", "line.json"
SIGNED, NAMED, LOGGED, CHECKPOINT = "denial", "identifiers", "line", "checkpoint"
NONE, ERASED = "none", "erased"
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
_STATE = re.compile(r"none|erased:\d{4}-\d\d-\d\d")
_HEAD, _PARTS = 6, 3
KINDS: Mapping[str, str] = {
    IdentifierKind.EMAIL: "an e-mail address",
    IdentifierKind.NAME: "a name",
    IdentifierKind.NAME_AND_BIRTH: "a name with a date of birth",
    IdentifierKind.PHONE: "a telephone number",
}


@dataclass(frozen=True, slots=True)
class Denied:
    """One identifier of a denial: its kind, what is left of an erasure, and the commitment to its compared form."""

    kind: IdentifierKind
    erased_on: date | None
    commitment: bytes

    def encode(self) -> str:
        """Write its line, without the newline."""
        state = f"{ERASED}:{self.erased_on.isoformat()}" if self.erased_on else NONE
        return f"{self.kind} {state} {encode_base64(self.commitment)}"


@dataclass(frozen=True, slots=True)
class Denial:
    """What is signed."""

    origin: str
    controller: str
    at: datetime
    size: int
    root: bytes
    identifiers: tuple[Denied, ...]

    def statement(self) -> str:
        """Give the text up to the entry's hash: what the entry commits to."""
        said = [FIRST_LINE, self.origin, self.controller, self.at.astimezone(UTC).strftime(TIME), str(self.size)]
        return "\n".join([*said, encode_base64(self.root), *(one.encode() for one in self.identifiers)]) + "\n"

    def digest(self) -> str:
        """Give SHA-256 of the statement, in hexadecimal digits."""
        return hashlib.sha256(self.statement().encode()).hexdigest()

    def text(self, entry_hash: bytes) -> str:
        """Give the text that is signed."""
        return f"{self.statement()}{encode_base64(entry_hash)}\n"


@dataclass(frozen=True, slots=True)
class Shown:
    """One identifier as its owner holds it: as it was given, and the salt that ties it to the denial."""

    kind: IdentifierKind
    given: str
    salt: bytes

    @property
    def compared(self) -> str:
        """Its compared form."""
        return normalised(self.kind, self.given)

    def commitment(self) -> bytes:
        """Make the commitment anew."""
        return field_commitment(self.salt, f"denial/{self.kind}", self.compared.encode())


def parse_denial(text: str) -> tuple[Denial, bytes]:
    """Read the text of a denial; the denial and the hash of its entry.

    Raises:
        Invalid: when it is not one.
    """
    lines = lines_of(text)
    if len(lines) < _HEAD + 2 or lines[0] != FIRST_LINE:
        raise Invalid("it is not a denial")
    try:
        at = datetime.strptime(lines[3], TIME).replace(tzinfo=UTC)
    except ValueError:
        raise Invalid("it is not a denial") from None
    size, root = parse_decimal(lines[4]), parse_hash(lines[5])
    read = Denial(lines[1], lines[2], at, size, root, tuple(map(_identifier, lines[_HEAD:-1])))
    entry_hash = parse_hash(lines[-1])
    if read.text(entry_hash) != text:
        raise Invalid("it is not written as a denial is")
    return read, entry_hash


def _identifier(line: str) -> Denied:
    parts = line.split(" ")
    if len(parts) != _PARTS or not _STATE.fullmatch(parts[1]):
        raise Invalid("it is not a denial")
    try:
        day = parts[1].partition(":")[2]
        return Denied(IdentifierKind(parts[0]), date.fromisoformat(day) if day else None, parse_hash(parts[2]))
    except ValueError:
        raise Invalid("it is not a denial") from None


def encode_shown(shown: Sequence[Shown]) -> bytes:
    """Write ``identifiers.json``: what was asked about, for its owner alone."""
    return canonical.encode([{"given": one.given, "kind": one.kind.value, "salt": one.salt.hex()} for one in shown])


def read_shown(data: bytes) -> tuple[Shown, ...]:
    """Read ``identifiers.json``.

    Raises:
        Invalid: when it has another form.
    """
    value = canonical.decode(data)
    try:
        read = tuple(Shown(IdentifierKind(one["kind"]), str(one["given"]), bytes.fromhex(one["salt"])) for one in value)
        if encode_shown(read) == data:
            return read
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    raise Invalid("it does not have the form it must have")


def verify_denial(files: Mapping[str, bytes], trust: TrustPolicy, since: Sequence[bytes] = ()) -> Report:
    """Check the *files* of a denial, by name, trusting the keys in *trust* only; *since*: checkpoints kept earlier.

    Bad, missing and foreign files end in checks that do not hold, never in an exception.
    """
    checks = Checks()
    denial = _signed(files, trust, checks)
    witnessed = _checkpoint(files, trust, checks)
    if denial is not None:
        _check_identifiers(files, denial, checks)
    if denial is not None and witnessed is not None:
        _check_line(files, denial, witnessed.checkpoint, checks)
        _check_grown(files, denial, witnessed.checkpoint, trust, since, checks)
    proved = () if checks.failed or denial is None else _proved(denial, witnessed)
    return Report(tuple(checks.done), proved, NOT_PROVED)


def _signed(files: Mapping[str, bytes], trust: TrustPolicy, checks: Checks) -> Denial | None:
    with checks.part(SIGNED):
        data = _file(files, NOTE)
        denial, _ = parse_denial(SignedNote.parse(data).text)
        open_note(data, trust.log_keys_for(denial.origin))
        checks.settle(SIGNED, f"The log {denial.origin} has signed the denial of {denial.controller!r}.")
        return denial
    return None


def _checkpoint(files: Mapping[str, bytes], trust: TrustPolicy, checks: Checks) -> WitnessedCheckpoint | None:
    with checks.part(CHECKPOINT):
        witnessed = trust.open_checkpoint(_file(files, shape.CHECKPOINT))
        checks.settle(CHECKPOINT, f"A checkpoint over {witnessed.checkpoint.size} entries is signed.")
        return witnessed
    return None


def _check_identifiers(files: Mapping[str, bytes], denial: Denial, checks: Checks) -> None:
    with checks.part(NAMED):
        shown = read_shown(_file(files, IDENTIFIERS))
        made = [(one.kind, one.commitment()) for one in shown]
        if made != [(one.kind, one.commitment) for one in denial.identifiers]:
            raise NotVerified("the denial is not about the identifiers shown beside it")
    checks.settle(NAMED, f"It is about the identifiers shown beside it: {_named(denial)}.")


def _check_line(files: Mapping[str, bytes], denial: Denial, checkpoint: Checkpoint, checks: Checks) -> None:
    with checks.part(LOGGED):
        lines = shape.read_lines(_file(files, LINE))
        if len(lines) != 1 or denial.origin != checkpoint.origin:
            raise NotVerified("the line of the denial in the log of the checkpoint is not shown")
        line = lines[0]
        check_inclusion(line, {line.log: Tree(checkpoint.size, checkpoint.root)}, checks)
        read = check_openings(line, checks)
        if read is None:
            raise NotVerified("the line of the denial does not open")
        says = read.said
        if (read.kind, says.operation, says.verdict) != (EntryKind.GOVERNANCE, OPERATION, "permit"):
            raise NotVerified("the line shown is not that of a denial")
        if says.body.get("denial") != denial.digest() or says.at != denial.at or says.entity != denial.controller:
            raise NotVerified("the line shown is that of another denial")
        if line.index < denial.size:
            raise NotVerified("the line stands before the checkpoint that the denial names")
    checks.settle(IN_LOG, "Its line stands in the log where the folder says.")
    checks.settle(OPENED, "Every opened field is what the line committed to.")
    checks.settle(LOGGED, "The line holds the hash of exactly this denial, and its time.")


def _check_grown(
    files: Mapping[str, bytes],
    denial: Denial,
    checkpoint: Checkpoint,
    trust: TrustPolicy,
    since: Sequence[bytes],
    checks: Checks,
) -> None:
    with checks.part(CHECKPOINT):
        earlier = shape.read(shape.CONSISTENCY, _file(files, shape.CONSISTENCY))
        named = [Checkpoint.parse(SignedNote.parse(one.checkpoint).text) for one in earlier]
        if Checkpoint(denial.origin, denial.size, denial.root) not in named:
            raise NotVerified("the checkpoint that the denial names is not shown")
        check_growth(earlier, checkpoint, trust, since, checks)


def _proved(denial: Denial, witnessed: WitnessedCheckpoint | None) -> tuple[str, ...]:
    said = [
        (
            f"{denial.controller!r} has signed that, when the log {denial.origin} counted {denial.size} entries"
            f" ({denial.at:%Y-%m-%d %H:%M} UTC), it held no record under {_named(denial)}."
        ),
        "It cannot take that back: the hash of it stands in the log.",
        (
            "Whoever shows a record under one of these identifiers that was in the log before that checkpoint, and was"
            " held at it, proves it false: `aboveboard verify PACK --trust KEYS --refute THIS-FOLDER`."
        ),
    ]
    said += [
        f"Under {KINDS[one.kind]} a keyed mark is all that is left of an erasure on {one.erased_on}; it recognises"
        " the same again so that nobody is taken in anew, and says nothing else."
        for one in denial.identifiers
        if one.erased_on
    ]
    if witnessed is not None and witnessed.cosigned:
        said.append(f"Witnesses saw the same log: {', '.join(sorted(witnessed.cosigned))}.")
    return tuple(said)


NOT_PROVED = (
    (
        "That it is true. A denial is a statement with a signature under it, not a proof that there is nothing; it is"
        " worth what it costs to be caught."
    ),
    (
        "That nothing is held under other identifiers, or under these written otherwise: another number, another"
        " spelling, a former name; or waits unread in quarantine, where only names and e-mail addresses are recognised."
    ),
    (
        "That nothing is held elsewhere: by another company of the group in a cell of its own, in other systems, on"
        " paper, in the memory of people. The records of the company's own staff are kept apart and are not searched."
    ),
    "That nothing was entered after the checkpoint the denial names.",
)
"""Never empty, as in a pack."""


def _named(denial: Denial) -> str:
    return ", ".join(KINDS[one.kind] for one in denial.identifiers)


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise Invalid(f"the file {name} is missing")
    return files[name]
