"""What is asked about imports and what waits in quarantine; values only against a committed look."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aboveboard.apps.gate.asking import Asked
from aboveboard.apps.intake.holding import opened, refusal_of
from aboveboard.apps.intake.models import HeldColumn, Import, Quarantined
from aboveboard.core.errors import Denied
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.terms import Role, SubjectId, Verdict

OPENED_BY = frozenset({Role.PERSON, Role.DPO, Role.SIGNATORY})
"""Who may read what waits: the person it is about, and those who decide what becomes of it."""


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """An import as a list shows it."""

    number: int
    state: str
    purpose: str
    relation: str
    started_at: datetime
    finished_at: datetime | None
    quarantine_until: date
    quarantine_ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingColumn:
    """A column whose values wait: how many, why, until when, and what was decided."""

    number: int
    """Of the import."""
    column: str
    category: str
    refusal: Refusal
    values: int
    until: date
    decision: str
    """``dropped``, ``admitted``, ``expired``, or empty while nobody has decided."""


@dataclass(frozen=True, slots=True)
class ClosedValue:
    """A value that waits, as the person's page shows it before it is opened."""

    number: int
    column: str
    category: str
    refusal: Refusal
    until: date


@dataclass(frozen=True, slots=True)
class OpenValue:
    """The same, opened."""

    closed: ClosedValue
    value: str


def imports() -> Sequence[ImportRecord]:
    """List the imports, newest first."""
    columns = (
        "pk", "state", "purpose", "relation", "started_at", "finished_at", "quarantine_until", "quarantine_ended_at",
    )  # fmt: skip
    return tuple(ImportRecord(*row) for row in Import.objects.order_by("-pk").values_list(*columns))


def waiting_columns(number: int | None = None) -> Sequence[WaitingColumn]:
    """List the columns of one import, or of all, whose values wait or were decided on."""
    columns = HeldColumn.objects.select_related("of").order_by("-of_id", "slot")
    if number is not None:
        columns = columns.filter(of_id=number)
    counts: dict[int, Counter[int]] = {}
    found = []
    for column in columns:
        if column.of_id not in counts:
            counts[column.of_id] = _counts(column.of_id)
        found.append(
            WaitingColumn(
                column.of_id,
                column.column,
                column.category,
                refusal_of(column),
                counts[column.of_id][column.slot],
                column.of.quarantine_until,
                column.decision,
            )
        )
    return tuple(found)


def waiting_of(subject: SubjectId) -> Sequence[ClosedValue]:
    """List what waits about one person, closed: which column, under which rule, until when."""
    rows = Quarantined.objects.filter(person=subject).values_list("of_id", "slots")
    known = _columns({of for of, _ in rows})
    found = [known[of, int(slot)] for of, slots in rows for slot in slots.split(",")]
    found.sort(key=lambda column: (column.of_id, column.slot))
    return tuple(_closed(column) for column in found if not column.decision)


def open_quarantined(subject: SubjectId, asked: Asked) -> Sequence[OpenValue]:
    """Open what waits about one person, against a look at that person that is committed.

    Raises:
        Denied: when the look was refused, was at somebody else, or by somebody who has no say about it.
    """
    fits = subject in asked.question.subjects and bool(asked.entry_hash)
    if not fits or asked.decision.verdict is Verdict.REFUSE or asked.question.actor.role not in OPENED_BY:
        raise Denied("What waits is shown to the person and to those who decide on it, after a committed look.")
    waiting = opened(Quarantined.objects.filter(person=subject))
    known = _columns({row.of for row in waiting})
    return tuple(
        OpenValue(_closed(known[row.of, slot]), value)
        for row in waiting
        for slot, value in row.values
        if not known[row.of, slot].decision
    )


def _columns(imports_met: set[int]) -> dict[tuple[int, int], HeldColumn]:
    columns = HeldColumn.objects.select_related("of").filter(of_id__in=imports_met)
    return {(column.of_id, column.slot): column for column in columns}


def _closed(column: HeldColumn) -> ClosedValue:
    return ClosedValue(column.of_id, column.column, column.category, refusal_of(column), column.of.quarantine_until)


def _counts(number: int) -> Counter[int]:
    """Count, by slot, the persons of whom values wait."""
    counts: Counter[int] = Counter()
    for (slots,) in Quarantined.objects.filter(of_id=number).values_list("slots").iterator(chunk_size=2000):
        counts.update(map(int, slots.split(",")))
    return counts
