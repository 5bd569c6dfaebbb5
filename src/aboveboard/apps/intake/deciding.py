"""What becomes of a column that waits: a signatory drops it, or it is admitted by an act (`admitting`).

To drop it is what happens by itself after thirty days, when the key is shredded; so a signatory's word is enough, and
stands in the log as a governance entry. To keep more is decided like everything else, the officer's opinion first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aboveboard.apps import keys
from aboveboard.apps.accounts.queries import StaffRecord, today
from aboveboard.apps.gate.places import place_of
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.intake.holding import Waiting, hold_again, opened
from aboveboard.apps.intake.models import HeldColumn, Import, Quarantined
from aboveboard.apps.ledger.actions import CELL, append
from aboveboard.core.entries import governance
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Conflict, Denied
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.terms import Role, StaffId

AT_ONCE = 500
DROPPING, DROPPED, ADMITTING, ADMITTED, EXPIRED = "dropping", "dropped", "admitting", "admitted", "expired"
ACTS = {DROPPING: "dropped", ADMITTING: "admitted"}
"""What a decision is called in the log."""


@dataclass(frozen=True, slots=True)
class Decided:
    """How a decision on a column ended: how many values went where, and why some did not."""

    values: int
    left: int
    """Values the rules did not let in; they wait on."""
    refusals: tuple[Refusal, ...] = ()


def drop_column(number: int, column: str, *, by: StaffId, now: datetime) -> Decided:
    """Delete what waits in one column of an import, on a signatory's word.

    Raises:
        Denied: for anybody but a signatory of the controller.
        Conflict: when nothing waits there.
    """
    held = waiting_in(number, column)
    with transaction.atomic(using=CELL, durable=True):
        decide(held, DROPPING, {}, snapshot(now=now).member(by), now)
    return Decided(finish_dropping(now, number), 0)


def expire_quarantine(now: datetime) -> int:
    """Shred the keys of imports whose thirty days are over, and delete what waited; how many imports."""
    over = Import.objects.filter(quarantine_until__lte=today(now), quarantine_ended_at=None)
    for of in over:
        # The key goes first: a crash here leaves rows that open nothing, and they go the next time.
        keys.store().shred(bytes(of.token), KeyKind.QUARANTINE)
        with transaction.atomic(using=CELL, durable=True):
            Quarantined.objects.filter(of=of).delete()
            HeldColumn.objects.filter(of=of, decided_at=None).update(decided_at=now, decision=EXPIRED)
            Import.objects.filter(pk=of.pk).update(quarantine_ended_at=now)
            append(governance("quarantine.expired", {"import": of.pk}, actor=None, place=None, at=now))
    return len(over)


def finish_dropping(_now: datetime, number: int | None = None) -> int:
    """Delete what it was decided to drop, also where a crash cut it short; how many values."""
    count = 0
    dropping = HeldColumn.objects.filter(decision=DROPPING).select_related("of")
    for held in dropping if number is None else dropping.filter(of_id=number):
        if held.of.quarantine_ended_at is None:
            for rows in rows_in(held.of, {held.slot}):
                with transaction.atomic(using=CELL):
                    count += strip(held.of, rows, {held.slot})
        HeldColumn.objects.filter(pk=held.pk).update(decision=DROPPED)
    return count


def waiting_in(number: int, column: str) -> list[HeldColumn]:
    """Give what waits in a column, once for each rule that keeps it out.

    Raises:
        Conflict: when nothing does.
    """
    held = list(HeldColumn.objects.select_related("of").filter(of_id=number, column=column, decision=""))
    if not held or held[0].of.quarantine_ended_at is not None:
        raise Conflict("Nothing waits in a column of that name in that import (any more).")
    return held


def decide(held: Sequence[HeldColumn], decision: str, said: Mapping[str, str], by: StaffRecord, now: datetime) -> None:
    """Keep what was decided on columns, and its entry, in the open transaction.

    Raises:
        Denied: for anybody but a signatory of the controller.
    """
    if by.role is not Role.SIGNATORY or by.entity != snapshot(now=now).register.controller:
        raise Denied("What waits in quarantine is decided on by a signatory of the controller.")
    body = {"import": held[0].of_id, "columns": sorted({one.number for one in held}), **said}
    place = place_of(by.id, None, now)
    append(governance(f"quarantine.{ACTS[decision]}", body, actor=by.actor, place=place, at=now))
    HeldColumn.objects.filter(pk__in=[one.pk for one in held]).update(
        decided_at=now, decision=decision, decided_by=by.id
    )


def strip(of: Import, rows: Sequence[Waiting], slots: set[int]) -> int:
    """Take the values of *slots* out of rows, in the open transaction; how many there were."""
    token = bytes(of.token)
    import_key = keys.store().key(KeyKind.QUARANTINE, token)
    log_keys = keys.store().keys(KeyKind.LOG, [row.person for row in rows])
    count = 0
    for row in rows:
        kept = [(slot, value) for slot, value in row.values if slot not in slots]
        count += len(row.values) - len(kept)
        hold_again(row._replace(values=kept), token, import_key, log_keys[row.person, ""])
    return count


def rows_in(of: Import, slots: set[int]) -> Iterator[list[Waiting]]:
    """Give the rows in which values of *slots* wait, opened, some hundred at a time."""
    last = b""
    while True:
        found = list(Quarantined.objects.filter(of=of, id__gt=last).order_by("id")[:AT_ONCE])
        if not found:
            return
        last = bytes(found[-1].id)
        meant = [row for row in found if not slots.isdisjoint(map(int, row.slots.split(",")))]
        if waiting := opened(meant):
            yield waiting
