"""What becomes of a column that waits: a signatory drops it, or admits it where a purpose and its rules allow.

The decision is a governance entry; admitting goes through the gate like any recording. After thirty days the key is
shredded, whatever was or was not decided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from aboveboard.apps import keys
from aboveboard.apps.accounts.queries import today
from aboveboard.apps.gate import deeds
from aboveboard.apps.gate.places import place_of
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.intake.holding import Waiting, hold_again, opened
from aboveboard.apps.intake.models import HeldColumn, Import, Quarantined
from aboveboard.apps.ledger.actions import CELL, append
from aboveboard.apps.vault.actions import NewFact
from aboveboard.apps.vault.queries import standings
from aboveboard.core.catalogue import catalogue
from aboveboard.core.entries import governance
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Conflict, Denied, Invalid
from aboveboard.core.policy.decision import Decision, Refusal
from aboveboard.core.policy.question import Question, Standing
from aboveboard.core.policy.retention import expires_on, retention_class
from aboveboard.core.terms import Capacity, CategoryId, LawfulBasis, Operation, PurposeId, Role, StaffId, SubjectId

AT_ONCE = 500
ACTS = {"dropping": "dropped", "admitted": "admitted"}
"""What a decision is called in the log."""
DROPPING, DROPPED, ADMITTED, EXPIRED = "dropping", "dropped", "admitted", "expired"


@dataclass(frozen=True, slots=True)
class Decided:
    """How a decision on a column ended: how many values went where, and why some did not."""

    values: int
    left: int
    """Values the rules did not let in; they wait on."""
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Admission:
    """On what terms the values of a column are to be held."""

    purpose: PurposeId
    basis: LawfulBasis
    category: CategoryId


def drop_column(number: int, column: str, *, by: StaffId, now: datetime) -> Decided:
    """Delete what waits in one column of an import, on a signatory's word.

    Raises:
        Denied: for anybody but a signatory of the controller.
        Conflict: when nothing waits there.
    """
    held = _waiting(number, column)
    _decide(held, DROPPING, {}, by, now)
    return Decided(finish_dropping(now, number), 0)


def admit_column(number: int, column: str, admission: Admission, *, by: StaffId, now: datetime) -> Decided:
    """Record what waits in one column of an import as facts, where the rules allow it, on a signatory's word.

    Raises:
        Denied: for anybody but a signatory of the controller.
        Invalid: for a category the catalogue does not know, or another one than the column's.
        Conflict: when nothing waits there.
    """
    held = _waiting(number, column)
    known = {one.category for one in held} - {""}
    if admission.category not in catalogue().categories or not known <= {admission.category}:
        raise Invalid("Say the category of the column as the catalogue knows it (T01 to T98).")
    _decide(held, ADMITTED, {"purpose": admission.purpose, "category": admission.category}, by, now)
    slots, of = {one.slot for one in held}, held[0].of
    question = _recording(of, admission, by, now)
    values = left = 0
    refusals: dict[Refusal, None] = {}
    for rows in _rows(of, slots):
        taken, refused = _admit(of, rows, slots, admission, question)
        values += taken
        left += sum(slot in slots for row in rows for slot, _ in row.values) - taken
        refusals |= dict.fromkeys(refused)
    if left:
        HeldColumn.objects.filter(pk__in=[one.pk for one in held]).update(decided_at=None, decision="")
    return Decided(values, left, tuple(refusals))


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
            for rows in _rows(held.of, {held.slot}):
                with transaction.atomic(using=CELL):
                    count += _strip(held.of, rows, {held.slot})
        HeldColumn.objects.filter(pk=held.pk).update(decision=DROPPED)
    return count


def _waiting(number: int, column: str) -> list[HeldColumn]:
    held = list(HeldColumn.objects.select_related("of").filter(of_id=number, column=column, decision=""))
    if not held or held[0].of.quarantine_ended_at is not None:
        raise Conflict("Nothing waits in a column of that name in that import (any more).")
    return held


def _decide(held: Sequence[HeldColumn], decision: str, more: dict[str, str], by: StaffId, now: datetime) -> None:
    current = snapshot(now=now)
    actor = current.actor(by)
    if actor.role is not Role.SIGNATORY or actor.entity != current.register.controller:
        raise Denied("What waits in quarantine is decided on by a signatory of the controller.")
    body = {"import": held[0].of_id, "columns": sorted({one.number for one in held}), **more}
    with transaction.atomic(using=CELL, durable=True):
        append(governance(f"quarantine.{ACTS[decision]}", body, actor=actor, place=place_of(by, None, now), at=now))
        HeldColumn.objects.filter(pk__in=[one.pk for one in held]).update(
            decided_at=now, decision=decision, decided_by=by
        )


def _recording(of: Import, admission: Admission, by: StaffId, now: datetime) -> Question:
    """The recording is done by whom the purpose is meant for: the signatory, or whoever brought the file."""
    current = snapshot(now=now)
    purpose = current.register.purposes.get(admission.purpose)
    signatory = current.actor(by)
    staff = by if purpose is None or signatory.role in purpose.roles else StaffId(bytes(of.staff))
    return Question(
        current.actor(staff),
        Operation.RECORD,
        (),
        frozenset({admission.category}),
        admission.purpose,
        place_of(staff, None, now),
        now,
    )


def _admit(
    of: Import, rows: Sequence[Waiting], slots: set[int], admission: Admission, question: Question
) -> tuple[int, tuple[Refusal, ...]]:
    standing = standings([row.person for row in rows])
    additions = {
        SubjectId(row.person): deeds.Addition(_facts(of, row, slots, admission, standing[row.person], question))
        for row in rows
        if row.person in standing
    }
    taken = 0

    def beside(decision: Decision) -> None:
        nonlocal taken
        released = {subject for subject, outcome in decision.outcomes.items() if outcome.released}
        taken = _strip(of, [row for row in rows if row.person in released], slots)

    if not additions:
        return 0, ()
    performed = deeds.add(replace(question, subjects=tuple(additions)), additions, beside)
    return taken, performed.decision.refusals


def _facts(
    of: Import, row: Waiting, slots: set[int], admission: Admission, standing: Standing, question: Question
) -> tuple[NewFact, ...]:
    capacity, until = _capacity(standing, question)
    category = admission.category
    ends = expires_on(category, capacity, recorded_on=today(question.asked_at), office_ended_on=until)
    retention = retention_class(category, capacity)
    basis, source = admission.basis.value, bytes(of.source)
    return tuple(
        NewFact(category, value, admission.purpose, basis, retention, source, ends)
        for slot, value in row.values
        if slot in slots
    )


def _capacity(standing: Standing, question: Question) -> tuple[Capacity, date | None]:
    purpose = snapshot(now=question.asked_at).register.purposes.get(question.purpose)
    served = [held for held in standing.capacities if purpose and held[0] in purpose.allowed]
    capacity, _, until = (served or list(standing.capacities))[0]
    return capacity, until


def _strip(of: Import, rows: Sequence[Waiting], slots: set[int]) -> int:
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


def _rows(of: Import, slots: set[int]) -> Iterator[list[Waiting]]:
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
