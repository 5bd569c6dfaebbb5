"""People made of marked values: three of them, in each capacity one, with every category the rules let in."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.support.cell import Cell
from tests.support.marks import Marks

if TYPE_CHECKING:
    from aboveboard.core.terms import SubjectId

PURPOSES = {
    "customer": "customer-relationship",
    "official": "public-affairs",
    "partner": "supplier-management",
}
PUBLIC_SOURCE = "https://www.example.test/official-register"


@dataclass
class Marked:
    """The marked people of a cell: what is held of them, and what the rules refused to let in."""

    cell: Cell
    marks: Marks
    people: dict[str, "SubjectId"] = field(default_factory=dict)
    """By capacity."""
    held: dict[str, frozenset[str]] = field(default_factory=dict)
    refused: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def customer(self) -> "SubjectId":
        """The one whom a seller may see."""
        return self.people["customer"]


def mark(cell: Cell, marks: Marks) -> Marked:
    """Offer the gate a person in each capacity with a marked value in every category of the catalogue."""
    from aboveboard.core.catalogue import catalogue

    made = Marked(cell, marks)
    for capacity in PURPOSES:
        _take_in(made, capacity)
        offered = sorted(set(catalogue().categories) - {"T01", "T02", "T23"})
        let_in = {category for category in offered if _record(made, capacity, category)}
        made.held[capacity] = frozenset(let_in | {"T01", "T02", "T23"})
        made.refused[capacity] = frozenset(offered) - let_in
    return made


def _take_in(made: Marked, capacity: str) -> None:
    from aboveboard.apps.vault.actions import NewPerson
    from aboveboard.core.terms import Capacity, SubjectId

    cell, today = made.cell, datetime.now(UTC).date()
    facts = tuple(_fact(made, capacity, category) for category in ("T01", "T02", "T23"))
    held_as = ((Capacity(capacity), today, None),)
    person = NewPerson(os.urandom(16), held_as, "informed", today, facts, informed_on=today)
    from aboveboard.apps.gate.deeds import take_in

    question = cell.question("record", [person.id], ["T01", "T02", "T23"], purpose=PURPOSES[capacity])
    performed = take_in(question, [person])
    assert performed.decision.verdict == "permit", performed.decision.refusals
    made.people[capacity] = SubjectId(person.id)


def _record(made: Marked, capacity: str, category: str) -> bool:
    from aboveboard.apps.gate.deeds import record

    subject = made.people[capacity]
    question = made.cell.question("record", [subject], [category], purpose=PURPOSES[capacity])
    performed = record(question, subject, [_fact(made, capacity, category)])
    return bool(performed.decision.verdict == "permit")


def _fact(made: Marked, capacity: str, category: str) -> object:
    from aboveboard.core.catalogue import catalogue
    from aboveboard.core.policy.retention import retention_class
    from aboveboard.core.terms import Capacity, CategoryId, Special

    special = catalogue().categories[CategoryId(category)].special is Special.ART_9
    exception = {"exception": "made-public", "evidence": PUBLIC_SOURCE} if special else {}
    return made.cell.new_fact(
        category,
        made.marks.value(category),
        purpose=PURPOSES[capacity],
        retention=retention_class(CategoryId(category), Capacity(capacity)),
        **exception,
    )
