"""A range for an authority: "no look as from there, by them, of that, between then and then", proved by the log.

The officer makes it. That it was asked for is decided at the gate and committed before anything is opened; of each look
only as many fields are opened as answer the question (GDPR Arts 5(2), 31, 58(1)(a) and (e)).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from aboveboard.apps.evidence.logs import Log, current_log, published_note
from aboveboard.apps.evidence.pack import README, earlier, lay_down, own_trust, require_new
from aboveboard.apps.evidence.range_readme import range_readme
from aboveboard.apps.evidence.spans import AuditReader, edges, line_of, place_of_period
from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.gate.overseeing import RANGE_OPENED, Overseen, oversee
from aboveboard.apps.ledger.publishing import log_signer
from aboveboard.core import canonical
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.policy.question import Actor, Place
from aboveboard.core.terms import PurposeId
from aboveboard.core.tlog.tiles import subtree_reader
from aboveboard.core.verify import Report, shape
from aboveboard.core.verify.asked import AFTER, Asked
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from aboveboard.core.verify.ranges import verify_range
from aboveboard.core.verify.spans import ASKED, FORMAT, MOST_LINES, RANGE, file_name


@dataclass(frozen=True, slots=True)
class Opened:
    """A range that was written: where, how many lines, how many looks as asked for, and the verifier's report."""

    folder: Path
    lines: int
    asked_for: int
    report: Report


def ask_for_range(
    asked: Asked, *, actor: Actor, purpose: PurposeId, place: Place, now: datetime, sealed: bool = False
) -> Overseen:
    """Put to the gate that a range is opened; the verdict is committed.

    Raises:
        Denied: for anybody but the officer.
        Invalid: when the period has not ended long enough ago.
    """
    require_over(asked, now)
    told = {**asked.told(), "sealed": "opened"} if sealed else asked.told()
    return oversee(RANGE_OPENED, told, actor=actor, purpose=purpose, place=place, now=now)


def require_over(asked: Asked, now: datetime) -> None:
    """Refuse a period of which lines could still come.

    Raises:
        Invalid: when it has not ended long enough ago.
    """
    if asked.until + AFTER > now:
        minutes = AFTER.seconds // 60
        raise Invalid(f"A period can be proved {minutes} minutes after its end, when nothing of it can come any more.")


def write_range(
    asked: Asked, overseen: Overseen, out: Path, *, now: datetime, since: Sequence[bytes] = (), sealed: bool = False
) -> Opened:
    """Write the range that was allowed into the new folder *out*.

    Raises:
        Conflict: when *out* exists.
        NotSignedYet: when the log does not reach far enough behind the period.
        NotVerified: when the log does not prove itself any more.
    """
    require_new(out)
    note = published_note()
    log = current_log(note)
    reader = AuditReader(log)
    start, end = place_of_period(reader, log, asked.since, asked.until)
    at_edge = edges(reader, start, end, asked)
    lines, asked_for = [], 0
    for row in reader.rows(start, end):
        line, counts = line_of(row, asked, everything=False, at_edge=row.index in at_edge, sealed=sealed)
        lines.append(line)
        asked_for += counts
    files = {
        **span_files(lines, start, asked, ASKED, overseen.entry_hash, log, now),
        shape.CHECKPOINT: note,
        shape.CONSISTENCY: canonical.encode([earlier(kept, log.prover(), log) for kept in since]),
        README: range_readme(log.origin, log.size),
    }
    whole = {**files, MANIFEST: sign_manifest(log.origin, files, log_signer(log.origin))}
    report = verify_range(whole, own_trust(), since)
    if not report.holds:
        raise NotVerified(f"The log does not prove itself: {report.failures[0].sentence} Run `aboveboard doctor`.")
    lay_down(out, whole)
    return Opened(out, len(lines), asked_for, report)


def span_files(
    lines: Sequence[list[Any]], start: int, asked: Asked, opens: str, entry_hash: bytes, log: Log, now: datetime
) -> dict[str, bytes]:
    """Give the files of a range, with what ties it to the log's signed root."""
    end = start + len(lines)
    parts = [lines[at : at + MOST_LINES] for at in range(0, len(lines), MOST_LINES)]
    span = {
        "format": FORMAT,
        "cell": settings.OPTIONS.cell,
        "origin": log.origin,
        "log": log.number,
        "opens": opens,
        "asked": asked.told(),
        "entry": entry_hash.hex(),
        "made_at": now.isoformat(),
        "start": start,
        "end": end,
        "before": [one.hex() for one in peaks(log, start)],
        "after": [one.hex() for one in log.prover().consistency(end)],
        "files": len(parts),
    }
    return {
        RANGE: canonical.encode(span),
        **{file_name(number): canonical.encode(part) for number, part in enumerate(parts)},
    }


def peaks(log: Log, size: int) -> list[bytes]:
    """Give the roots of the largest whole subtrees of the log's first *size* lines, left to right."""
    subtree, found, at = subtree_reader(FileTiles(log.folder).get, log.size), [], 0
    for bit in range(size.bit_length() - 1, -1, -1):
        if size >> bit & 1:
            found.append(subtree(at, at + (1 << bit)))
            at += 1 << bit
    return found
