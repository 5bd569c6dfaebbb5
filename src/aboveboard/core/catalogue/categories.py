"""Categories and their rules, read from their tables: 98 categories, each with one rule for each capacity."""

import re
from collections.abc import Mapping
from dataclasses import replace

from aboveboard.core.catalogue.category import (
    BASES,
    CONTACT_TIER,
    Anchor,
    Category,
    CategoryRule,
    Condition,
    ConditionKind,
    Confidence,
    Follows,
    Letter,
    Obligation,
    OwnTerm,
    RetentionTerm,
    Tier,
)
from aboveboard.core.catalogue.rows import Row, rows
from aboveboard.core.terms import Capacity, CategoryId, RetentionClass, RuleSource, Special

DPV = "https://w3id.org/dpv/pd#"
OWN = "https://w3id.org/aboveboard#"
_ALONE = (Letter.PROHIBITED, Letter.NOT_APPLICABLE)
_TERM = re.compile(r"[A-Z][A-Za-z]*")
_ID = re.compile(r"T[0-9]{2}")

Table = tuple[str, str]
"""Name and text of a data file."""


def read_conditions(file: str, text: str) -> Mapping[str, Condition]:
    """Read the circumstances in which alone some categories are allowed."""
    found: dict[str, Condition] = {}
    for row in rows(file, text, ("id", "kind", "sentence")):
        condition = Condition(row.text("id"), row.word("kind", ConditionKind), row.text("sentence"))
        if condition.id in found:
            row.refuse(f"{condition.id} stands twice.")
        found[condition.id] = condition
    return found


def read_retention(file: str, text: str) -> Mapping[RetentionClass, RetentionTerm]:
    """Read the retention classes."""
    found: dict[RetentionClass, RetentionTerm] = {}
    for row in rows(file, text, ("id", "anchor", "years", "months", "days", "source", "grounds", "confidence")):
        if row.cells["source"] not in {"law", "policy"}:
            row.refuse("source is none of law, policy.")
        term = RetentionTerm(
            id=RetentionClass(row.text("id")),
            anchor=row.word("anchor", Anchor),
            years=row.number("years"),
            months=row.number("months"),
            days=row.number("days"),
            ordered_by_law=row.cells["source"] == "law",
            grounds=row.cells["grounds"],
            confidence=row.word("confidence", Confidence),
        )
        if min(term.years, term.months, term.days) < 0:
            row.refuse("a term is not negative.")
        if term.id in found:
            row.refuse(f"{term.id} stands twice.")
        found[term.id] = term
    return found


def read_categories(
    table: Table,
    rule_table: Table,
    conditions: Mapping[str, Condition],
    retention: Mapping[RetentionClass, RetentionTerm],
    obligations: Mapping[str, Obligation],
) -> Mapping[CategoryId, Category]:
    """Read the categories with their rules.

    Raises:
        Invalid: when a row is wrong, a category lacks a rule for a capacity, or a rule has no category.
    """
    rules = _rules(rule_table, conditions, retention, obligations)
    found: dict[CategoryId, Category] = {}
    columns = ("id", "name", "name_cs", "dpv", "own_terms", "fideslang", "special", "tier", "follows")
    for row in rows(*table, columns):
        category = _category(row)
        if category.id in found:
            row.refuse(f"{category.id} stands twice.")
        own = {capacity: rules.pop((category.id, capacity), None) for capacity in Capacity}
        complete = {capacity: rule for capacity, (_, rule) in _present(own).items()}
        if len(complete) != len(Capacity):
            row.refuse(f"{category.id} lacks the rule for a capacity in {rule_table[0]}.")
        found[category.id] = replace(category, rules=complete)
    for row, _ in rules.values():
        row.refuse("the rule belongs to no category.")
    return found


def _present(
    rules: Mapping[Capacity, tuple[Row, CategoryRule] | None],
) -> Mapping[Capacity, tuple[Row, CategoryRule]]:
    return {capacity: rule for capacity, rule in rules.items() if rule is not None}


def _category(row: Row) -> Category:
    category_id = CategoryId(row.text("id"))
    if not _ID.fullmatch(category_id):
        row.refuse("id is not T and two digits.")
    tier = row.word("tier", Tier)
    if (tier is Tier.CONTACT) != (category_id in CONTACT_TIER):
        row.refuse("tier is not the one the program shows at once.")
    return Category(
        id=category_id,
        name=row.text("name"),
        name_cs=row.text("name_cs"),
        dpv=tuple(DPV + _term(row, "dpv", part) for part in row.text("dpv").split()),
        own_terms=tuple(_own_term(row, part) for part in row.cells["own_terms"].split()),
        fideslang=row.text("fideslang"),
        special=row.word("special", Special),
        tier=tier,
        follows=row.word("follows", Follows),
        rules={},
    )


def _term(row: Row, column: str, name: str) -> str:
    return name if _TERM.fullmatch(name) else row.refuse(f"{column} is not the name of a term.")


def _own_term(row: Row, pair: str) -> OwnTerm:
    own, _, broader = pair.partition(">")
    return OwnTerm(OWN + _term(row, "own_terms", own), DPV + _term(row, "own_terms", broader))


def _rules(
    table: Table,
    conditions: Mapping[str, Condition],
    retention: Mapping[RetentionClass, RetentionTerm],
    obligations: Mapping[str, Obligation],
) -> dict[tuple[CategoryId, Capacity], tuple[Row, CategoryRule]]:
    found: dict[tuple[CategoryId, Capacity], tuple[Row, CategoryRule]] = {}
    columns = (
        "category",
        "capacity",
        "letters",
        "condition",
        "source",
        "confidence",
        "article",
        "obligation",
        "retention",
        "read_in",
    )
    for row in rows(*table, columns):
        rule = _rule(row, conditions)
        _check_rule(row, rule, retention, obligations)
        if (rule.category, rule.capacity) in found:
            row.refuse("the rule stands twice.")
        found[rule.category, rule.capacity] = (row, rule)
    return found


def _rule(row: Row, conditions: Mapping[str, Condition]) -> CategoryRule:
    letters = row.words("letters", Letter)
    condition = row.cells["condition"]
    if condition and condition not in conditions:
        row.refuse("condition is not one of the conditions.")
    return CategoryRule(
        category=CategoryId(row.text("category")),
        capacity=row.word("capacity", Capacity),
        letters=letters,
        bases=frozenset().union(*(BASES[letter] for letter in letters)),
        condition=conditions.get(condition),
        source=row.word("source", RuleSource),
        confidence=row.word("confidence", Confidence),
        article=row.text("article"),
        obligation=row.text("obligation"),
        retention=RetentionClass(row.text("retention")),
        read_in=row.cells["read_in"],
    )


def _check_rule(
    row: Row,
    rule: CategoryRule,
    retention: Mapping[RetentionClass, RetentionTerm],
    obligations: Mapping[str, Obligation],
) -> None:
    if len(rule.letters) > 1 and not rule.letters.isdisjoint(_ALONE):
        row.refuse("PROHIBITED and NOT_APPLICABLE stand alone.")
    if rule.retention not in retention:
        row.refuse("retention is not one of the retention classes.")
    obligation = obligations.get(rule.obligation)
    if obligation is None:
        row.refuse("obligation is not the id of an obligation.")
    if rule.source is RuleSource.LAW:
        if rule.confidence is not Confidence.VERIFIED and not rule.read_in:
            row.refuse("a rule nobody has read in an official text may not refuse as law (read_in is empty).")
        if not obligation.may_refuse_as_law:
            row.refuse("its obligation was not read in an official text, so it may not refuse as law.")
