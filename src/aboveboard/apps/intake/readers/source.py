"""The shape every reader hands over: a source with named properties, and rows that are read or reported."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Format(StrEnum):
    """The forms of file that can be read."""

    CSV = "csv"
    VCARD = "vcard"
    JCARD = "jcard"
    XCARD = "xcard"
    POPOLO = "popolo"


class Reason(StrEnum):
    """Why a row, or a cell of it, could not be read; the sentence for each stands in SENTENCES."""

    WRONG_WIDTH = "wrong_number_of_cells"
    BROKEN_QUOTE = "broken_quote"
    CELL_TOO_LONG = "cell_too_long"
    UNDECODABLE = "undecodable"
    NO_NAME = "no_name"
    BROKEN_CARD = "broken_card"
    BROKEN_LINE = "broken_line"
    OUTSIDE_CARD = "outside_card"
    BROKEN_FORM = "broken_form"
    NOT_A_PERSON = "not_a_person"
    ORPHAN = "orphan"


SENTENCES: dict[Reason, str] = {
    Reason.WRONG_WIDTH: "The row has more or fewer cells than the header has columns.",
    Reason.BROKEN_QUOTE: "A quotation mark in the row is not closed, or stands in the middle of a cell.",
    Reason.CELL_TOO_LONG: "A cell of the row is longer than 131,072 characters.",
    Reason.UNDECODABLE: "The bytes are not text in the encoding of the file.",
    Reason.NO_NAME: "The row names nobody.",
    Reason.BROKEN_CARD: "The card is not closed, or is larger than eight megabytes.",
    Reason.BROKEN_LINE: "A line of the card is no property of a vCard.",
    Reason.OUTSIDE_CARD: "There are lines outside of any card.",
    Reason.BROKEN_FORM: "The file breaks off here: what follows does not have the form of its kind.",
    Reason.NOT_A_PERSON: "The record is not one of a person.",
    Reason.ORPHAN: "A membership names a person who is not in the file.",
}


class Row(NamedTuple):
    """One person as read: *number* counts rows as a reader of the file would, a header being row 1.

    Without *columns* the cells stand in the order of ``Source.properties``; with it, ``columns[i]`` is the
    index of the property of ``cells[i]``, and a property may come several times.
    """

    number: int
    cells: Sequence[str]
    columns: Sequence[int] | None = None


class RowProblem(NamedTuple):
    """A row that failed as a whole, or *cells* values of a row that is handed over beside this; never a value."""

    number: int
    reason: Reason
    cells: int
    whole: bool = True

    @property
    def sentence(self) -> str:
        """What is wrong, in one sentence that holds nothing of the row."""
        return SENTENCES[self.reason]


@dataclass(frozen=True, slots=True)
class Source:
    """A file of people that can be read from the start any number of times, in flat memory."""

    format: Format
    encoding: str
    properties: tuple[str, ...]
    """Names of the columns or properties, in order; every cell of every row belongs to one of them."""
    read: Callable[[], Iterator[Row | RowProblem]]
    delimiter: str | None = None
    counts: tuple[int, ...] | None = None
    """How many values each property has, where finding the properties meant reading the file."""
    writes_null: bool = False
    """The file writes the word NULL where a value is missing."""

    def rows(self) -> Iterator[Row | RowProblem]:
        """Read the file from its start."""
        return self.read()


PROPERTY_LIMIT = 2000
"""Properties beyond this number share one name, so that a hostile file cannot fill the memory with names."""
MORE_PROPERTIES = "(more properties)"


class PropertyIndex:
    """Numbers the properties of a file in the order they are met, and counts their values."""

    def __init__(self) -> None:
        """Begin with no property."""
        self.numbers: dict[str, int] = {}
        self.counts: list[int] = []

    def add(self, name: str) -> None:
        """Count one value of the property *name*."""
        at = self.numbers.get(name)
        if at is None:
            if len(self.numbers) >= PROPERTY_LIMIT:
                name = MORE_PROPERTIES
            at = self.numbers.setdefault(name, len(self.numbers))
            if at == len(self.counts):
                self.counts.append(0)
        self.counts[at] += 1

    def number(self, name: str) -> int:
        """The index of *name*, which has been added before."""
        at = self.numbers.get(name)
        return self.numbers[MORE_PROPERTIES] if at is None else at
