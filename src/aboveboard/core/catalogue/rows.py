"""Rows of a data file: each cell is read as what it must be, and a bad one is refused with file and line."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NoReturn, TypeVar

from aboveboard.core.errors import Invalid

Word = TypeVar("Word", bound=Enum)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a data file."""

    file: str
    line: int
    cells: Mapping[str, str]

    def refuse(self, sentence: str) -> NoReturn:
        """Refuse the file, naming it and the line.

        Raises:
            Invalid: always.
        """
        raise Invalid(f"{self.file}, line {self.line}: {sentence}", code="invalid_data_file")

    def text(self, column: str) -> str:
        """Give a cell that may not be empty."""
        return self.cells[column] or self.refuse(f"{column} is empty.")

    def word(self, column: str, words: type[Word]) -> Word:
        """Give a cell as one of *words*."""
        return self.as_word(column, self.cells[column], words)

    def words(self, column: str, words: type[Word]) -> frozenset[Word]:
        """Give a cell of words set apart by spaces; at least one, none twice."""
        found = [self.as_word(column, part, words) for part in self.text(column).split()]
        if len(set(found)) != len(found):
            self.refuse(f"{column} says a word twice.")
        return frozenset(found)

    def as_word(self, column: str, text: str, words: type[Word]) -> Word:
        """Read *text* as one of *words*."""
        try:
            return words(text)
        except ValueError:
            self.refuse(f"{column} is none of {', '.join(str(word.value) or 'empty' for word in words)}.")

    def number(self, column: str) -> int:
        """Give a cell as a whole number."""
        try:
            return int(self.cells[column])
        except ValueError:
            self.refuse(f"{column} is not a whole number.")

    def day(self, column: str) -> date:
        """Give a cell as a day (ISO 8601)."""
        try:
            return date.fromisoformat(self.cells[column])
        except ValueError:
            self.refuse(f"{column} is not a day.")


def rows(file: str, text: str, columns: Sequence[str]) -> Iterator[Row]:
    """Read *text* as a table with exactly *columns* and give its rows.

    Raises:
        Invalid: when the head or a line has other columns, or nothing follows the head.
    """
    reader = csv.reader(text.splitlines())
    head = next(reader, [])
    if head != list(columns):
        raise Invalid(f"{file}, line 1: the columns are not {', '.join(columns)}.", code="invalid_data_file")
    empty = True
    for cells in reader:
        row = Row(file, reader.line_num, dict(zip(columns, cells, strict=False)))
        if len(cells) != len(columns):
            row.refuse(f"{len(cells)} cells instead of {len(columns)}.")
        empty = False
        yield row
    if empty:
        raise Invalid(f"{file}, line 2: there are no rows.", code="invalid_data_file")
