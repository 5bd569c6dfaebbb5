"""From drafts to people as the vault takes them: each value a fact, a value that waits, or one that is not kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from aboveboard.apps.intake.columns.headings import plain
from aboveboard.apps.intake.columns.person import PersonDraft
from aboveboard.apps.intake.fates import NAME, RELATION_READ, Circumstances, ColumnFate, Fates, Template
from aboveboard.apps.intake.tally import Tally
from aboveboard.apps.vault.actions import NewFact
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.terms import Fate

Held = list[tuple[int, str]]
"""Values that wait, each with the slot of its column and rule."""

ORDER = {
    "address.full": 0, "address.street": 1, "address.postcode": 2, "address.city": 3, "address.region": 4,
    "address.country": 5, "function": 6, "department": 7,
}  # fmt: skip
"""Roles whose values make one fact together, in the order they are read."""
_NUMBERED = re.compile(r"\D+(\d+)\s*-")
_KIND = re.compile(r"(business|work|office|home|private|mailing|billing|shipping|other)")


class Slots:
    """Numbers each column and rule that values wait under."""

    def __init__(self) -> None:
        """Begin with none."""
        self.found: list[tuple[int, ColumnFate]] = []

    def number(self, column: int, fate: ColumnFate) -> int:
        """Give the slot of a column and its fate."""
        try:
            return self.found.index((column, fate))
        except ValueError:
            self.found.append((column, fate))
            return len(self.found) - 1


@dataclass(slots=True)
class Variant:
    """The columns of one file for rows of one kind: what to do with a value, looked up by column."""

    row: Circumstances
    takes: list[Template | None]
    """What stands beside a fact of this column, None where none is made."""
    categories: list[str]
    holds: list[int]
    """The slot a value waits in, or -1."""
    groups: list[int]
    """Columns with the same number make one fact together; -1 stands alone."""
    fates: list[int]
    """The tally's number of each column's fate."""
    refused: tuple[Refusal, ...]
    """Why nobody can be taken in by rows of this kind: the name itself is refused. Empty: they can."""
    counts: list[int] = field(default_factory=list)

    def flush(self, tally: Tally) -> None:
        """Hand what was counted over to the tally."""
        for column, count in enumerate(self.counts):
            if count:
                tally.cells[column, self.fates[column]] += count
                self.counts[column] = 0


class Variants:
    """Makes the variant of each kind of row once."""

    def __init__(self, fates: Fates, tally: Tally, relation_column: int, slots: Slots) -> None:
        """Begin with none; *relation_column* is read for the capacity and not kept, -1 where there is none."""
        self._fates, self._tally, self._relation_column = fates, tally, relation_column
        self._known: dict[Circumstances, Variant] = {}
        self.slots = slots
        self._grouping = grouping([column.column for column in fates.columns], [c.role for c in fates.columns])

    def all(self) -> list[Variant]:
        """Give every variant made so far."""
        return list(self._known.values())

    def of(self, row: Circumstances) -> Variant:
        """Give the variant for rows of this kind."""
        known = self._known.get(row)
        if known is None:
            known = self._known[row] = self._make(row)
        return known

    def _make(self, row: Circumstances) -> Variant:
        columns = self._fates.columns
        fates = [self._fates.of_column(column, row) for column in columns]
        if self._relation_column >= 0:
            fates[self._relation_column] = ColumnFate(Fate.DROPPED, "", RELATION_READ)
        return Variant(
            row,
            [self._fates.template(f.category, row) if f.fate is Fate.ADMITTED else None for f in fates],
            [fate.category for fate in fates],
            [self.slots.number(at, f) if f.fate is Fate.QUARANTINED else -1 for at, f in enumerate(fates)],
            self._grouping,
            [self._tally.number(fate) for fate in fates],
            self._fates.refusals(NAME, row),
            [0] * len(columns),
        )


def grouping(names: Sequence[str], roles: Sequence[str]) -> list[int]:
    """Number the columns that make one fact together: the parts of one address, a function with its department."""
    numbers: dict[tuple[str, str], int] = {}
    found = []
    for name, role in zip(names, roles, strict=True):
        if role not in ORDER:
            found.append(-1)
            continue
        told_apart = _NUMBERED.match(name) or _KIND.match(plain(name))
        key = (told_apart[1] if told_apart else "", "address" if role.startswith("address") else "function")
        found.append(numbers.setdefault(key, len(numbers)))
    return found


def sort(draft: PersonDraft, variant: Variant, evidence: str, roles: Sequence[str]) -> tuple[list[NewFact], Held]:
    """Make facts of what is admitted, and set aside what waits."""
    takes, holds, groups, categories = variant.takes, variant.holds, variant.groups, variant.categories
    facts: list[NewFact] = []
    held: Held = []
    grouped: dict[tuple[int, str], list[tuple[int, str]]] = {}
    first = draft.name_columns[0]
    if (take := takes[first]) is not None:
        facts.append(NewFact(categories[first], draft.name, *take))
    for at, value in _values(draft):
        take = takes[at]
        if take is None:
            if holds[at] >= 0:
                held.append((holds[at], value))
        elif groups[at] < 0:
            facts.append(NewFact(categories[at], value, *take, evidence if take.exception else ""))
        else:
            grouped.setdefault((groups[at], categories[at]), []).append((at, value))
    for (_, category), parts in grouped.items():
        take = takes[parts[0][0]]
        if len(parts) > 1:
            parts.sort(key=lambda part: ORDER[roles[part[0]]])
        if take is not None:
            facts.append(NewFact(category, ", ".join([value for _, value in parts]), *take))
    return facts, held


def count(draft: PersonDraft, variant: Variant) -> None:
    """Count every cell of a draft under its column's fate."""
    counts = variant.counts
    for at in draft.name_columns:
        counts[at] += 1
    for at, _ in draft.values:
        counts[at] += 1
    if draft.organisation_column >= 0:
        counts[draft.organisation_column] += 1
    if draft.external_id_column >= 0:
        counts[draft.external_id_column] += 1


def _values(draft: PersonDraft) -> list[tuple[int, str]]:
    """Every cell of a draft but those of the name."""
    values = draft.values
    if draft.organisation_column >= 0:
        values = [*values, (draft.organisation_column, draft.organisation)]
    if draft.external_id_column >= 0:
        values = [*values, (draft.external_id_column, draft.external_id)]
    return values


def columns_of(draft: PersonDraft) -> list[int]:
    """Give the column of each cell of a draft."""
    return [*draft.name_columns, *(at for at, _ in _values(draft))]
