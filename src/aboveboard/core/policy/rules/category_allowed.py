"""GDPR Article 5(1)(b) and (c): a category is kept only where purpose, capacity and catalogue allow it.

Contact categories follow the capacity of the case, which is one the purpose serves. Family, leisure, gifts and
special categories follow every capacity the person holds, so the strictest. A house default can be lifted for a
purpose; the law and guidance cannot.
"""

from dataclasses import replace
from datetime import date
from functools import cache

from aboveboard.core.catalogue import Category, CategoryRule, catalogue
from aboveboard.core.catalogue.category import ConditionKind, Follows, Letter
from aboveboard.core.policy.case import held_now, purpose_of, served, today
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.exceptions import STANDS, what_exception_lacks
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.register import Purpose
from aboveboard.core.policy.rule import by_house_default, by_law
from aboveboard.core.terms import Capacity, Operation, RuleSource, Special

_NAME = "category_allowed"
_CITED = ("Art. 5(1)(c)", "GDPR-5-1-c")
NOT_SERVED = by_law(_NAME, "capacity-not-served", "Art. 5(1)(b)", "GDPR-5-1-b", "choose-purpose")
UNKNOWN = by_house_default(_NAME, "unknown-category", *_CITED, "leave-it")
PROHIBITED = by_house_default(_NAME, "prohibited", *_CITED, "ask-signatory-to-lift")
DOES_NOT_ARISE = by_house_default(_NAME, "does-not-arise", *_CITED, "choose-category")
OTHER_BASIS = by_house_default(_NAME, "other-basis-needed", *_CITED, "choose-purpose")
OTHER_CIRCUMSTANCES = by_house_default(_NAME, "other-circumstances", *_CITED, "choose-purpose")
NEVER_STORED = by_house_default(_NAME, "never-stored", *_CITED, "leave-it")
NOT_ON_LIST = by_house_default(_NAME, "not-on-list", *_CITED, "ask-signatory-to-lift")

_SEVERITY = {RuleSource.HOUSE_DEFAULT: 0, RuleSource.GUIDANCE: 1, RuleSource.LAW: 2}


def category_allowed(question: Question, facts: Facts) -> Refusal | None:
    """Refuse a category that purpose and catalogue do not allow for the capacity, or capacities, that count."""
    purpose = purpose_of(question, facts)
    if purpose is None:
        return None  # purpose_registered says so
    category = catalogue().categories.get(facts.fact.category)
    if category is None:
        return UNKNOWN
    day = today(question, facts.register)
    of_the_case = served(purpose, facts.standing, day)
    if not of_the_case:
        return NOT_SERVED
    if category.follows is Follows.CASE:
        return _mildest(question, facts, purpose, category, of_the_case)
    return _strictest(question, facts, purpose, category, day)


def _mildest(
    question: Question, facts: Facts, purpose: Purpose, category: Category, capacities: tuple[Capacity, ...]
) -> Refusal | None:
    # One capacity of the case that allows it is enough; the mildest no is told, for it is the one to be met.
    found = []
    for capacity in capacities:
        refusal = _refusal(question, facts, purpose, category, capacity)
        if refusal is None:
            return None
        found.append(refusal)
    return min(found, key=_severity)


def _strictest(question: Question, facts: Facts, purpose: Purpose, category: Category, day: date) -> Refusal | None:
    # Every capacity held must allow it. Where none is held any more, those that were count.
    capacities = held_now(facts.standing, day) or served(purpose, facts.standing, day)
    found = [_refusal(question, facts, purpose, category, capacity) for capacity in capacities]
    return max((refusal for refusal in found if refusal is not None), key=_severity, default=None)


def _refusal(
    question: Question, facts: Facts, purpose: Purpose, category: Category, capacity: Capacity
) -> Refusal | None:
    rule = category.rules[capacity]
    on_list = category.id in purpose.allowed.get(capacity, ())
    if facts.fact.basis in rule.bases and rule.condition is None and on_list:
        return None  # the common case
    own_purpose = facts.register.purposes.get(facts.fact.purpose, purpose)
    lifted = category.id in purpose.lifted.get(capacity, ())
    found = [
        _by_letters(question, facts, category, rule),
        _by_condition(question, own_purpose, rule),
        None if on_list else NOT_ON_LIST,
    ]
    for refusal in found:
        if refusal is not None and not (lifted and refusal.source is RuleSource.HOUSE_DEFAULT):
            return refusal
    return None


def _by_letters(question: Question, facts: Facts, category: Category, rule: CategoryRule) -> Refusal | None:
    if facts.fact.basis in rule.bases:
        return None
    if rule.prohibited:
        # Art. 9(2): with an exception the law no longer refuses; what is left is the house's own default.
        opened = category.special is Special.ART_9 and what_exception_lacks(question, facts, category) == STANDS
        return PROHIBITED if opened else _as_the_rule_says(PROHIBITED, rule)
    if Letter.NOT_APPLICABLE in rule.letters:
        return DOES_NOT_ARISE
    # Another basis than the catalogue's is the house's own default, unless only an order of law opens it.
    return _as_the_rule_says(OTHER_BASIS, rule) if rule.letters == {Letter.LAW} else OTHER_BASIS


def _by_condition(question: Question, purpose: Purpose, rule: CategoryRule) -> Refusal | None:
    condition = rule.condition
    if condition is None or condition.kind is ConditionKind.RECORD:
        return None
    if condition.kind is ConditionKind.NEVER_STORED:
        return NEVER_STORED if question.operation is Operation.RECORD else None
    return None if condition.id in purpose.circumstances else OTHER_CIRCUMSTANCES


@cache
def _from_rule(refusal: Refusal, source: RuleSource, article: str, obligation: str) -> Refusal:
    way_on = refusal.way_on if source is RuleSource.HOUSE_DEFAULT else "leave-it"
    return replace(refusal, source=source, article=article, obligation=obligation, way_on=way_on)


def _as_the_rule_says(refusal: Refusal, rule: CategoryRule) -> Refusal:
    return _from_rule(refusal, rule.source, rule.article, rule.obligation)


def _severity(refusal: Refusal) -> int:
    return _SEVERITY[refusal.source]
