"""What lies sealed beside the lines: whether it opens, fits its line, and each person's chain is whole."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.evidence.findings import Finding, about
from aboveboard.apps.evidence.logs import Log, Row, current_log
from aboveboard.apps.evidence.sealed import check_sealed
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.actions import CELL, pending_hash
from aboveboard.apps.ledger.models import Pending
from aboveboard.core.entries.leaf import Leaf, leaf_key, open_audit, open_by_person
from aboveboard.core.entries.sealed import DELAY_OWNER
from aboveboard.core.envelope.keys import KeyKind, LogKeys, log_keys
from aboveboard.core.envelope.labels import label
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.merkle import leaf_hash

_STEP = 2000
_PEOPLE = 500


def check_openings() -> list[Finding]:
    """Open everything this cell can open, and name each line whose openings were changed, each chain that is not whole.

    Lines of erased persons are opened from the audit side only; nobody can say whose they were.
    """
    people = _People(current_log())
    people.check()
    sealed = check_sealed(people.log)
    return [
        *about("opening-changed", "changed in its sealed audit opening", _audit_changed()),
        *about("opening-changed", "changed in the opening sealed for the person", people.changed),
        *about("chain-broken", "put where the person's chain does not have it", people.broken),
        *people.findings,
        *sealed,
    ]


def check_pending() -> list[Finding]:
    """Name the waiting entries that do not open, or bear another name than their own."""
    changed = 0
    for row in Pending.objects.all().iterator(_STEP):
        try:
            changed += pending_hash(bytes(row.pk), bytes(row.sealed)) != bytes(row.entry_hash)
        except NotVerified:
            changed += 1
    return [Finding("pending-changed", f"{changed} waiting entries were changed.")] if changed else []


def _audit_changed() -> Iterator[int]:
    """Give the lines whose audit opening does not open, or does not fit what the line commits to."""
    cell = settings.OPTIONS.cell
    months = keys.store().keys(KeyKind.AUDIT, [bytes(16)])
    for index, data, month, sealed in _leaves():
        key = months.get((bytes(16), str(month)))
        if key is None:
            continue  # the month's key was shredded by the controller's policy
        try:
            leaf = Leaf.decode(data)
            opened = open_audit(cell, leaf, sealed, leaf_key(key, leaf.subject_label))
            if opened.commitment() != leaf.commitment:
                yield index
        except (Invalid, NotVerified):
            yield index


def _leaves() -> Iterator[tuple[int, bytes, int, bytes]]:
    start = 0
    while True:
        with connections[CELL].cursor() as cursor:
            cursor.execute(
                "SELECT seq, data, month, audit FROM ledger_leaf WHERE seq >= %s ORDER BY seq LIMIT %s", [start, _STEP]
            )
            found = cursor.fetchall()
        for seq, data, month, audit in found:
            yield int(seq), bytes(data), int(month), bytes(audit)
        if len(found) < _STEP:
            return
        start = int(found[-1][0]) + 1


@dataclass(slots=True)
class _People:
    """Goes through everybody who has a K_log, a few hundred at a time."""

    log: Log
    changed: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def check(self) -> None:
        """Check every person's lines, the cell's own among them."""
        # The chain of sealed lines hangs on the keys of those whom they are about (`check_sealed`).
        owners = [bytes(owner) for owner in keys.store().owners(KeyKind.LOG) if bytes(owner) != DELAY_OWNER]
        gone = 0
        for start in range(0, len(owners), _PEOPLE):
            found = keys.store().keys(KeyKind.LOG, owners[start : start + _PEOPLE])
            gone += self._check({owner: log_keys(key, self.log.number) for (owner, _), key in found.items()})
        if gone:
            sentence = f"{gone} lines that the ledger counted for living persons are not in the database."
            self.findings.append(Finding("lines-gone", sentence))

    def _check(self, people: dict[bytes, LogKeys]) -> int:
        lengths = _lengths(people)
        wanted = {
            label(own.label, number): (owner, number)
            for owner, own in people.items()
            for number in range(lengths.get(owner, 0) + 1)
        }
        found = self.log.rows(list(wanted))
        before: dict[bytes, bytes] = {}
        names: dict[bytes, int] = {}
        gone = 0
        for name, (owner, number) in wanted.items():
            row, length = found.get(name), lengths.get(owner, 0)
            if row is not None and number == length:
                sentence = f"The counter of a person was set back: entry {row.index} lies beyond it."
                self.findings.append(Finding("counter-changed", sentence, row.index, row.index))
            elif row is not None:
                self._check_line(people[owner], number, row, before.get(owner, b""), names)
                before[owner] = leaf_hash(row.data)
            elif number < length:
                gone += 1
                before.pop(owner, None)
        self._check_receipts(names)
        return gone

    def _check_line(self, own: LogKeys, number: int, row: Row, before: bytes, names: dict[bytes, int]) -> None:
        try:
            side = open_by_person(settings.OPTIONS.cell, Leaf.decode(row.data), row.subject, own).side
        except (Invalid, NotVerified):
            self.changed.append(row.index)
            return
        names[side.entry_hash] = max(row.index, names.get(side.entry_hash, -1))
        if side.number != number or (side.previous != before and (before or number == 0)):
            self.broken.append(row.index)

    def _check_receipts(self, names: dict[bytes, int]) -> None:
        query = "SELECT entry_hash, seq FROM ledger_receipt WHERE entry_hash {}"
        receipts = {bytes(name): int(seq) for name, seq in rows.select_in(query, list(names))}
        for name, index in names.items():
            if receipts.get(name, index + 1) > index:
                sentence = f"The receipt of the entry behind line {index} is gone, or points elsewhere."
                self.findings.append(Finding("receipt-changed", sentence, index, index))


def _lengths(people: Iterable[bytes]) -> dict[bytes, int]:
    query = "SELECT owner, length FROM ledger_chain WHERE owner {}"
    found = rows.select_in(query, [b"s" + owner for owner in people])
    return {bytes(owner)[1:]: int(length) for owner, length in found}
