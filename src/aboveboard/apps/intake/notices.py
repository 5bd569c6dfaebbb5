"""Notices owed: who has not been told yet and until when their data stay open, and that they have been told.

A notice owed is a column of the person, and the month of Art. 14(3)(a) runs from the day the data were obtained; a
queue beside it could only disagree with it.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.gate import deeds
from aboveboard.apps.gate.asking import ask
from aboveboard.apps.gate.places import place_of
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.intake.models import Arrival, NoticeGiven
from aboveboard.apps.intake.order import VERSION
from aboveboard.apps.vault.models import Person
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.policy.deadlines import term_end
from aboveboard.core.policy.decision import Decision, Refusal
from aboveboard.core.policy.question import Question
from aboveboard.core.terms import CategoryId, CountryCode, NoticeState, Operation, PurposeId, StaffId, SubjectId

AT_ONCE = 500
LOOKED_AT_ONCE = 50
NAME = CategoryId("T01")
ADDRESSES = tuple(map(CategoryId, ("T01", "T02", "T04", "T06", "T07", "T10")))
"""What it takes to write to somebody, in the language they read."""


@dataclass(frozen=True, slots=True)
class Owed:
    """People who have not been told yet, whose data stay open to the end of one day."""

    open_until: date
    people: int
    locked: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """How many people are kept as informed, and why others are not."""

    people: int
    refusals: tuple[Refusal, ...]


def owed(now: datetime) -> Sequence[Owed]:
    """Count who has not been told yet, by the last day on which their data are open."""
    day, country = today(now), _country(now)
    waiting = Person.objects.filter(notice=NoticeState.OWED.value, erasing_at=None)
    counts = Counter(waiting.values_list("obtained_on", flat=True))
    ends: Counter[date] = Counter()
    for obtained, people in counts.items():
        ends[term_end(obtained, months=1, country=country)] += people
    return tuple(Owed(end, people, day > end) for end, people in sorted(ends.items()))


def people_owed(number: int | None = None) -> Sequence[SubjectId]:
    """List who has not been told yet, of one import or of all."""
    waiting = Person.objects.filter(notice=NoticeState.OWED.value, erasing_at=None)
    if number is not None:
        waiting = waiting.filter(id__in=Arrival.objects.filter(brought_by=number).values("person"))
    return tuple(
        SubjectId(bytes(person)) for person in waiting.order_by("obtained_on", "id").values_list("id", flat=True)
    )


def mark_given(
    subjects: Sequence[SubjectId], version: str, on: date, purpose: PurposeId, *, by: StaffId, now: datetime
) -> Marked:
    """Keep that people were given one version of the notice on a day; their data open again if they were locked.

    Raises:
        Invalid: for a day to come, or a version that is not a short name.
        Conflict: when there is nobody to mark.
    """
    if on > today(now) or VERSION.fullmatch(version) is None:
        raise Invalid("A notice is named by a short version and was given on a day that has come.")
    if not subjects:
        raise Conflict("Nobody is waiting for a notice there.")
    question = _question(Operation.INFORM, purpose, frozenset({NAME}), by, now)
    count = 0
    refusals: dict[Refusal, None] = {}
    for some in _some(subjects, AT_ONCE):
        told: list[SubjectId] = []

        def beside(decision: Decision, told: list[SubjectId] = told) -> None:
            told += [subject for subject, outcome in decision.outcomes.items() if outcome.allowed]
            made = [NoticeGiven(person=subject, version=version, given_on=on, marked_at=now) for subject in told]
            NoticeGiven.objects.bulk_create(made)

        performed = deeds.inform(_about(question, some), some, on, beside)
        refusals |= dict.fromkeys(performed.decision.refusals)
        count += len(told)
    return Marked(count, tuple(refusals))


def export_owed(path: Path, number: int | None, purpose: PurposeId, *, by: StaffId, now: datetime) -> Marked:
    """Write names and addresses of who has not been told to a new file; each fifty are one look in the log.

    Raises:
        Conflict: when the file exists; it is not overwritten.
    """
    question = _question(Operation.CONSULT, purpose, frozenset(ADDRESSES), by, now)
    count = 0
    refusals: dict[Refusal, None] = {}
    try:
        file = path.open("x", encoding="utf-8", newline="")
    except FileExistsError:
        raise Conflict("A file of that name exists; it is not overwritten.") from None
    with file:
        path.chmod(0o600)
        writer = csv.writer(file)
        writer.writerow(("person", "name", "e-mail", "address", "language"))
        for some in _some(people_owed(number), LOOKED_AT_ONCE):
            asked = ask(_about(question, some))
            refusals |= dict.fromkeys(asked.decision.refusals)
            found: dict[bytes, dict[str, str]] = {}
            for fact in asked.opened():
                found.setdefault(fact.fact.person, {}).setdefault(fact.fact.category, fact.value)
            for person, values in found.items():
                writer.writerow(_line(person, values))
            count += len(found)
    return Marked(count, tuple(refusals))


def _line(person: bytes, values: dict[str, str]) -> tuple[str, ...]:
    def first(*categories: str) -> str:
        return next((values[category] for category in categories if category in values), "")

    return person.hex(), first("T01"), first("T02", "T04"), first("T06", "T07"), first("T10")


def _question(
    operation: Operation, purpose: PurposeId, categories: frozenset[CategoryId], by: StaffId, now: datetime
) -> Question:
    actor = snapshot(now=now).actor(by)
    return Question(actor, operation, (), categories, purpose, place_of(by, None, now), now)


def _about(question: Question, subjects: Sequence[SubjectId]) -> Question:
    return replace(question, subjects=tuple(subjects))


def _some(subjects: Sequence[SubjectId], most: int) -> Iterator[Sequence[SubjectId]]:
    return (subjects[start : start + most] for start in range(0, len(subjects), most))


def _country(now: datetime) -> CountryCode:
    register = snapshot(now=now).register
    return register.entities[register.controller].country
