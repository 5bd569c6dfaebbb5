"""What is to be recorded, as the rules see it: the person as they would stand, and each fact that would be held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aboveboard.apps.gate.cases import Case
from aboveboard.apps.gate.weighing import by_category
from aboveboard.apps.vault.standing import StandingChange
from aboveboard.core.policy.decide import decide, weigh
from aboveboard.core.policy.decision import Decision
from aboveboard.core.policy.question import FactHeld, Facts, Question, Standing
from aboveboard.core.policy.register import Register
from aboveboard.core.terms import Role, SubjectId


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is to be recorded about a subject: their standing if they are new, and what would be held."""

    standing: Standing | None
    facts: tuple[tuple[FactHeld, bool], ...]
    """Each with whether a text is cleared."""
    change: StandingChange | None = None
    """What changes of how a known person stands; the rules see them as they stand afterwards."""


class Proposal:
    """Everything proposed in one case, weighed."""

    def __init__(self, case: Case, proposed: Mapping[SubjectId, Proposed]) -> None:
        """Weigh what is *proposed* for the subjects of *case*."""
        self._question = case.question
        maker = _Maker(case.question, case.register)
        self._facts: dict[SubjectId, list[Facts]] = {}
        for subject in case.question.subjects:
            known = case.held.get(subject)
            if known is None or not known.gone:
                self._facts[subject] = maker.facts(proposed[subject], known.standing if known else None)
        self._passed: dict[int, bool] = {}

    def decide(self) -> Decision:
        """Give the decision on all of it."""
        cases = {subject: by_category(self._question, found) for subject, found in self._facts.items()}
        decision = decide(self._question, cases)
        for subject, of_subject in cases.items():
            released = decision.outcomes[subject].released
            self._passed |= {id(facts): category in released for category, facts in of_subject.items()}
        return decision

    def passes(self, subject: SubjectId) -> Sequence[bool]:
        """Tell for each fact proposed for a subject whether the rules let it through, by itself; equal ones once."""
        return [self._passes(facts) for facts in self._facts.get(subject, ())]

    def _passes(self, facts: Facts) -> bool:
        known = self._passed.get(id(facts))
        if known is None:
            known = self._passed[id(facts)] = not weigh(self._question, facts)
        return known


class _Maker:
    """Makes `Facts`, giving the very same object for equal input, so that fifty equal people are decided once."""

    def __init__(self, question: Question, register: Register) -> None:
        self._register, self._own = register, question.actor.role is Role.PERSON
        self._known: dict[tuple[object, ...], Facts] = {}
        self._changes: dict[tuple[int, StandingChange], tuple[Standing, Standing]] = {}

    def facts(self, proposed: Proposed, standing: Standing | None) -> list[Facts]:
        standing = self._changed(standing, proposed.change) if standing else proposed.standing
        if standing is None:
            return []
        found = []
        for held, cleared in proposed.facts:
            key = (id(standing), held, cleared)
            made = self._known.get(key)
            if made is None:
                made = Facts(self._register, standing, held, own_record=self._own, cleared=cleared)
                self._known[key] = made
            found.append(made)
        return found

    def _changed(self, standing: Standing, change: StandingChange | None) -> Standing:
        if change is None:
            return standing
        # The standing before stays referenced, so that no identity is given out twice.
        return self._changes.setdefault((id(standing), change), (standing, change.applied(standing)))[1]
