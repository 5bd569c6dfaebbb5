"""What a look released, as data and as words: the entry first, then values, then every refusal with its way on."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aboveboard.faces.cli.answers import Answer, Exit, Rows

if TYPE_CHECKING:
    from datetime import datetime

    from aboveboard.apps.gate.asking import Asked
    from aboveboard.apps.vault.opening import OpenFact
    from aboveboard.core.policy.decision import Decision, Refusal
    from aboveboard.core.terms import CategoryId


def answer_of(asked: "Asked", opened: Sequence["OpenFact"]) -> Answer:
    """Give the answer of a look that was asked and, where something was released, opened."""
    from aboveboard.core.terms import Verdict

    refused = asked.decision.verdict is Verdict.REFUSE
    data = {**decided(asked.entry_hash, asked.decision), "people": people_of(opened)}
    words: list[str | Rows] = [f"Entry {asked.entry_hash.hex()} is committed: {asked.decision.verdict.value}."]
    if opened:
        words.append(Rows(("subject", "category", "value"), [_row(fact) for fact in opened]))
    words += refusal_words(asked.decision.refusals)
    if not opened and not asked.decision.refusals:
        words.append("Nothing is held there, or nothing for you.")
    return Answer(data, words, Exit.REFUSED if refused else Exit.DONE)


def decided(entry_hash: bytes, decision: "Decision") -> dict[str, Any]:
    """Give the machine form of a decision that stands in the log, and how far it is proved."""
    from aboveboard.apps.ledger.levels import level_of

    return {
        "entry": entry_hash.hex(),
        "level": level_of(entry_hash).value,
        "verdict": decision.verdict.value,
        "transfer": decision.transfer.value,
        "grant": decision.grant.hex(),
        "refusals": [refusal_data(refusal) for refusal in decision.refusals],
    }


def keep_receipt(entry_hash: bytes, file: Path, now: "datetime") -> None:
    """Write the receipt of an entry into a new file.

    Raises:
        Invalid: when the file exists, or cannot be written.
    """
    from aboveboard.apps.ledger.receipts import receipt
    from aboveboard.core.errors import Invalid

    found = receipt(entry_hash, now)
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(found.note if found else "")
    except OSError:
        raise Invalid("The file for the receipt exists already, or cannot be written; the look is on record.") from None


def refusal_data(refusal: "Refusal") -> dict[str, str]:
    """Give the machine form of one refusal."""
    return {
        "rule": refusal.rule,
        "reason": refusal.reason,
        "source": refusal.source.value,
        "article": refusal.article,
        "obligation": refusal.obligation,
        "way_on": refusal.way_on,
    }


def refusal_words(refusals: Iterable["Refusal"]) -> list[str]:
    """Say each refusal: which rule, whether law, guidance or house default, and what can be done."""
    return [
        f"Refused by {refusal.rule} ({refusal.reason}): {refusal.source.value}"
        f"{f', {refusal.article}' if refusal.article else ''}. What can be done: {refusal.way_on}."
        for refusal in refusals
    ]


def people_of(opened: Sequence["OpenFact"]) -> list[dict[str, Any]]:
    """Give what was opened, person by person, in the order it came."""
    people: dict[str, list[Mapping[str, Any]]] = {}
    for fact in opened:
        shown = {"category": fact.fact.category, "value": fact.value, "purpose": fact.fact.purpose}
        people.setdefault(fact.fact.person.hex(), []).append({**shown, "basis": fact.fact.basis})
    return [{"subject": subject, "facts": facts} for subject, facts in people.items()]


def categories_named(names: Sequence[str]) -> frozenset["CategoryId"]:
    """Give the categories asked for: those named, or the contact tier."""
    from aboveboard.core.catalogue import catalogue
    from aboveboard.core.catalogue.category import CONTACT_TIER
    from aboveboard.core.errors import Invalid
    from aboveboard.core.terms import CategoryId

    if not names:
        return CONTACT_TIER
    wanted = frozenset(CategoryId(name.strip().upper()) for each in names for name in each.split(","))
    if any(category not in catalogue().categories for category in wanted):
        raise Invalid("A category is named by its id in the catalogue (T01 to T98).")
    return wanted


def _row(fact: "OpenFact") -> tuple[str, str, str]:
    from aboveboard.core.catalogue import catalogue
    from aboveboard.core.terms import CategoryId

    category = catalogue().categories[CategoryId(fact.fact.category)]
    return fact.fact.person.hex(), f"{category.id} {category.name}", fact.value
