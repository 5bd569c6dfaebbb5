"""Importing in tests: a file out of rows, the import itself, and what lies in the cell afterwards, opened."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aboveboard.apps.intake.importing import Imported
    from aboveboard.apps.intake.order import ImportOrder
    from tests.support.cell import Cell


def written(folder: Path, name: str, header: Sequence[str], *rows: Sequence[str]) -> Path:
    """A CSV file of these rows."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def ordered(path: Path, **said: Any) -> "ImportOrder":
    """An order for customers whose notice is still owed, changed by what is *said*."""
    from aboveboard.apps.intake.order import ImportOrder, parse_notice, parse_relation
    from aboveboard.core.terms import EntityId, PurposeId

    day = datetime.now(UTC).date()
    return ImportOrder(
        path,
        EntityId(said.get("entity", "cz")),
        parse_relation(said.get("relation", "customer")),
        PurposeId(said.get("purpose", "customer-relationship")),
        said.get("source", "A list of the tests"),
        parse_notice(said.get("notice", "send"), day),
        said.get("mapping"),
        said.get("collected_directly", False),
    )


def imported(cell: "Cell", path: Path, *, by: str = "seller-cz", **said: Any) -> "Imported":
    """Import *path* as one of the cast."""
    from aboveboard.apps.intake.importing import run_import

    return run_import(ordered(path, **said), by=cell.staff(by), now=datetime.now(UTC), progress=lambda _: None)


def rehearsed(cell: "Cell", path: Path, *, by: str = "seller-cz", **said: Any) -> "Imported":
    """Rehearse the import of *path* as one of the cast."""
    from aboveboard.apps.intake.importing import rehearse_import

    return rehearse_import(ordered(path, **said), by=cell.staff(by), now=datetime.now(UTC), progress=lambda _: None)


def report_of(cell: "Cell", path: Path, **said: Any) -> dict[str, Any]:
    """Import *path* and give the report; the rehearsal before it must have said the same."""
    before = rehearsed(cell, path, **said).report
    report = imported(cell, path, **said).report
    assert before is not None
    assert report is not None
    own = {"import", "dry_run", "broken_file"}
    assert {k: v for k, v in before.items() if k not in own} == {k: v for k, v in report.items() if k not in own}
    return dict(report)


def fates(report: dict[str, Any]) -> dict[str, dict[str, int]]:
    """How many values of each column came to each fate; columns without values left out."""
    found: dict[str, dict[str, int]] = {}
    for line in report["columns"]:
        if line["values"]:
            of_column = found.setdefault(line["column"], {})
            of_column[line["fate"]] = of_column.get(line["fate"], 0) + line["values"]
    return found


def line_of(report: dict[str, Any], column: str, fate: str) -> dict[str, Any]:
    """The one line of a report about a column and a fate."""
    lines = [line for line in report["columns"] if line["column"] == column and line["fate"] == fate]
    assert len(lines) == 1, lines
    return lines[0]


def facts_held() -> list[tuple[bytes, str, str, str]]:
    """Person, category, value and evidence of every fact in the cell, opened by its key."""
    from django.conf import settings

    from aboveboard.apps import keys
    from aboveboard.apps.vault.models import Fact
    from aboveboard.core.envelope.facts import place_of_fact, read_value
    from aboveboard.core.envelope.keys import KeyKind
    from aboveboard.core.envelope.seal import unseal

    found = []
    rows = list(Fact.objects.order_by("id"))
    known = keys.store().keys(KeyKind.FACTS, list({bytes(row.person_id) for row in rows}))
    for row in rows:
        person = bytes(row.person_id)
        bound_to = place_of_fact(settings.OPTIONS.cell, person, bytes(row.id), row.category)
        value, evidence = read_value(unseal(known[person, row.retention], bytes(row.sealed), bound_to))
        found.append((person, row.category, value, evidence))
    return found


def values_waiting() -> list[tuple[bytes, str, str]]:
    """Person, column and value of everything in quarantine, opened by its keys."""
    from aboveboard.apps.intake.holding import names_of, opened
    from aboveboard.apps.intake.models import Quarantined

    waiting = opened(Quarantined.objects.all())
    names = names_of({row.of for row in waiting})
    return [(row.person, names[row.of, slot], value) for row in waiting for slot, value in row.values]


def person_named(name: str) -> bytes:
    """The person who is held under exactly this name."""
    found = {person for person, category, value, _ in facts_held() if category == "T01" and value == name}
    assert len(found) == 1, len(found)
    return found.pop()
