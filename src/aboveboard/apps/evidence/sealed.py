"""Sealed lines, held against the log and the keys of persons: each where its row says, each opened to the right person.

An outsider counts sealed and opened lines; whether an opening went to whom it is about, only who holds K_log sees.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings

from aboveboard.apps import keys
from aboveboard.apps.evidence.findings import Finding
from aboveboard.apps.evidence.logs import Log, Row
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.models import Sealed
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import Leaf, SubjectSide, open_by_person
from aboveboard.core.entries.sealed import DELAY_OWNER, keys_of_sealed
from aboveboard.core.envelope.keys import KeyKind, LogKeys, log_keys
from aboveboard.core.envelope.labels import label
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.merkle import leaf_hash

_STEP = 500


@dataclass(frozen=True, slots=True)
class _Found:
    """A sealed line, its leaf, and the keys of whom it is about, where these still live."""

    row: Sealed
    line: Row
    keys: LogKeys | None


def check_sealed(log: Log) -> list[Finding]:
    """Name the sealed lines of *log* that are gone, changed, out of turn, or were opened to somebody else."""
    found = keys.store().keys(KeyKind.LOG, [DELAY_OWNER])
    if (DELAY_OWNER, "") not in found:
        return []
    chain = log_keys(found[DELAY_OWNER, ""], log.number)
    findings: list[Finding] = []
    before, expected = b"", 0
    for batch in _batches(log):
        people = _keys_of(batch, log)
        lines = log.rows([label(chain.label, row.number) for row in batch])
        for row in batch:
            line = lines.get(label(chain.label, row.number))
            if row.number != expected or line is None:
                findings.append(_finding("sealed-gone", row, "is gone from the log"))
                return findings
            one = _Found(row, line, people.get(bytes(row.person)) if row.person is not None else None)
            findings += _check(one, chain, before)
            before, expected = leaf_hash(line.data), expected + 1
        findings += _check_openings([row for row in batch if row.opened and row.step], log, people)
    return findings


def _batches(log: Log) -> Iterator[list[Sealed]]:
    batch: list[Sealed] = []
    for row in Sealed.objects.filter(log=log.number).order_by("number").iterator(_STEP):
        batch.append(row)
        if len(batch) == _STEP:
            yield batch
            batch = []
    if batch:
        yield batch


def _keys_of(batch: Iterable[Sealed], log: Log) -> dict[bytes, LogKeys]:
    people = {bytes(row.person) for row in batch if row.person is not None}
    return {person: log_keys(key, log.number) for (person, _), key in keys.store().keys(KeyKind.LOG, [*people]).items()}


def _check(one: _Found, chain: LogKeys, before: bytes) -> Iterator[Finding]:
    row, line = one.row, one.line
    try:
        leaf = Leaf.decode(line.data)
        if (
            leaf.kind != EntryKind.SEALED
            or leaf.tail is None
            or leaf.tail.number != row.number
            or line.index != row.seq
        ):
            yield _finding("chain-broken", row, "is not the line that its row says")
        elif one.keys is not None:
            side = _side(line, leaf, keys_of_sealed(chain, one.keys))
            if (side.subject, side.number, side.previous) != (bytes(row.person or b""), row.number, before):
                yield _finding("chain-broken", row, "does not follow on the sealed line before it, or is about another")
    except (Invalid, NotVerified):
        yield _finding("opening-changed", row, "was changed in the opening sealed for the person")


def _check_openings(opened: list[Sealed], log: Log, people: dict[bytes, LogKeys]) -> Iterator[Finding]:
    """Hold each line that opens a sealed one against the keys of the person: nobody else can have been given it."""
    names = [bytes(row.step) for row in opened]
    at = {
        bytes(name): int(seq)
        for name, seq in rows.select_in("SELECT entry_hash, seq FROM ledger_receipt WHERE entry_hash {}", names)
    }
    lines = log.lines_at(sorted(at.values()))
    for row in opened:
        index = at.get(bytes(row.step))
        own = people.get(bytes(row.person)) if row.person is not None else None
        if index is None or own is None:
            continue  # still pending, or of somebody who was erased
        line = lines.get(index)
        if line is None or not _opens_to(row, line, own):
            yield _finding("opening-diverted", row, "was not opened to the person it is about")


def _opens_to(row: Sealed, line: Row, own: LogKeys) -> bool:
    try:
        leaf = Leaf.decode(line.data)
        side = _side(line, leaf, own)
    except (Invalid, NotVerified):
        return False
    named = leaf.tail is not None and leaf.tail.number == row.number
    return leaf.kind == EntryKind.OPENED and named and label(own.label, side.number) == leaf.subject_label


def _side(line: Row, leaf: Leaf, own: LogKeys) -> SubjectSide:
    return open_by_person(settings.OPTIONS.cell, leaf, line.subject, own).side


def _finding(code: str, row: Sealed, what: str) -> Finding:
    return Finding(code, f"The sealed line number {row.number} (entry {row.seq}) {what}.", row.seq, row.seq)
