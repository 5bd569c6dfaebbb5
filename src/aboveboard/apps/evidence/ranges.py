"""A range for an authority: "no look as from there, by them, of that, between then and then", proved by the log.

The officer makes it. That it was asked for is decided at the gate and committed before anything is opened; of each look
only as many fields are opened as answer the question (GDPR Arts 5(2), 31, 58(1)(a) and (e)).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aboveboard.apps.evidence.former import NOTHING, former_logs
from aboveboard.apps.evidence.logs import current_log, published_note
from aboveboard.apps.evidence.pack import README, earlier, lay_down, own_trust, require_new
from aboveboard.apps.evidence.range_readme import range_readme
from aboveboard.apps.evidence.spans import MOST, AuditReader, edges, place_of_period
from aboveboard.apps.evidence.stretches import opened_lines, span_files
from aboveboard.apps.gate.overseeing import RANGE_OPENED, Overseen, oversee
from aboveboard.apps.ledger.publishing import log_signer
from aboveboard.core import canonical
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.policy.question import Actor, Place
from aboveboard.core.terms import PurposeId
from aboveboard.core.verify import Report, shape
from aboveboard.core.verify.asked import AFTER, Asked
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from aboveboard.core.verify.ranges import verify_range
from aboveboard.core.verify.spans import ASKED


@dataclass(frozen=True, slots=True)
class Opened:
    """A range that was written: where, how many lines, how many looks as asked for, and the verifier's report."""

    folder: Path
    lines: int
    asked_for: int
    report: Report
    begins: datetime | None = None
    """When the first log of the cell begins, where the whole period lies before it."""


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
    lines, asked_for = opened_lines(reader, start, end, asked, at_edge.indexes, sealed=sealed)
    before = NOTHING
    if start == 0 and at_edge.old is None and reader.follows:
        before = former_logs(asked, overseen.entry_hash, note, now=now, sealed=sealed, room=MOST - len(lines))
    files = {
        **span_files(lines, start, asked, ASKED, overseen.entry_hash, log, now),
        **before.files,
        shape.CHECKPOINT: note,
        shape.CONSISTENCY: canonical.encode([earlier(kept, log.prover(), log) for kept in since]),
        README: range_readme(log.origin, log.size, gaps=bool(before.files)),
    }
    whole = {**files, MANIFEST: sign_manifest(log.origin, files, log_signer(log.origin))}
    report = verify_range(whole, own_trust(), since)
    if not report.holds:
        raise NotVerified(f"The log does not prove itself: {report.failures[0].sentence} Run `aboveboard doctor`.")
    lay_down(out, whole)
    first = reader.speaking(0) if start == 0 and log.number == 1 else None
    begins = first.at() if first is not None and first.at() >= asked.until else None
    return Opened(out, len(lines) + before.lines, asked_for + before.asked_for, report, begins)
