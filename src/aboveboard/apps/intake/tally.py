"""Every cell of a file is accounted for: admitted, quarantined, dropped or failed, by column and rule, or empty."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aboveboard.apps.intake.fates import ColumnFate
from aboveboard.core.errors import AboveboardError
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.terms import Fate, RuleSource

PEOPLE = ("new", "known", "unchanged", "erased", "refused")


class CellsLost(AboveboardError):
    """The cells of a file do not add up; nothing of the batch was stored."""

    code = "cells_lost"


@dataclass(slots=True)
class Tally:
    """Counts of one import; it survives a crash as JSON in the row of the import, and holds no value."""

    cells: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Values by column and number of their fate."""
    fates: list[ColumnFate] = field(default_factory=list)
    rows: int = 0
    people: Counter[str] = field(default_factory=Counter)
    seen: int = 0
    """Cells the reader handed over, empty ones too."""
    empty: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    """Rows, or parts of rows, that could not be read, by reason."""
    failed: Counter[str] = field(default_factory=Counter)
    """Their cells, by reason."""
    capacities: Counter[str] = field(default_factory=Counter)
    unsaid: int = 0
    """Rows whose relation no word of ours says, and which count as official."""
    objections: int = 0
    """Values that say somebody does not want something."""
    locks: Counter[str] = field(default_factory=Counter)
    """People whose data lock for want of notice, by the last day of the term."""

    def beside(self) -> "Tally":
        """Give an empty tally that numbers fates like this one, for counts that join it later."""
        return Tally(fates=self.fates)

    def join(self, other: "Tally") -> None:
        """Add what was counted beside."""
        self.cells.update(other.cells)
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))

    def number(self, fate: ColumnFate) -> int:
        """Give the number of a fate, kept from now on."""
        try:
            return self.fates.index(fate)
        except ValueError:
            self.fates.append(fate)
            return len(self.fates) - 1

    def drop(self, columns: Iterable[int], categories: Sequence[str], refusal: Refusal) -> None:
        """Count one value of each of *columns*, dropped by one rule; *categories* are by column."""
        for column in columns:
            self.cells[column, self.number(ColumnFate(Fate.DROPPED, categories[column], refusal))] += 1

    def move(self, column: int, old: int, new: ColumnFate) -> None:
        """Count one value of *column* under another fate than before."""
        self.cells[column, old] -= 1
        self.cells[column, self.number(new)] += 1

    def by_fate(self) -> dict[Fate, int]:
        """Give how many cells came to each fate."""
        found = dict.fromkeys(Fate, 0)
        for (_, number), count in self.cells.items():
            found[self.fates[number].fate] += count
        found[Fate.FAILED] = self.failed.total()
        return found

    def require_complete(self) -> None:
        """Check that no cell was lost.

        Raises:
            CellsLost: before anything of the batch is committed.
        """
        accounted = sum(self.by_fate().values()) + self.empty
        if accounted != self.seen:
            raise CellsLost(f"{self.seen} cells came in and {accounted} are accounted for; nothing was stored.")

    def kept(self) -> dict[str, Any]:
        """Give the tally as JSON."""
        return {
            "cells": [[column, number, count] for (column, number), count in sorted(self.cells.items()) if count],
            "fates": [_fate_kept(fate) for fate in self.fates],
            **{name: getattr(self, name) for name in _NUMBERS},
            **{name: dict(getattr(self, name)) for name in _COUNTERS},
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Tally":
        """Read what `kept` gave; an empty one for nothing."""
        if not kept:
            return cls()
        found = cls(
            Counter({(column, number): count for column, number, count in kept["cells"]}),
            [_fate_read(fate) for fate in kept["fates"]],
            **{name: kept[name] for name in _NUMBERS},
        )
        for name in _COUNTERS:
            setattr(found, name, Counter(kept[name]))
        return found


_NUMBERS = ("rows", "seen", "empty", "unsaid", "objections")
_COUNTERS = ("people", "broken", "failed", "capacities", "locks")


def _fate_kept(fate: ColumnFate) -> list[Any]:
    refusal = fate.refusal
    told = None if refusal is None else [
        refusal.rule, refusal.reason, refusal.source.value, refusal.article, refusal.obligation, refusal.way_on,
    ]  # fmt: skip
    return [fate.fate.value, fate.category, told]


def _fate_read(kept: Sequence[Any]) -> ColumnFate:
    fate, category, told = kept
    refusal = None if told is None else Refusal(told[0], told[1], RuleSource(told[2]), *told[3:])
    return ColumnFate(Fate(fate), category, refusal)
