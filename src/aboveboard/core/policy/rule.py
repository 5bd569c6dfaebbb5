"""What a rule is: a check, the operations it watches, and how much of the case it looks at."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.terms import READS, Operation, RuleSource

Check = Callable[[Question, Facts], Refusal | None]

EVERY_OPERATION = frozenset(Operation)
HOLDS = READS | {Operation.RECORD}
"""Operations that keep or release values; restricting and erasing take away and are not stopped by these rules."""


class Looks(IntEnum):
    """How much of the facts a rule looks at, so that equal parts of a case are judged once.

    QUESTION: the question and the register. STANDING: also what holds for the person. FACT: also the fact.
    """

    QUESTION = 0
    STANDING = 1
    FACT = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the rule set."""

    check: Check
    looks_at: Looks
    watches: frozenset[Operation] = HOLDS
    for_person: bool = False
    """Runs when the person concerned acts on a record, and only then; all other rules run for staff."""

    @property
    def name(self) -> str:
        """Give the name of the rule, the sentence it claims (``consent_stands``)."""
        return self.check.__name__

    @property
    def promise(self) -> str:
        """Give the first sentence of the file the rule stands in: its article and what it says."""
        return (sys.modules[self.check.__module__].__doc__ or "").strip().splitlines()[0]

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Give every refusal declared in the rule's file, in the order of reasons."""
        declared = vars(sys.modules[self.check.__module__]).values()
        return tuple(sorted((item for item in declared if isinstance(item, Refusal)), key=lambda item: item.reason))


def by_law(rule: str, reason: str, article: str, obligation: str, way_on: str) -> Refusal:
    """Make a refusal of the law; nothing lifts it."""
    return Refusal(rule, reason, RuleSource.LAW, article, obligation, way_on)


def by_guidance(rule: str, reason: str, article: str, obligation: str, way_on: str) -> Refusal:
    """Make a refusal that rests on guidance of an authority or on a reading of ours; nothing lifts it."""
    return Refusal(rule, reason, RuleSource.GUIDANCE, article, obligation, way_on)


def by_house_default(rule: str, reason: str, article: str, obligation: str, way_on: str) -> Refusal:
    """Make a refusal that is the group's own default; a signatory can open another way."""
    return Refusal(rule, reason, RuleSource.HOUSE_DEFAULT, article, obligation, way_on)
