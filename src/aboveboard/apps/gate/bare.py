"""Rights of somebody of whom no fact is held (any more): the person can be erased, restricted and heard all the same.

What remains of them is more than facts: capacities, consents and objections, what waits in quarantine, the digests by
which an import knows them again. Rules answer by category; here they are asked once about the record as a whole.
"""

from dataclasses import replace

from aboveboard.apps.gate.cases import Case
from aboveboard.apps.ledger import rows
from aboveboard.core.policy.decide import weigh
from aboveboard.core.policy.decision import THE_RECORD, Decision, Outcome
from aboveboard.core.policy.question import FactHeld, Facts
from aboveboard.core.terms import LawfulBasis, Operation, Role, SubjectId

RIGHTS = frozenset({Operation.ERASE, Operation.RESTRICT, Operation.INFORM})


def with_bare_persons(case: Case, decision: Decision) -> Decision:
    """Add to *decision* what the rules say of those about whom no fact is held, where a right is exercised."""
    bare = _without_facts(case) if case.question.operation in RIGHTS else set()
    if not bare:
        return decision
    outcomes = {
        subject: _of_the_record(case, subject) if subject in bare else outcome
        for subject, outcome in decision.outcomes.items()
    }
    return replace(decision, outcomes=outcomes)


def _without_facts(case: Case) -> set[bytes]:
    """Give the known persons about whom there is no fact at all, also none in a category that was not asked for.

    A fact recorded after this raises the person's version, and the deed is not done under the old one. Who is told
    (Arts 13, 14) is told about everything, so there it is enough that nothing is held of what was asked for.
    """
    bare = {
        bytes(subject)
        for subject in case.question.subjects
        if (person := case.person(subject)) is not None and not person.facts
    }
    if not bare or case.question.operation is Operation.INFORM:
        return bare
    query = "SELECT DISTINCT person_id FROM vault_fact WHERE person_id {}"
    return bare - {bytes(person) for (person,) in rows.select_in(query, list(bare))}


def _of_the_record(case: Case, subject: SubjectId) -> Outcome:
    person = case.person(subject)
    if person is None:
        return Outcome(frozenset(), {})
    question = case.question
    # Rules that watch these operations look at the question and the person, not at what stands here for a fact.
    nothing = FactHeld(THE_RECORD, question.purpose, LawfulBasis.LEGAL_OBLIGATION, source_given=True)
    own = question.actor.role is Role.PERSON
    refusals = weigh(question, Facts(case.register, person.standing, nothing, own_record=own))
    return Outcome(frozenset(), {THE_RECORD: refusals} if refusals else {}, whole=not refusals)
