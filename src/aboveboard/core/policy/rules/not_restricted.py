"""GDPR Article 18: restricted data are stored and otherwise left alone."""

from aboveboard.core.policy.case import purpose_of
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_law
from aboveboard.core.terms import Operation, Role

RESTRICTED = by_law("not_restricted", "restricted", "Art. 18(2)", "GDPR-18", "wait-for-officer")
_LEGAL_CLAIMS = "legal-claims"


def not_restricted(question: Question, facts: Facts) -> Refusal | None:
    """Refuse every use of a restricted person's data but legal claims and the officer's examination itself."""
    if not facts.standing.restricted:
        return None
    if question.actor.role is Role.DPO and question.operation is Operation.CONSULT:
        return None
    purpose = purpose_of(question, facts)
    claim = purpose is not None and _LEGAL_CLAIMS in purpose.circumstances
    return None if claim else RESTRICTED
