"""GDPR Article 9: a special category needs an exception of Art. 9(2), with its evidence."""

from collections.abc import Mapping

from aboveboard.core.catalogue import catalogue
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.exceptions import what_exception_lacks
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.rule import by_guidance, by_law
from aboveboard.core.terms import Special

_NAME = "exception_attached"
NONE = by_law(_NAME, "no-exception", "Art. 9(1)", "GDPR-9-1", "ask-for-explicit-consent")
NO_CONSENT = by_law(_NAME, "no-explicit-consent", "Art. 9(2)(a)", "GDPR-9-1", "ask-for-explicit-consent")
WITHDRAWN = by_law(_NAME, "explicit-consent-withdrawn", "Arts 7(3), 9(2)(a)", "GDPR-7-3", "leave-it")
NO_SOURCE = by_law(_NAME, "no-public-source", "Art. 9(2)(e)", "GDPR-9-1", "give-official-source")
NOT_OFFICIAL = by_law(_NAME, "not-an-official", "Art. 9(2)(e)", "GDPR-9-1", "leave-it")
NO_CLAIM = by_law(_NAME, "no-claim-named", "Art. 9(2)(f)", "GDPR-9-1", "name-the-claim")
TOO_WIDE = by_guidance(_NAME, "made-public-too-wide", "Art. 9(2)(e); C-252/21", "GDPR-9-2-e", "leave-it")

_LACKS: Mapping[str, Refusal] = {
    refusal.reason: refusal for refusal in (NONE, NO_CONSENT, WITHDRAWN, NO_SOURCE, NOT_OFFICIAL, NO_CLAIM, TOO_WIDE)
}


def exception_attached(question: Question, facts: Facts) -> Refusal | None:
    """Refuse a special category without explicit consent naming it, a public source, or a named legal claim."""
    category = catalogue().categories.get(facts.fact.category)
    if category is None or category.special is not Special.ART_9:
        return None
    return _LACKS.get(what_exception_lacks(question, facts, category))
