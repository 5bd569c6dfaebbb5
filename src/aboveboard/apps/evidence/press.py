"""For the press: how often was looked from where, month by month, a checkpoint to keep, and what all that does not say.

Nothing here is about one person. A number below five is not told: small cells are folded into "others", and where those
are still too few, the next smallest with them, so that no subtraction from a total gives one back. Every month is told
by itself and always alike, so that two files of overlapping periods do not tell more than either.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connections

from aboveboard.apps.accounts.queries import controller
from aboveboard.apps.evidence.logs import Log, current_log, published_note
from aboveboard.apps.evidence.pack import README, earlier, lay_down, own_trust, require_new
from aboveboard.apps.evidence.press_readme import press_readme
from aboveboard.apps.evidence.spans import AuditReader
from aboveboard.apps.gate.overseeing import PRESS_TOLD, Overseen, oversee
from aboveboard.apps.ledger.actions import CELL
from aboveboard.apps.ledger.publishing import log_signer
from aboveboard.core import canonical
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.policy.question import Actor, Place
from aboveboard.core.terms import PurposeId
from aboveboard.core.verify import Report, shape
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from aboveboard.core.verify.press import FORMAT, PRESS, THRESHOLD, verify_press
from aboveboard.core.verify.tally import Row, table_file

COUNTS = "counts.csv"
OTHERS = "others"
FEW = f"fewer than {THRESHOLD}"
MOST_MONTHS = 120
_HEAD = ("month", "what", "which", "count")


@dataclass(frozen=True, slots=True)
class PressFile:
    """What is told, month by month, and the files that hold it."""

    controller: str
    months: tuple[str, ...]
    rows: tuple[Row, ...]
    """Month, what is counted, which of it, and how many (or that it is fewer than the threshold)."""
    log: Log
    proving: Mapping[str, bytes]


def months_between(first: date, last: date, now: datetime) -> tuple[int, ...]:
    """Give the months from the first to the last, as the log numbers them (202611).

    Raises:
        Invalid: when one is not over yet, or there are none, or far too many.
    """
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    if end >= now.year * 12 + now.month - 1:
        raise Invalid("Only months that are over are told: half a month told twice would tell what came in between.")
    if not 0 <= end - start < MOST_MONTHS:
        raise Invalid(f"Name a first month and a last one not before it, {MOST_MONTHS} months at most.")
    return tuple(month // 12 * 100 + month % 12 + 1 for month in range(start, end + 1))


def ask_for_press(months: Sequence[int], *, actor: Actor, purpose: PurposeId, place: Place, now: datetime) -> Overseen:
    """Put to the gate that counts are handed to the press; the verdict is committed.

    Raises:
        Denied: for anybody but the officer.
    """
    told = {"first": str(months[0]), "last": str(months[-1])}
    return oversee(PRESS_TOLD, told, actor=actor, purpose=purpose, place=place, now=now)


def count(months: Sequence[int], *, now: datetime, since: Sequence[bytes] = ()) -> PressFile:
    """Count the months that were allowed."""
    note = published_note()
    log = current_log(note)
    reader = AuditReader(log)
    rows = [row for month in months for row in _month(reader, log, month)]
    told = {
        "format": FORMAT,
        "origin": log.origin,
        "controller": controller() or "",
        "months": [_named(month) for month in months],
        "threshold": THRESHOLD,
        "made_at": now.isoformat(),
    }
    proving = {
        PRESS: canonical.encode(told),
        COUNTS: table_file((_HEAD, *rows)),
        shape.CHECKPOINT: note,
        shape.CONSISTENCY: canonical.encode([earlier(kept, log.prover(), log) for kept in since]),
    }
    return PressFile(controller() or "", tuple(map(_named, months)), tuple(rows), log, proving)


def write_press(counted: PressFile, renderings: Mapping[str, bytes], out: Path, since: Sequence[bytes] = ()) -> Report:
    """Write the press file into the new folder *out*.

    Raises:
        Conflict: when *out* exists.
        NotVerified: when it does not hold.
    """
    require_new(out)
    log = counted.log
    files = {**counted.proving, **renderings, README: press_readme(counted.controller, log.origin, log.size)}
    whole = {**files, MANIFEST: sign_manifest(log.origin, files, log_signer(log.origin))}
    report = verify_press(whole, own_trust(), since)
    if not report.holds:
        raise NotVerified(f"The log does not prove itself: {report.failures[0].sentence} Run `aboveboard doctor`.")
    lay_down(out, whole)
    return report


def folded(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Give the counts, the largest first, with every cell below the threshold folded into others.

    What is folded is never so little that it could be told from the sum of the rest.
    """
    told = sorted(((name, count) for name, count in counts.items() if count), key=lambda one: (-one[1], one[0]))
    rest = 0
    while told and (told[-1][1] < THRESHOLD or 0 < rest < THRESHOLD):
        rest += told.pop()[1]
    made = [(name, str(count)) for name, count in told]
    return [*made, (OTHERS, str(rest) if rest >= THRESHOLD else FEW)] if rest else made


def _month(reader: AuditReader, log: Log, month: int) -> Iterable[Row]:
    """Count the lines of one month."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT seq FROM ledger_leaf WHERE month = %s AND seq < %s ORDER BY seq", [month, log.size])
        indexes = [int(seq) for (seq,) in cursor.fetchall()]
    tables: dict[str, Counter[str]] = {"looks by company and country": Counter(), "looks by answer": Counter()}
    others: Counter[str] = Counter()
    for row in (row for index in indexes for row in reader.rows(index, index + 1)):
        values = row.values()
        if row.kind == EntryKind.LOOK and values:
            tables["looks by company and country"][f"{values['entity']} {values['country']}"] += 1
            tables["looks by answer"][values["verdict"]] += 1
        elif row.kind == EntryKind.ERASE:
            others["erasures"] += 1
        elif row.kind == EntryKind.SEALED:
            others["sealed lines"] += 1
        elif not values:
            others["lines of which the key is gone"] += 1
    for what, counts in tables.items():
        for which, told in folded(counts):
            yield (_named(month), what, which, told)
    for what, number in sorted(others.items()):
        yield (_named(month), what, "", str(number) if number >= THRESHOLD else FEW)


def _named(month: int) -> str:
    return f"{month // 100:04}-{month % 100:02}"
