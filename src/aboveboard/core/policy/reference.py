"""Reference pages made from the rules and the catalogue: what refuses, why, and what is left to people."""

from collections.abc import Iterable, Sequence
from importlib.resources import files

from aboveboard.core.catalogue import catalogue
from aboveboard.core.catalogue.category import Category, CategoryRule, Status
from aboveboard.core.policy.decide import RULES, rule_set_hash
from aboveboard.core.policy.rule import EVERY_OPERATION, HOLDS, Rule
from aboveboard.core.policy.texts import WAYS_ON, WHY
from aboveboard.core.terms import READS, Capacity

_WATCHES = {
    EVERY_OPERATION: "every operation",
    HOLDS: "recording and every look",
    READS: "every look",
}
_STATUS = {
    Status.AUTOMATED: "met by a rule that a test holds to",
    Status.CLOCKED: "a term is counted and shown",
    Status.DOCUMENTED: "recorded and shown, for people to judge",
    Status.PEOPLE: "left to people",
}


_TELL_ONLY = frozenset({"readers.py", "reference.py", "texts.py"})
"""Files of this room that decide nothing, as `decide` leaves them out."""


def rule_set_text() -> dict[str, object]:
    """Give everything `decide.rule_set_hash` is made of, as text: whoever has this makes the hash anew."""
    table = [f"{rule.name} {rule.looks_at.name} {rule.for_person} {' '.join(sorted(rule.watches))}" for rule in RULES]
    sources = [
        {"package": package, "name": source.name, "text": source.read_text("utf-8").replace("\r\n", "\n")}
        for package in ("aboveboard.core.policy", "aboveboard.core.policy.rules", "aboveboard.core.catalogue")
        for source in sorted(files(package).iterdir(), key=lambda item: item.name)
        if source.name.endswith(".py") and source.name not in _TELL_ONLY
    ]
    return {
        "hash": rule_set_hash().hex(),
        "table": table,
        "sources": sources,
        "catalogue": catalogue().digest.hex(),
    }


def rules_page() -> str:
    """Give the page of rules: article, operations, each reason with its source, its words and the way on."""
    parts = [
        "# The rules",
        "",
        "Made from the rules themselves; a test fails when this page and the rules differ.",
        "",
        f"{len(RULES)} rules. Each refusal says whether it is *law*, *guidance* or a *house default*. A signatory",
        "can lift a house default of `category_allowed` for a purpose, after the officer's opinion. Nothing lifts",
        "the others.",
        "",
    ]
    for rule in RULES:
        parts += _rule_section(rule)
    parts += ["# Categories", "", *_categories()]
    return "\n".join(parts) + "\n"


def _rule_section(rule: Rule) -> list[str]:
    whom = "the person concerned" if rule.for_person else "staff"
    rows = [
        (
            f"`{refusal.reason}`",
            "as the catalogue says" if _varies(refusal.rule, refusal.reason) else refusal.source.value,
            refusal.article,
            refusal.obligation,
            WHY[refusal.rule, refusal.reason],
            WAYS_ON[refusal.way_on],
        )
        for refusal in rule.refusals
    ]
    return [
        f"## `{rule.name}`",
        "",
        rule.promise,
        f"Watches {_WATCHES[rule.watches]} by {whom}.",
        "",
        *_table(("reason", "source", "cited", "obligation", "what it says", "what can be done"), rows),
        "",
    ]


def _varies(rule: str, reason: str) -> bool:
    return (rule, reason) in {("category_allowed", "prohibited"), ("category_allowed", "other-basis-needed")}


def _categories() -> list[str]:
    rows = [
        (
            category.id,
            category.name,
            category.special.value,
            category.follows.value,
            *(_rule_cell(category, capacity) for capacity in Capacity),
        )
        for category in catalogue().categories.values()
    ]
    head = ("id", "category", "special", "capacity", *(capacity.value for capacity in Capacity))
    return _table(head, rows)


def _rule_cell(category: Category, capacity: Capacity) -> str:
    rule: CategoryRule = category.rules[capacity]
    letters = ", ".join(sorted(letter.value.lower().replace("_", " ") for letter in rule.letters))
    condition = f" if {rule.condition.id}" if rule.condition else ""
    return f"{letters}{condition} ({rule.source.value}); {rule.retention}"


def obligations_page() -> str:
    """Give the page of obligations: each one automated, clocked, documented or left to people, with rule and test."""
    known = catalogue().obligations.values()
    counts = {status: sum(1 for obligation in known if obligation.status is status) for status in Status}
    rows = [
        (
            obligation.id,
            obligation.title,
            obligation.source,
            obligation.status.value,
            f"`{obligation.rule}`" if obligation.rule else "",
            obligation.test,
            obligation.read_in or obligation.confidence.value,
        )
        for obligation in known
    ]
    return "\n".join(
        [
            "# The obligations",
            "",
            "Made from the catalogue; a test fails when this page and the catalogue differ.",
            "",
            *(f"- **{status.value}** ({counts[status]}): {meaning}" for status, meaning in _STATUS.items()),
            "",
            "Documented and people may name a rule too: it does its part, and people answer for the rest. The last",
            "column says how well a duty is known: V checked when the table was compiled, in the text or a second",
            "source; K known and not read again; U uncertain; or the official text it has been read in since. A",
            "duty that is only K or U may not refuse as law.",
            "",
            *_table(("id", "duty", "source", "status", "rule", "test", "known"), rows),
            "",
        ]
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
