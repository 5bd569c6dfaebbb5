"""What the rules answer: for each person and category yes or every refusal, each with its source and way on."""

from collections.abc import Mapping
from dataclasses import dataclass

from aboveboard.core.terms import CategoryId, RuleSource, SubjectId, TransferTool, Verdict


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule's no; texts are looked up from *rule* and *reason* in the catalogue of messages, values never."""

    rule: str
    """Name of the rule (``consent_stands``)."""
    reason: str
    """Stable code of the case within the rule (``withdrawn``)."""
    source: RuleSource
    article: str
    """Article or section, as it is cited."""
    obligation: str
    """Id in the catalogue of obligations (``GDPR-7-3``); empty for a pure house default."""
    way_on: str
    """Stable code of what can be done next (``ask-signatory``)."""


THE_RECORD = CategoryId("T00")
"""Stands for a category where the rules are asked about a person as a whole."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer for one person: categories released, and refusals by category."""

    released: frozenset[CategoryId]
    refused: Mapping[CategoryId, tuple[Refusal, ...]]
    whole: bool = False
    """The person as such may be dealt with, although no fact about them is held."""

    @property
    def allowed(self) -> bool:
        """Whether anything may be done about the person."""
        return self.whole or bool(self.released)


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one question, complete: all refusals are kept, not the first."""

    outcomes: Mapping[SubjectId, Outcome]
    transfer: TransferTool
    """What a transfer rests on, ``within-eea`` where there is none."""
    grant: bytes
    """Id of the grant that was needed and held, or empty."""

    @property
    def verdict(self) -> Verdict:
        """Permit when nothing was refused, refuse when nothing is released, else partial."""
        released = any(outcome.allowed for outcome in self.outcomes.values())
        refused = any(outcome.refused for outcome in self.outcomes.values()) or not self.outcomes
        if released and not refused:
            return Verdict.PERMIT
        return Verdict.PARTIAL if released else Verdict.REFUSE

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Every different refusal once, in the order met."""
        found = {
            refusal: None
            for outcome in self.outcomes.values()
            for refusals in outcome.refused.values()
            for refusal in refusals
        }
        return tuple(found)
