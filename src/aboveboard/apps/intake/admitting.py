"""Admitting a column that waits: an act like every other, then each value through the gate like any recording.

Proposed with a purpose, its basis and the category; the officer's opinion first, another signatory's signature, and
overruling the officer needs a reason. What the rules refuse all the same waits on. Cut short, it is carried out later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from aboveboard.apps.accounts.acts import applying
from aboveboard.apps.accounts.queries import ActRecord, acts, today
from aboveboard.apps.gate import deeds
from aboveboard.apps.gate.places import place_of
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.intake.deciding import ADMITTED, ADMITTING, Decided, decide, rows_in, strip, waiting_in
from aboveboard.apps.intake.holding import Waiting
from aboveboard.apps.intake.models import HeldColumn, Import
from aboveboard.apps.vault.actions import NewFact
from aboveboard.apps.vault.queries import standings
from aboveboard.core.catalogue import catalogue
from aboveboard.core.errors import Denied, Invalid
from aboveboard.core.policy.decision import Decision, Refusal
from aboveboard.core.policy.question import Place, Question, Standing
from aboveboard.core.policy.retention import expires_on, retention_class
from aboveboard.core.terms import Capacity, CategoryId, LawfulBasis, Operation, PurposeId, StaffId, SubjectId

KIND = "admission"


@dataclass(frozen=True, slots=True)
class Admission:
    """On what terms the values of a column are to be held."""

    purpose: PurposeId
    basis: LawfulBasis
    category: CategoryId


@dataclass(frozen=True, slots=True)
class _Terms:
    """An admission as an act says it."""

    number: int
    column: str
    admission: Admission


def admission_body(number: int, column: str, admission: Admission) -> dict[str, Any]:
    """Give the body of the act that admits what waits in one column of an import.

    Raises:
        Invalid: for a category the catalogue does not know, or another one than the column's.
        Conflict: when nothing waits there.
    """
    _require_fits(waiting_in(number, column), admission.category)
    return {
        "import": number,
        "column": column,
        "purpose": admission.purpose,
        "basis": admission.basis.value,
        "category": admission.category,
    }


def apply_admission(*, act: bytes, now: datetime, place: Place | None = None) -> Decided:
    """Let a signed admission take effect: record what waits as facts, as far as the rules let it in.

    Raises:
        Conflict: when the act is not signed or took effect before, or nothing waits there any more.
    """
    with applying(act=act, kind=KIND, now=now, place=place) as (record, signatory):
        terms = _terms_of(record.body)
        held = waiting_in(terms.number, terms.column)
        _require_fits(held, terms.admission.category)
        said = {"purpose": terms.admission.purpose, "category": terms.admission.category, "act": act.hex()}
        decide(held, ADMITTING, said, signatory, now)
    # A crash here leaves the columns decided and their values waiting: `finish_admitting` goes on.
    return _carry_out(held, terms.admission, signatory.id, now)


def finish_admitting(now: datetime) -> int:
    """Carry out what was admitted and cut short; how many values."""
    columns: dict[tuple[int, str], list[HeldColumn]] = {}
    for one in HeldColumn.objects.filter(decision=ADMITTING).select_related("of"):
        columns.setdefault((one.of_id, one.column), []).append(one)
    count = 0
    for held in columns.values():
        record = _act_behind(held[0])
        if record is not None and record.signed_by is not None:
            count += _carry_out(held, _terms_of(record.body).admission, record.signed_by, now).values
    return count


def proposed_for() -> Mapping[tuple[int, str], bytes]:
    """Give the acts that propose to admit a column and are not decided or not in effect, by import and column."""
    found = acts(kind=KIND)
    waiting = [one for one in found if one.refused_at is None and one.applied_at is None]
    return {(int(one.body["import"]), str(one.body["column"])): one.id for one in waiting}


def _act_behind(held: HeldColumn) -> ActRecord | None:
    wanted = (held.of_id, held.column, held.decided_at)
    return next(
        (one for one in acts(kind=KIND) if (one.body["import"], one.body["column"], one.applied_at) == wanted), None
    )


def _require_fits(held: Sequence[HeldColumn], category: CategoryId) -> None:
    known = {one.category for one in held} - {""}
    if category not in catalogue().categories or not known <= {category}:
        raise Invalid("Say the category of the column as the catalogue knows it (T01 to T98).")


def _terms_of(body: Mapping[str, Any]) -> _Terms:
    try:
        admission = Admission(
            PurposeId(str(body["purpose"])), LawfulBasis(body["basis"]), CategoryId(str(body["category"]))
        )
        return _Terms(int(body["import"]), str(body["column"]), admission)
    except (KeyError, TypeError, ValueError):
        raise Invalid("The act's body does not say which column is admitted, and on what terms.") from None


def _carry_out(held: Sequence[HeldColumn], admission: Admission, by: StaffId, now: datetime) -> Decided:
    """Record what waits in these columns; what the rules refuse waits on, and the columns with it."""
    slots, of = {one.slot for one in held}, held[0].of
    values = left = 0
    refusals: dict[Refusal, None] = {}
    try:
        question = _recording(of, admission, by, now)
    except Denied:
        # Whoever signed it has left meanwhile, and nobody records in their name: it is decided anew.
        left = sum(slot in slots for rows in rows_in(of, slots) for row in rows for slot, _ in row.values)
    else:
        for rows in rows_in(of, slots):
            taken, refused = _admit(of, rows, slots, admission, question)
            values += taken
            left += sum(slot in slots for row in rows for slot, _ in row.values) - taken
            refusals |= dict.fromkeys(refused)
    decided = {"decided_at": None, "decision": ""} if left else {"decision": ADMITTED}
    HeldColumn.objects.filter(pk__in=[one.pk for one in held]).update(**decided)
    return Decided(values, left, tuple(refusals))


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
        taken = strip(of, [row for row in rows if row.person in released], slots)

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
