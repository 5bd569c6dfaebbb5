"""How far outsiders have confirmed the log, by its published files alone; and looks that stop where nobody has.

home/log/witnessing              what the operator has chosen, as the log has signed it
home/log/checkpoint              the newest checkpoint, with the cosignatures it has by now
home/log/checkpoint.witnessed    the newest one that the quorum has cosigned
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from aboveboard.core.errors import Invalid, LedgerUnavailable, NotVerified, NotWitnessed
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.witnessing import Witnessing, quorum_since

WITNESSING, NEWEST, WITNESSED = "witnessing", "checkpoint", "checkpoint.witnessed"
_NOT_READ = (
    "What the log says of its witnesses cannot be read, so nobody can tell whether looks may go on; nothing is"
    " released. Run `aboveboard doctor`."
)


@dataclass(frozen=True)
class Standing:
    """What outsiders have confirmed: who has cosigned the newest checkpoint, and how far the quorum reaches."""

    stated: Witnessing
    size: int
    """Of the newest checkpoint."""
    cosigned: Mapping[str, datetime | None]
    """When each of its witnesses cosigned it."""
    witnessed: int
    """Size of the newest checkpoint that the quorum has cosigned; 0 before the first, and where none is wanted."""
    confirmed_at: datetime | None
    """As of when the quorum had seen that one."""

    def is_late(self, now: datetime) -> bool:
        """Tell whether looks stop at *now*: the quorum was missing for longer than the operator allows."""
        if self.stated.stop_after is None:
            return False
        # A choice just made has its time too: before it nobody was asked.
        seen = max(self.confirmed_at or self.stated.since, self.stated.since)
        return now - seen > timedelta(seconds=self.stated.stop_after)


def published_file(name: str) -> Path:
    """Give the path of one of the log's published files."""
    return Path(settings.OPTIONS.home) / "log" / name


def recorded() -> Witnessing | None:
    """Give what the log says of its witnesses; None where it has never said anything.

    Raises:
        Invalid: when the file cannot be read.
    """
    note = _bytes(WITNESSING)
    return None if note is None else Witnessing.parse(SignedNote.parse(note).text)


def standing() -> Standing | None:
    """Give what outsiders have confirmed; None where nobody is named. Files are read again when they have changed.

    Raises:
        Invalid: when a file cannot be read.
        NotVerified: when a cosignature in one does not hold.
    """
    stamps = tuple(_stamp(name) for name in (WITNESSING, NEWEST, WITNESSED))
    place = str(settings.OPTIONS.home)
    known = _known.get(place)
    if known is None or known[0] != stamps:
        known = _known[place] = (stamps, _read())
    return known[1]


def standing_if_sound() -> Standing | None:
    """Give what outsiders have confirmed; None also where a file of it is damaged, which others say."""
    try:
        return standing()
    except (Invalid, NotVerified):
        return None


def witnessed_size() -> int:
    """Give how many entries the quorum has confirmed; 0 where none is wanted or none came."""
    found = standing_if_sound()
    return found.witnessed if found else 0


def witnessed_note(origin: str, size: int) -> bytes | None:
    """Give the newest witnessed checkpoint of the log *origin*, if the quorum holds and it is not beyond *size*."""
    found = standing_if_sound()
    if found is None or found.stated.origin != origin or not found.witnessed:
        return None
    note = _bytes(WITNESSED)
    # Read once more: it may have moved on since, and then it is beyond what the caller has.
    return note if note and 0 < Checkpoint.parse(SignedNote.parse(note).text).size <= size else None


def named() -> int:
    """Count the witnesses that are named."""
    found = standing_if_sound()
    return len(found.stated.names) if found else 0


def require_confirmed(now: datetime) -> None:
    """Refuse a look while the quorum is missing for longer than the operator has chosen; changes go on.

    Raises:
        NotWitnessed: saying since when.
    """
    if _stamp(WITNESSING) is None:
        return
    try:
        found = standing()
    except (Invalid, NotVerified):
        raise LedgerUnavailable(_NOT_READ) from None
    if found is not None and found.is_late(now):
        since = f"since {found.confirmed_at:%Y-%m-%d %H:%M} UTC" if found.confirmed_at else "yet"
        raise NotWitnessed(
            f"The witnesses of the log have not confirmed it {since}. This controller has chosen that nobody looks"
            " then: nothing is released until their quorum answers."
        )


_Stamp = tuple[int, int] | None
_known: dict[str, tuple[tuple[_Stamp, ...], Standing | None]] = {}


def _read() -> Standing | None:
    stated, note = recorded(), _bytes(NEWEST)
    if stated is None or note is None or not stated.names:
        return None
    newest = SignedNote.parse(note)
    size = Checkpoint.parse(newest.text).size
    witnessed, confirmed_at = _quorums(stated)
    return Standing(stated, size, stated.policy.cosigned_by(newest), witnessed, confirmed_at)


def _quorums(stated: Witnessing) -> tuple[int, datetime | None]:
    """Give size and time of the newest witnessed checkpoint; one of an earlier policy or log counts for nothing."""
    note = _bytes(WITNESSED)
    if note is None or not stated.wants_quorum:
        return 0, None
    try:
        found = stated.policy.open_checkpoint(note)
    except NotVerified:
        return 0, None
    if found.checkpoint.origin != stated.origin:
        return 0, None
    return found.checkpoint.size, quorum_since(stated.policy, found.cosigned)


def _bytes(name: str) -> bytes | None:
    try:
        return published_file(name).read_bytes()
    except FileNotFoundError:
        return None


def _stamp(name: str) -> _Stamp:
    try:
        status = os.stat(f"{settings.OPTIONS.home}/log/{name}")  # noqa: PTH116 - at every look
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino
