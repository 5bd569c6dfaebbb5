"""The person's lines: each in the log, each opened as it was committed to, none left out between first and last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import AUDIT_FIELDS, FIELDS, Leaf, SubjectSide
from aboveboard.core.entries.said import Said, said
from aboveboard.core.envelope.commitments import commitment, field_commitment
from aboveboard.core.envelope.labels import label, label_key_digest
from aboveboard.core.errors import Invalid, expect, require
from aboveboard.core.tlog.merkle import leaf_hash, verify_inclusion
from aboveboard.core.tlog.paths import apart
from aboveboard.core.verify.parts import hex_of, number_of
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.shape import Evidence, PackedEntries, PackedLine

IN_LOG, OPENED, WHOLE = "inclusion", "openings", "completeness"
OPENED_LOG = "log.opened"
"""The first line of a log that follows on a declared gap; it names the last head of the one before."""


class Tree(NamedTuple):
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


Roots = Mapping[int, Tree]
"""By the number of the log."""
Lines = Sequence[PackedLine]
Read = Sequence[ReadLine | None]
"""What lines say; None where one does not hold."""


def with_proofs(entries: PackedEntries, roots: Roots, checks: Checks) -> list[PackedLine]:
    """Give the person's lines each with its own proof, taken out of the paths of all."""
    proofs: dict[tuple[int, int], tuple[bytes, ...]] = {}
    for log in {line.log for line in entries.lines if line.proof is None} & roots.keys():
        with checks.part(IN_LOG):
            indexes = [line.index for line in entries.lines if line.log == log and line.proof is None]
            found = apart(entries.paths.get(log, b""), indexes, roots[log].size)
            proofs |= {(log, index): proof for index, proof in found.items()}
    given = [proofs.get((line.log, line.index), ()) if line.proof is None else line.proof for line in entries.lines]
    return [replace(line, proof=proof) for line, proof in zip(entries.lines, given, strict=True)]


def check_inclusion(line: PackedLine, roots: Roots, checks: Checks) -> bool:
    """Hold a line's proof against the root of its log (RFC 9162 section 2.1.3.2); whether it stands."""
    with checks.part(IN_LOG, line.index):
        require(line.log in roots, "it belongs to a log that this one does not name as its forerunner")
        tree = roots[line.log]
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
                    body = read.said.body
                    expect(body.get("number") == line.log - 1, "it does not say which log ended")
                    roots[line.log - 1] = Tree(number_of(body.get("last_size")), hex_of(body.get("last_root")))
    return found


def check_openings(line: PackedLine, checks: Checks) -> ReadLine | None:
    """Hold every opened field against the line's commitment; what the line says if they fit."""
    with checks.part(OPENED, line.index):
        leaf = Leaf.decode(line.leaf)
        once = line.opened.keys() | line.hidden.keys() == set(FIELDS) and not line.opened.keys() & line.hidden.keys()
        expect(once, "it does not show each field of a line, opened or hidden, once")
        made = {name: field_commitment(blind, name, value.encode()) for name, (blind, value) in line.opened.items()}
        held = commitment([made.get(name) or line.hidden[name] for name in FIELDS]) == leaf.commitment
        require(held, "an opened field is not what the line commits to")
        expect(line.opened.keys() >= set(AUDIT_FIELDS), "it leaves out a field that anybody with the evidence may read")
        values = {name: value for name, (_, value) in line.opened.items()}
        side = SubjectSide.decode(values["subject"].encode()) if "subject" in values else None
        return ReadLine(line.log, line.index, leaf.kind, said(values), side)
    return None


def check_completeness(evidence: Evidence, lines: Lines, read: Read, checks: Checks) -> None:
    """Show that the lines are the person's number 0, 1, 2 ... of each log without a gap: labels, counters, hashes."""
    if not lines:
        checks.no(WHOLE, "The pack shows no line of the person at all.")
    before: dict[int, list[bytes]] = {}
    for line, one in zip(lines, read, strict=True):
        previous = before.setdefault(line.log, [])
        with checks.part(WHOLE, line.index):
            key, number = evidence.label_keys.get(line.log), len(previous)
            its_own = key is not None and label(key, number) == line.leaf[2:34]
            require(its_own, f"it is not the person's line number {number}: a line is missing or foreign")
            if one is not None and key is not None:
                _check_side(evidence.subject, key, previous, one)
        previous.append(leaf_hash(line.leaf))


def _check_side(subject: bytes, key: bytes, previous: Sequence[bytes], line: ReadLine) -> None:
    side, number = line.side, len(previous)
    if side is None:
        raise Invalid("it does not open the person's side")
    require((side.subject, side.number) == (subject, number), "it is about somebody else, or counted otherwise")
    require(side.previous == (previous[-1] if previous else b""), "it does not follow on the person's line before it")
    same = side.label_key_digest == (b"" if previous else label_key_digest(key))
    require(same, "the key that finds the person's lines is not the one their first line commits to")
    # After a declared gap the line that took the person in stands in the log before it.
    taken_in = previous or line.log > 1 or line.kind == EntryKind.CREATED
    require(taken_in, "the person's first line does not say that they were taken in")
