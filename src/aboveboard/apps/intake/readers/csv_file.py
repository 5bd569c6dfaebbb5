"""Rows of a CSV file: the csv module on decoded lines, every broken record reported and read around."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aboveboard.apps.intake.readers.encoding import UNREADABLE
from aboveboard.apps.intake.readers.lines import LineFeed
from aboveboard.apps.intake.readers.source import Reason, Row, RowProblem

# The csv module compares each cell with one limit for the whole process, 131,072 characters unless somebody changed
# it. The limit is left alone: it is what keeps a quotation mark that is never closed from swallowing the file.


class Records(Protocol):
    """What the csv module gives: records, and how many lines they took."""

    @property
    def line_num(self) -> int:
        """Lines read so far."""
        ...

    def __iter__(self) -> Iterator[list[str]]:
        """Give the records."""
        ...

    def __next__(self) -> list[str]:
        """Give the next record."""
        ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written."""

    delimiter: str = ","
    skip_initial_space: bool = False
    has_header: bool = True
    names_delimiter: bool = False
    """The first line only says ``sep=;``, as a spreadsheet program writes it."""
    carriage_returns: bool = False

    @property
    def lines_above(self) -> int:
        """Records before the first row of data."""
        return int(self.has_header) + int(self.names_delimiter)

    def records(self, lines: Iterable[str]) -> Records:
        """Parse *lines*; strictly, so that a stray quotation mark is an error and not a guess."""
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=self.skip_initial_space, strict=True)


def csv_rows(path: Path, encoding: str, dialect: Dialect, width: int) -> Iterator[Row | RowProblem]:
    """Give each row of *width* cells, or what is wrong with it; blank lines count but say nothing."""
    feed = LineFeed(path, encoding, carriage_returns=dialect.carriage_returns)
    number = line = 0  # records read; lines up to the end of the record read last
    while True:
        begun, reader = line, dialect.records(feed.lines(line))
        try:
            if number == 0:
                number = sum(1 for _ in zip(range(dialect.lines_above), reader, strict=False))
                line = reader.line_num
            for cells in reader:
                number += 1
                if len(cells) == width and not feed.unreadable_met:
                    line = begun + reader.line_num
                    yield Row(number, cells)
                    continue
                first, line = line, begun + reader.line_num
                item = _judged(number, cells, width)
                if isinstance(item, RowProblem) and _swallowed(feed, dialect, first, line, width):
                    yield RowProblem(number, Reason.BROKEN_QUOTE, 1)
                    line = first + 1
                    break
                if item is not None:
                    yield item
            else:
                return
        except csv.Error as error:
            number += 1
            yield _unparsed(number, str(error), feed.between(line, line + 1), dialect.delimiter)
            # Reading begins again behind the line the broken record began on, if that is still held.
            line = line + 1 if feed.holds(line + 1) else begun + reader.line_num


def _judged(number: int, cells: list[str], width: int) -> Row | RowProblem | None:
    """A record that may be at fault: nothing for a blank line, the row itself if it is sound."""
    if not cells:
        return None
    filled = sum(1 for cell in cells if cell and not cell.isspace())
    if len(cells) != width:
        return RowProblem(number, Reason.WRONG_WIDTH, filled)
    if any(UNREADABLE in cell for cell in cells):
        return RowProblem(number, Reason.UNDECODABLE, filled)
    return Row(number, cells)


def _swallowed(feed: LineFeed, dialect: Dialect, first: int, end: int, width: int) -> bool:
    """Whether a faulty record of several lines took in lines that are sound rows by themselves."""
    if end - first == 1 or width == 1:
        return False
    for alone in feed.between(first + 1, end) or ():
        try:
            if any(len(cells) == width for cells in dialect.records([alone])):
                return True
        except csv.Error:
            continue
    return False


def _unparsed(number: int, complaint: str, lines: list[str] | None, delimiter: str) -> RowProblem:
    """Report a record the csv module refuses; its cells can only be counted roughly."""
    reason = Reason.CELL_TOO_LONG if complaint.startswith("field larger") else Reason.BROKEN_QUOTE
    pieces = lines[0].split(delimiter) if lines else ()
    return RowProblem(number, reason, max(1, sum(1 for piece in pieces if piece.strip())))
