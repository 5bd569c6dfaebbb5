"""What an import says of itself: rows, people, and for each column its fate, with the rule and its source; no value."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from aboveboard.apps.intake.columns.duplicates import Likeness
from aboveboard.apps.intake.fates import Circumstances, ColumnFate, Fates
from aboveboard.apps.intake.preparing import Prepared
from aboveboard.apps.intake.readers.source import SENTENCES, Reason
from aboveboard.apps.intake.tally import Tally
from aboveboard.core.catalogue import catalogue
from aboveboard.core.terms import CategoryId, Fate

PAIRS_SHOWN = 1000

Report = Mapping[str, Any]
"""JSON; docs/reference/import-report.md says each part."""


class Doubles:
    """People who may stand in the file twice: how many pairs, and the first thousand of them by row number."""

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0
        self.pairs: list[tuple[int, int, tuple[str, ...]]] = []

    def add(self, found: Sequence[Likeness]) -> None:
        """Keep what was found for one row."""
        self.count += len(found)
        room = PAIRS_SHOWN - len(self.pairs)
        self.pairs += [(one.number, one.earlier, one.shared) for one in found[: max(0, room)]]


def report_of(
    prepared: Prepared,
    tally: Tally,
    doubles: Doubles,
    *,
    forgotten: int,
    number: int | None,
    broken_file: Path | None,
    quarantine_until: date,
) -> Report:
    """Put the report of one run together."""
    order, source = prepared.order, prepared.source
    cells = {fate.value: count for fate, count in tally.by_fate().items()}
    return {
        "import": number,
        "dry_run": number is None,
        "file": {
            "format": source.format.value,
            "program": prepared.plan.kind,
            "encoding": source.encoding,
            "delimiter": source.delimiter,
        },
        "entity": order.entity,
        "relation": str(order.relation),
        "purpose": order.purpose,
        "collected_directly": order.collected_directly,
        "notice": {
            "state": order.notice.state.value,
            "version": order.notice.version,
            "on": order.notice.on.isoformat() if order.notice.on else None,
            "exemption": order.notice.exemption.value if order.notice.exemption else None,
        },
        "rows": tally.rows,
        "people": {name: tally.people[name] for name in ("new", "known", "unchanged", "erased", "refused", "again")},
        "capacities": dict(tally.capacities),
        "relation_unsaid": tally.unsaid,
        "objections": tally.objections,
        "cells": {"in": tally.seen - tally.empty, **cells, "empty": tally.empty},
        "columns": _columns(prepared, tally),
        "broken": [
            {"reason": reason, "sentence": SENTENCES[Reason(reason)], "rows": rows, "cells": tally.failed[reason]}
            for reason, rows in sorted(tally.broken.items())
        ],
        "broken_file": str(broken_file) if broken_file else None,
        "duplicates": {"pairs": doubles.count, "shown": doubles.pairs, "not_compared": forgotten},
        "locks": [{"open_until": day, "people": people} for day, people in sorted(tally.locks.items())],
        "quarantine_until": quarantine_until.isoformat(),
    }


def _columns(prepared: Prepared, tally: Tally) -> list[dict[str, Any]]:
    """Give each column with each fate its values came to; one without values with the fate it would have had."""
    lines = [(column, tally.fates[number], count) for (column, number), count in sorted(tally.cells.items()) if count]
    met = {column for column, _, _ in lines}
    fates = Fates(prepared.terms, prepared.plan.columns)
    usual = Circumstances(prepared.capacities[0], prepared.terms.today)
    for at, column in enumerate(prepared.plan.columns):
        if at not in met:
            lines.append((at, fates.of_column(column, usual), 0))
    return [
        _line(prepared.plan.columns[at].column, fate, count)
        for at, fate, count in sorted(lines, key=lambda line: (line[0], list(Fate).index(line[1].fate)))
    ]


def _line(column: str, fate: ColumnFate, count: int) -> dict[str, Any]:
    category = catalogue().categories.get(CategoryId(fate.category))
    refusal = fate.refusal
    return {
        "column": column,
        "category": fate.category or None,
        "category_name": category.name if category else None,
        "fate": fate.fate.value,
        "rule": refusal.rule if refusal else None,
        "reason": refusal.reason if refusal else None,
        "rule_source": refusal.source.value if refusal else None,
        "article": refusal.article if refusal else None,
        "values": count,
    }
