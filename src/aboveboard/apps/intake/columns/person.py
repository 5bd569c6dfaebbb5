"""From a row to a draft of one person: one name, the organisation apart, every other value with its column."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from aboveboard.apps.intake.columns.classify import Classified, classify, source_kind
from aboveboard.apps.intake.columns.headings import NAME_ROLES, Heading
from aboveboard.apps.intake.readers.source import Reason, Row, RowProblem, Source

ORGANISATION, EXTERNAL_ID = "organisation", "external_id"
MERGED_ROLES = frozenset({*NAME_ROLES, ORGANISATION, EXTERNAL_ID})
"""Roles whose first value goes into a field of the draft and not among its values."""


class PersonDraft(NamedTuple):
    """One person as a row has them; ``columns`` index the plan's columns.

    Every cell that holds something is in exactly one place: merged into the name (``name_columns``), organisation,
    external id, or among the values.
    """

    number: int
    name: str
    """The whole name as one value of category T01: prefix, given, middle, family, suffix."""
    given: str
    family: str
    organisation: str
    external_id: str
    name_columns: tuple[int, ...]
    organisation_column: int
    """-1 where there is none; likewise for the external id."""
    external_id_column: int
    values: list[tuple[int, str]]

    @property
    def cells(self) -> int:
        """How many cells of the row hold something."""
        merged = len(self.name_columns) + (self.organisation_column >= 0) + (self.external_id_column >= 0)
        return merged + len(self.values)


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns of one file, classified once, before any value."""

    kind: str
    columns: tuple[Classified, ...]
    writes_null: bool = False

    @property
    def names_people(self) -> bool:
        """Whether a column holds names; without one no row can become a person."""
        return any(column.role in NAME_ROLES for column in self.columns)

    def by_category(self, draft: PersonDraft) -> dict[str | None, list[tuple[str, str]]]:
        """The draft's values, merged ones left out, as (column, value) by category."""
        found: dict[str | None, list[tuple[str, str]]] = {}
        for at, value in draft.values:
            column = self.columns[at]
            found.setdefault(column.category, []).append((column.column, value))
        return found


def plan_of(source: Source, mapping: dict[str, Heading] | None = None) -> Plan:
    """Classify every column of *source*; the user's *mapping* goes first."""
    kind = source_kind(source.properties, source.format)
    columns = tuple(classify(name, kind, mapping) for name in source.properties)
    return Plan(kind, columns, source.writes_null)


@dataclass(slots=True)
class Assembler:
    """Turns the rows of one file into drafts, and counts what it was given."""

    plan: Plan
    counts: list[int] = field(init=False)
    """Values by column, of the drafts handed over."""
    empty: int = field(init=False, default=0)
    """Cells without a value, of all rows; they are not values and are counted apart."""
    _roles: tuple[str, ...] = field(init=False)
    """The role of each column if its first value is merged, else an empty string."""

    def __post_init__(self) -> None:
        """Look up each column's role once."""
        self.counts = [0] * len(self.plan.columns)
        self._roles = tuple(column.role if column.role in MERGED_ROLES else "" for column in self.plan.columns)

    def assemble(self, row: Row) -> PersonDraft | RowProblem | None:
        """One person, or the problem that nobody is named; nothing for a row without any value."""
        number, cells, columns = row
        pairs: Iterable[tuple[int, str]] = enumerate(cells) if columns is None else zip(columns, cells, strict=True)
        filled = [(at, text) for at, cell in pairs if (text := cell.strip())]
        if self.plan.writes_null:
            filled = [(at, text) for at, text in filled if text != "NULL" or self._roles[at] in NAME_ROLES]
        self.empty += len(cells) - len(filled)
        if not filled:
            return None
        roles = self._roles
        merged: dict[str, tuple[int, str]] = {}
        values: list[tuple[int, str]] = []
        for pair in filled:
            role = roles[pair[0]]
            if role and role not in merged:
                merged[role] = pair
            else:
                values.append(pair)
        organisation = merged.pop(ORGANISATION, (-1, ""))
        external_id = merged.pop(EXTERNAL_ID, (-1, ""))
        if not merged:
            return RowProblem(number, Reason.NO_NAME, len(filled))
        name, name_columns = _name(merged, values)
        counts = self.counts
        for at, _ in filled:
            counts[at] += 1
        return PersonDraft(
            number,
            name,
            merged["name.given"][1] if "name.given" in merged else "",
            merged["name.family"][1] if "name.family" in merged else "",
            organisation[1],
            external_id[1],
            name_columns,
            organisation[0],
            external_id[0],
            values,
        )


def _name(merged: dict[str, tuple[int, str]], values: list[tuple[int, str]]) -> tuple[str, tuple[int, ...]]:
    """One readable name of its parts, and the columns it is made of.

    A full name that says everything the parts say is taken; one that says something else stays a value of its own,
    so that neither is lost.
    """
    full = merged.pop("name.full", None)
    parts = [merged[role] for role in NAME_ROLES if role in merged]
    if full is None:
        return _in_order(merged), tuple(at for at, _ in parts)
    if not parts:
        return full[1], (full[0],)
    words = _words(full[1])
    own = {word for _, text in parts for word in _words(text)}
    columns = tuple(at for at, _ in parts)
    if own.issubset(words):
        return full[1], (full[0], *columns)
    if words.issubset(own):
        return _in_order(merged), (full[0], *columns)
    values.append(full)
    return _in_order(merged), columns


def _in_order(merged: dict[str, tuple[int, str]]) -> str:
    """Prefix, given, middle and family name, then the suffix behind a comma."""
    spoken = [merged[role][1] for role in ("name.prefix", "name.given", "name.middle", "name.family") if role in merged]
    name = " ".join(spoken)
    return (
        f"{name}, {merged['name.suffix'][1]}" if "name.suffix" in merged and name else name or merged["name.suffix"][1]
    )


def _words(name: str) -> set[str]:
    """The words of a name without case and punctuation."""
    return set(name.casefold().replace(",", " ").replace(".", " ").split())
