"""Recording several facts about somebody known, all from one source: what the rules refuse leaves nothing behind."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aboveboard.apps.gate.deeds import fact_held
from aboveboard.apps.gate.performing import Passes, Performed, perform
from aboveboard.apps.gate.proposing import Proposed
from aboveboard.apps.vault import actions as vault
from aboveboard.core.policy.decision import Decision
from aboveboard.core.policy.question import Question
from aboveboard.core.terms import SubjectId


def record_all_from(
    question: Question, subject: SubjectId, facts: Sequence[vault.NewFact], *, source: str
) -> Performed:
    """Record those of *facts* that the rules let through, together with their source, in one entry."""
    given = bool(source.strip())
    held = tuple((replace(fact_held(fact), source_given=given), fact.cleared) for fact in facts)

    def deed(_decision: Decision, passes: Passes) -> Mapping[bytes, Sequence[str]]:
        kept = [fact for fact, through in zip(facts, passes(subject), strict=True) if through]
        origin = vault.new_source(source.strip(), public=False)
        return {subject: vault.add_facts(subject, [fact._replace(source=origin) for fact in kept], question.asked_at)}

    return perform(question, deed, proposed={subject: Proposed(None, held)})
