"""A look of a page: one question for everybody on it, one entry, and the values by person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aboveboard.apps.gate.asking import Asked, ask
from aboveboard.apps.vault.opening import OpenFact
from aboveboard.core.catalogue import CONTACT_TIER
from aboveboard.core.terms import CategoryId, Operation, SubjectId, Verdict
from aboveboard.faces.web import saying
from aboveboard.faces.web.asking import Asker
from aboveboard.faces.web.components import TraceBar

NAME, EMAIL, PHONE, FUNCTION = (CategoryId(one) for one in ("T01", "T02", "T03", "T23"))


@dataclass(frozen=True, slots=True)
class Look:
    """What one committed look released, by person."""

    asked: Asked
    facts: Mapping[SubjectId, Sequence[OpenFact]]

    @property
    def trace(self) -> TraceBar:
        """The line at the foot of the page."""
        return saying.trace_of(self.asked)

    @property
    def refused(self) -> bool:
        """Whether nothing at all was released."""
        return self.asked.decision.verdict is Verdict.REFUSE

    def values(self, subject: SubjectId, category: CategoryId) -> tuple[str, ...]:
        """The values of one category of one person."""
        return tuple(one.value for one in self.facts.get(subject, ()) if one.fact.category == category)

    def value(self, subject: SubjectId, category: CategoryId) -> str:
        """The values of one category in one line, empty where nothing was released."""
        return ", ".join(self.values(subject, category))


def look(asker: Asker, subjects: Iterable[SubjectId], purpose: str, categories: Iterable[str] = CONTACT_TIER) -> Look:
    """Ask for *categories* of everybody on a page at once, and open what is released."""
    once = dict.fromkeys(subjects)
    asked = ask(asker.question(Operation.CONSULT, once, categories, purpose))
    found: dict[SubjectId, list[OpenFact]] = {}
    for fact in asked.opened():
        found.setdefault(SubjectId(fact.fact.person), []).append(fact)
    return Look(asked, found)
