"""The person's lines: each in the log, each opened as it was committed to, none left out between first and last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import AUDIT_FIELDS, FIELDS, Leaf, SubjectSide
from aboveboard.core.entries.said import Said, said
from aboveboard.core.envelope.commitments import commitment, field_commitment
from aboveboard.core.envelope.labels import label, label_key_digest
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.merkle import leaf_hash, verify_inclusion
from aboveboard.core.tlog.paths import apart
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.shape import Evidence, PackedEntries, PackedLine

IN_LOG, OPENED, WHOLE = "inclusion", "openings", "completeness"
OPENED_LOG = "log.opened"
"""The first line of a log that follows on a declared gap; it names the last head of the one before."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A log's tree as it was signed: size and root."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line whose place and openings hold: its index, its kind, what it says, and the person's side of it."""

    log: int
    index: int
    kind: int
    said: Said
    side: SubjectSide | None


def with_proofs(entries: PackedEntries, roots: Mapping[int, Tree], checks: Checks) -> list[PackedLine]:
    """Give the person's lines each with its own proof, taken out of the paths of all."""
    proofs: dict[tuple[int, int], tuple[bytes, ...]] = {}
    for log in {line.log for line in entries.lines if line.proof is None} & roots.keys():
        with checks.part(IN_LOG):
            indexes = [line.index for line in entries.lines if line.log == log and line.proof is None]
            found = apart(entries.paths.get(log, b""), indexes, roots[log].size)
            proofs |= {(log, index): proof for index, proof in found.items()}
    return [
        line if line.proof is not None else replace(line, proof=proofs.get((line.log, line.index), ()))
        for line in entries.lines
    ]


def check_inclusion(line: PackedLine, roots: Mapping[int, Tree], checks: Checks) -> bool:
    """Hold a line's proof against the root of its log (RFC 9162 section 2.1.3.2); whether it stands."""
    with checks.part(IN_LOG, line.index):
        tree = roots.get(line.log)
        if tree is None:
            raise NotVerified("it belongs to a log that this one does not name as its forerunner")
        verify_inclusion(line.index, tree.size, leaf_hash(line.leaf), line.proof or (), tree.root)
        return True
    return False


def check_governance(lines: Sequence[PackedLine], roots: dict[int, Tree], checks: Checks) -> list[ReadLine]:
    """Check the lines of governance, newest log first, and take the roots of former logs from those that open a log."""
    found = []
    for line in sorted(lines, key=lambda line: -line.log):
        stands, read = check_inclusion(line, roots, checks), check_openings(line, checks)
        if stands and read is not None:
            found.append(read)
            if read.kind == EntryKind.CELL and read.said.operation == OPENED_LOG:
                with checks.part(IN_LOG, line.index):
                    _take_root(read, roots)
    return found


def _take_root(line: ReadLine, roots: dict[int, Tree]) -> None:
    body = line.said.body
    size, root = body.get("last_size"), body.get("last_root")
    if body.get("number") != line.log - 1 or type(size) is not int or not isinstance(root, str):
        raise Invalid("it does not say which log ended")
    try:
        roots[line.log - 1] = Tree(size, bytes.fromhex(root))
    except ValueError:
        raise Invalid("it does not say which log ended") from None


def check_openings(line: PackedLine, checks: Checks) -> ReadLine | None:
    """Hold every opened field against the line's commitment; what the line says if they fit."""
    with checks.part(OPENED, line.index):
        leaf = Leaf.decode(line.leaf)
        if commitment([_commitment_of(line, name) for name in FIELDS]) != leaf.commitment:
            raise NotVerified("an opened field is not what the line commits to")
        if line.opened.keys() | line.hidden.keys() != set(FIELDS) or line.opened.keys() & line.hidden.keys():
            raise Invalid("it opens a field that lines do not have, or one twice")
        if not line.opened.keys() >= set(AUDIT_FIELDS):
            raise Invalid("it leaves out a field that anybody with the evidence may read")
        values = {name: value for name, (_, value) in line.opened.items()}
        side = SubjectSide.decode(values["subject"].encode()) if "subject" in values else None
        return ReadLine(line.log, line.index, leaf.kind, said(values), side)
    return None


def _commitment_of(line: PackedLine, name: str) -> bytes:
    if name in line.opened:
        blind, value = line.opened[name]
        return field_commitment(blind, name, value.encode())
    if name in line.hidden:
        return line.hidden[name]
    raise Invalid(f"it says nothing of the field {name}")


def check_completeness(
    evidence: Evidence, lines: Sequence[PackedLine], read: Sequence[ReadLine | None], checks: Checks
) -> None:
    """Show that the lines are the person's number 0, 1, 2 ... of each log without a gap: labels, counters, hashes."""
    if not lines:
        checks.no(WHOLE, "The pack shows no line of the person at all.")
    previous: dict[int, bytes] = {}
    numbers: dict[int, int] = {}
    for line, one in zip(lines, read, strict=True):
        number = numbers.get(line.log, 0)
        with checks.part(WHOLE, line.index):
            key = evidence.label_keys.get(line.log)
            if key is None or label(key, number) != line.leaf[2:34]:
                raise NotVerified(f"it is not the person's line number {number}: a line is missing or foreign")
            if one is not None:
                _check_side(evidence, number, previous.get(line.log, b""), one)
        numbers[line.log], previous[line.log] = number + 1, leaf_hash(line.leaf)


def _check_side(evidence: Evidence, number: int, previous: bytes, line: ReadLine) -> None:
    side = line.side
    if side is None:
        raise Invalid("it does not open the person's side")
    if side.subject != evidence.subject or side.number != number:
        raise NotVerified("it is about somebody else, or counted otherwise")
    if side.previous != previous:
        raise NotVerified("it does not follow on the person's line before it")
    if side.label_key_digest != (label_key_digest(evidence.label_keys[line.log]) if number == 0 else b""):
        raise NotVerified("the key that finds the person's lines is not the one their first line commits to")
    # After a declared gap the line that took the person in stands in the log before it.
    if number == 0 and line.log == 1 and line.kind != EntryKind.CREATED:
        raise NotVerified("the person's first line does not say that they were taken in")
