"""Deeds of people at work about somebody known: a fact with where it comes from, and a capacity a human confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from aboveboard.apps.gate.deeds import NOTHING, fact_held
from aboveboard.apps.gate.performing import Passes, Performed, perform
from aboveboard.apps.gate.proposing import Proposed
from aboveboard.apps.vault import actions as vault
from aboveboard.apps.vault.queries import encode_capacities, parse_capacities, person_row
from aboveboard.core.policy.decision import Decision
from aboveboard.core.policy.question import Question
from aboveboard.core.terms import Capacity, SubjectId


def record_from(
    question: Question, subject: SubjectId, fact: vault.NewFact, *, source: str, public: bool = False
) -> Performed:
    """Record *fact* about a known person together with its source; where it is refused, neither stays behind."""
    proposed = replace(fact_held(fact), source_given=bool(source.strip()))

    def deed(_decision: Decision, _passes: Passes) -> Mapping[bytes, Sequence[str]]:
        kept = fact._replace(source=vault.new_source(source.strip(), public=public))
        return {subject: vault.add_facts(subject, [kept], question.asked_at)}

    return perform(question, deed, proposed={subject: Proposed(None, ((proposed, fact.cleared),))})


def hold_capacity(question: Question, subject: SubjectId, capacity: Capacity, since: date) -> Performed:
    """Keep that a person is also known in *capacity* since a day; a program proposes it, a human confirms it.

    Whoever may record the person's contact data may say so: from then on the rules of both capacities count.
    A capacity held already stays as it is.
    """

    def deed(_decision: Decision, _passes: Passes) -> Mapping[bytes, Sequence[str]]:
        row = person_row(subject)
        known = parse_capacities(row.capacities) if row else ()
        if row and all(one is not capacity or until is not None for one, _, until in known):
            vault.touch(subject, capacities=encode_capacities((*known, (capacity, since, None))))
        return NOTHING

    return perform(question, deed)
