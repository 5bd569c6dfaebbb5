"""GDPR Article 9(2): whether the exception attached to a special category stands, or what it lacks."""

from collections.abc import Callable, Mapping

from aboveboard.core.catalogue import Category
from aboveboard.core.policy.case import ever_held, today
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.terms import Capacity, Operation, SpecialException

STANDS = ""
"""The exception stands; every other answer is the code of what it lacks."""
_MADE_PUBLIC = "made-public"


def what_exception_lacks(question: Question, facts: Facts, category: Category) -> str:
    """Give the code of what the exception lacks, or STANDS."""
    if facts.fact.exception is None:
        return "no-exception"
    return _LACKS[facts.fact.exception](question, facts, category)


def _explicit_consent(question: Question, facts: Facts, category: Category) -> str:
    # Art. 9(2)(a): for one or more specified purposes, and it names what it opens.
    lacking = "no-explicit-consent"
    for consent in facts.standing.consents:
        if consent.purpose != facts.fact.purpose or consent.explicit_for != category.id:
            continue
        if consent.given_at > question.asked_at:
            continue
        if consent.withdrawn_at is None or consent.withdrawn_at > question.asked_at:
            return STANDS
        lacking = "explicit-consent-withdrawn"
    return lacking


def _made_public(question: Question, facts: Facts, category: Category) -> str:
    # Art. 9(2)(e); C-252/21: narrow, so only where the catalogue names it, with the official source.
    condition = category.rules[Capacity.OFFICIAL].condition
    if condition is None or condition.id != _MADE_PUBLIC:
        return "made-public-too-wide"
    if Capacity.OFFICIAL not in ever_held(facts.standing, today(question, facts.register)):
        return "not-an-official"
    # The address is checked when the fact is recorded; afterwards it lies sealed with the value.
    evidence = facts.fact.evidence
    checked = evidence.startswith("https://") if question.operation is Operation.RECORD else bool(evidence)
    return STANDS if checked else "no-public-source"


def _legal_claims(_question: Question, facts: Facts, _category: Category) -> str:
    # Art. 9(2)(f): the claim is named.
    return STANDS if facts.fact.evidence else "no-claim-named"


_LACKS: Mapping[SpecialException, Callable[[Question, Facts, Category], str]] = {
    SpecialException.EXPLICIT_CONSENT: _explicit_consent,
    SpecialException.MADE_PUBLIC: _made_public,
    SpecialException.LEGAL_CLAIMS: _legal_claims,
}
