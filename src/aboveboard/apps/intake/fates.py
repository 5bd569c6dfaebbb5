"""What becomes of each column, decided by the rules before a value of it is stored.

Admitted: the purpose allows the category in the capacity, and no rule refuses it. Dropped: the law refuses it, or it is
about no person. Quarantined: guidance or a house default refuses it, nobody knows the column, or it is free text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from aboveboard.apps.gate.asking import would_refuse
from aboveboard.apps.intake.columns.classify import Classified
from aboveboard.core.catalogue import catalogue
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import FactHeld, Facts, Question, Standing
from aboveboard.core.policy.register import Purpose, Register
from aboveboard.core.policy.retention import expires_on, retention_class
from aboveboard.core.terms import (
    Capacity,
    CategoryId,
    Fate,
    LawfulBasis,
    NoticeExemption,
    NoticeState,
    RuleSource,
    SpecialException,
)

UNKNOWN = CategoryId("T00")
NAME = CategoryId("T01")
EXAMPLE_SOURCE = "https://example.org/"
"""Stands for the address of an official source while a column is judged; the fact carries its own."""

NO_PERSON = Refusal("about_no_person", "technical", RuleSource.HOUSE_DEFAULT, "Art. 5(1)(c)", "GDPR-5-1-c", "leave-it")
LABEL = Refusal("about_no_person", "label", RuleSource.HOUSE_DEFAULT, "Art. 5(1)(c)", "GDPR-5-1-c", "leave-it")
RELATION_READ = Refusal(
    "about_no_person", "relation", RuleSource.HOUSE_DEFAULT, "Art. 5(1)(c)", "GDPR-5-1-c", "leave-it"
)
ERASED = Refusal("erased_stays_erased", "erased", RuleSource.LAW, "Arts 17, 21(3)", "GDPR-17-1", "leave-it")
NOT_TAKEN_IN = Refusal(
    "person_not_taken_in", "nothing-kept", RuleSource.HOUSE_DEFAULT, "Art. 5(1)(c)", "GDPR-5-1-c", "leave-it"
)


class Template(NamedTuple):
    """Everything of a fact but its value and evidence, in the order of ``NewFact`` behind the value."""

    purpose: str
    basis: str
    retention: str
    source: bytes
    expires_on: date | None
    exception: str
    cleared: bool


@dataclass(frozen=True, slots=True)
class ColumnFate:
    """What becomes of a column, and the refusal behind it where it is not admitted."""

    fate: Fate
    category: str
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What of a row can change the fate of its columns."""

    capacity: Capacity
    since: date
    until: date | None = None
    """The day from which the office is no longer held."""
    has_source: bool = False
    """The row names the address of an official source."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is the same for a whole import: who records, for what, under which register and notice, from where."""

    question: Question
    register: Register
    notice: NoticeState
    exemption: NoticeExemption | None
    today: date
    source: bytes
    collected_directly: bool = False
    """The people of the file gave the data themselves (Art. 13)."""

    @property
    def purpose(self) -> Purpose | None:
        """Give the registered purpose, None where there is none."""
        return self.register.purposes.get(self.question.purpose)


@dataclass(slots=True)
class Fates:
    """The fates of one file's columns, each asked of the rules once for each kind of row."""

    terms: Terms
    columns: Sequence[Classified]
    _known: dict[tuple[str | None, Circumstances], tuple[tuple[Refusal, ...], Template]] = field(default_factory=dict)

    def refusals(self, category: str | None, row: Circumstances) -> tuple[Refusal, ...]:
        """Give every refusal of a category in a row of this kind; none means admitted."""
        return self._judged(category, row)[0]

    def template(self, category: str, row: Circumstances) -> Template:
        """Give what stands beside each value of a category in a row of this kind."""
        return self._judged(category, row)[1]

    def of_column(self, column: Classified, row: Circumstances) -> ColumnFate:
        """Give the fate of one column in a row of this kind."""
        category = column.category or ""
        if column.about_no_person:
            return ColumnFate(Fate.DROPPED, "", NO_PERSON)
        refusals = self.refusals(column.category, row)
        if not refusals:
            # A label only says what kind its neighbour is; the neighbour's category says that already.
            return (
                ColumnFate(Fate.DROPPED, category, LABEL)
                if column.role == "label"
                else ColumnFate(Fate.ADMITTED, category)
            )
        law = [refusal for refusal in refusals if refusal.source is RuleSource.LAW]
        return (
            ColumnFate(Fate.DROPPED, category, law[0]) if law else ColumnFate(Fate.QUARANTINED, category, refusals[0])
        )

    def _judged(self, category: str | None, row: Circumstances) -> tuple[tuple[Refusal, ...], Template]:
        known = self._known.get((category, row))
        if known is None:
            known = self._known[category, row] = self._judge(CategoryId(category or UNKNOWN), row)
        return known

    def _judge(self, category: CategoryId, row: Circumstances) -> tuple[tuple[Refusal, ...], Template]:
        terms, found = self.terms, catalogue().categories.get(category)
        basis = terms.purpose.basis if terms.purpose else LawfulBasis.LEGITIMATE_INTEREST
        cleared, retention, until, exception = True, "", None, None
        if found is not None:
            cleared, retention = not found.scanned, retention_class(category, row.capacity)
            until = expires_on(category, row.capacity, recorded_on=terms.today, office_ended_on=row.until)
            condition = found.rules[row.capacity].condition
            if condition is not None and condition.id == "made-public":
                # Art. 9(2)(e) is claimed where the catalogue knows it; it stands with an official source only.
                exception = SpecialException.MADE_PUBLIC
        evidence = EXAMPLE_SOURCE if exception and row.has_source else ""
        held = FactHeld(category, terms.question.purpose, basis, bool(terms.source), until, exception, evidence)
        facts = Facts(terms.register, self._standing(row), held, cleared=cleared)
        said = exception.value if exception else ""
        template = Template(terms.question.purpose, basis.value, retention, terms.source, until, said, cleared)
        return would_refuse(terms.question, facts), template

    def _standing(self, row: Circumstances) -> Standing:
        return Standing(
            ((row.capacity, row.since, row.until),),
            self.terms.notice,
            self.terms.exemption,
            self.terms.today,
            collected_directly=self.terms.collected_directly,
        )
