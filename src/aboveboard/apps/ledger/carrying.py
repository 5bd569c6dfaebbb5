"""Sealed lines over a declared gap: those that are not opened are sealed again in the log that follows (ADR 8).

Each names the one it carries on. A renewal or opening that was still pending is taken back: it speaks of the log that
ends, and the `work` process makes it anew for the line carried on.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime

from aboveboard.apps.ledger.actions import pending_row
from aboveboard.apps.ledger.leaves import Claimed
from aboveboard.apps.ledger.models import Pending, Sealed
from aboveboard.core.entries.entry import SYSTEM_ACTOR, Entry, EntryKind, SubjectLine
from aboveboard.core.entries.sealed import CARRYING, day_of

AT_ONCE = 500


def take_back_steps(log: int) -> None:
    """In the open transaction: take what was to be renewed or opened of the log that ends out of the queue."""
    rows = {bytes(row.step): row for row in Sealed.objects.filter(log=log).exclude(step=b"")}
    names = list(rows)
    for start in range(0, len(names), AT_ONCE):
        waiting = Pending.objects.filter(entry_hash__in=names[start : start + AT_ONCE])
        found = [bytes(name) for name in waiting.values_list("entry_hash", flat=True)]
        Sealed.objects.filter(pk__in=[rows[name].pk for name in found]).update(opened=False, step=b"")
        waiting.delete()


def carried_on(log: int, now: datetime) -> Iterator[list[Claimed]]:
    """Give what is to be sealed again of the log that ended, a batch at a time; its rows are done with."""
    while rows := list(Sealed.objects.filter(log=log, opened=False).order_by("number")[:AT_ONCE]):
        made = [_carried(row, now) for row in rows]
        Sealed.objects.filter(pk__in=[row.pk for row in rows]).update(opened=True)
        yield made


def _carried(row: Sealed, now: datetime) -> Claimed:
    person = bytes(row.person) if row.person is not None else secrets.token_bytes(16)
    body = {
        "log": row.log,
        "number": row.number,
        "index": row.seq,
        "act": bytes(row.act).hex(),
        "open_by": day_of(row.open_by).isoformat(),
    }
    entry = Entry(
        kind=EntryKind.SEALED,
        at=now,
        operation=CARRYING,
        actor=SYSTEM_ACTOR,
        role="system",
        entity="",
        country="ZZ",
        established="unknown",
        purpose="governance",
        verdict="permit",
        subjects=(SubjectLine(person, ()),),
        body=body,
        named=False,
    )
    pending = pending_row(entry)
    return Claimed(pending.id, pending.entry_hash, entry)
