"""An employee's own lines: found by the labels of their chain, opened under their K_actor, counted from 0.

They see what they did and nothing of whom they did it to: a line says entity, country, purpose, categories, verdict and
time, and an employee's opening holds no person. Nobody else is shown this, and nothing here counts anybody's work
for others. Reading it opens nothing about a person and releases nothing anew, so it leaves no line itself.

No table finds lines by an employee: that would cost every look, and serve whoever wanted to watch them. The published
bundles are searched from the newest back, some hundred thousand lines in a blink, until what was asked for is found.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.evidence.lines import texts_of
from aboveboard.apps.evidence.logs import Log, all_logs
from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.ledger.actions import CELL
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import Leaf, open_audit, open_by_actor
from aboveboard.core.entries.said import Said, said
from aboveboard.core.envelope.keys import KeyKind, LogKeys, log_keys
from aboveboard.core.envelope.labels import label
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.terms import StaffId
from aboveboard.core.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, read_bundle

_LABEL = slice(34, 66)
"""Where a leaf holds the actor's label."""
_HANDFUL = 1000

Published = tuple[int, bytes]
"""A place in the log, and the public bytes that stand there."""


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One line of the employee: which of their lines it is, where it stands, and what it says."""

    log: int
    number: int
    index: int
    kind: EntryKind
    said: Said
    role: str
    entry_hash: bytes
    """Lines of people looked at together have the same."""


@dataclass(frozen=True, slots=True)
class OwnLooks:
    """A stretch of an employee's lines, the newest first, and how many they have in this log."""

    lines: tuple[OwnLine, ...]
    length: int
    """Their lines are numbers 0 to this less one."""
    unsigned: int
    """How many of the stretch asked for are not in the signed log yet."""


def own_looks(staff: StaffId, *, before: int | None = None, most: int = _HANDFUL) -> OwnLooks:
    """Give at most *most* lines of the present log with numbers under *before*, the newest first.

    Raises:
        Shredded: when their K_actor is gone.
        NotVerified: when a line was changed, or one that is signed cannot be found.
    """
    own_key = keys.store().key(KeyKind.ACTOR, staff)
    log = all_logs()[-1]
    length = _length(staff)
    end = length if before is None else max(0, min(before, length))
    own = log_keys(own_key, log.number)
    found = _found(log, own, range(max(0, end - most), end))
    wanted = range(max(0, end - most), end)
    newest = max(found, default=-1)
    if any(number not in found for number in wanted if number < newest):
        raise NotVerified("A line of yours is gone from the published log; tell the data protection officer.")
    lines = _opened(log, own, found)
    return OwnLooks(tuple(sorted(lines, key=lambda line: -line.number)), length, len(wanted) - len(found))


def former_looks(staff: StaffId) -> tuple[OwnLine, ...]:
    """Give every line of the employee in logs that ended with a declared gap, the oldest first."""
    own_key = keys.store().key(KeyKind.ACTOR, staff)
    lines: list[OwnLine] = []
    for log in all_logs()[:-1]:
        own, start = log_keys(own_key, log.number), 0
        while found := _found(log, own, range(start, start + _HANDFUL)):
            lines += sorted(_opened(log, own, found), key=lambda line: line.number)
            start += _HANDFUL
    return tuple(lines)


def _found(log: Log, own: LogKeys, numbers: range) -> Mapping[int, Published]:
    """Find the lines of these numbers, as far as they are signed."""
    wanted = {label(own.label, number): number for number in numbers}
    found: dict[int, Published] = {}
    for first, leaves in _bundles(log):
        if not wanted:
            break
        for at, leaf in enumerate(leaves):
            number = wanted.pop(leaf[_LABEL], None)
            if number is not None:
                found[number] = first + at, leaf
    return found


def _bundles(log: Log) -> Iterator[tuple[int, Sequence[bytes]]]:
    """Give the published lines from the newest bundle back, each with the place of its first line."""
    read = FileTiles(log.folder).get
    for first in range((log.size - 1) // TILE_WIDTH * TILE_WIDTH, -1, -TILE_WIDTH):
        yield first, read_bundle(read, Tile(ENTRIES, first // TILE_WIDTH, min(TILE_WIDTH, log.size - first)))


def _opened(log: Log, own: LogKeys, found: Mapping[int, Published]) -> list[OwnLine]:
    table, where = ("ledger_formerleaf", f"log = {log.number} AND ") if log.former else ("ledger_leaf", "")
    places = dict(found.values())
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(places), _HANDFUL):
        some = list(places)[start : start + _HANDFUL]
        query = f"SELECT seq, data, actor, audit FROM {table} WHERE {where}seq IN ({', '.join(['%s'] * len(some))})"
        with connections[CELL].cursor() as cursor:
            cursor.execute(query, some)
            rows += cursor.fetchall()
    if len(rows) != len(places):
        raise NotVerified("A line of yours is gone from the ledger; tell the data protection officer.")
    lines = []
    for seq, data, actor, audit in rows:
        index = int(seq)
        line = _line(log, own, index, places[index], bytes(actor), bytes(audit))
        if line is None or bytes(data) != places[index]:
            raise NotVerified(f"Entry {index} of the log does not open: it was changed.", code="line")
        lines.append(line)
    return lines


def _line(log: Log, own: LogKeys, index: int, data: bytes, actor: bytes, audit: bytes) -> OwnLine | None:
    """Open one line; None where it does not open, or not as what it commits to."""
    cell = settings.OPTIONS.cell
    try:
        leaf = Leaf.decode(data)
        opened = open_by_actor(cell, leaf, actor, own)
        audited = open_audit(cell, leaf, audit, opened.leaf_key)
        says, kind, side = said(texts_of(audited)), EntryKind(leaf.kind), opened.side
    except (Invalid, NotVerified, ValueError):
        return None
    if audited.commitment() != leaf.commitment:
        return None
    return OwnLine(log.number, side.number, index, kind, says, side.role, side.entry_hash)


def _length(staff: StaffId) -> int:
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT length FROM ledger_chain WHERE owner = %s", [b"a" + staff])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
