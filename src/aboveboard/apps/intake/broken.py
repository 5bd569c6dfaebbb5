"""Rows that could not be read: a file of row numbers and reasons, and no value of any of them."""

import csv
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from aboveboard.apps.intake.readers.source import RowProblem

HEADER = ("row", "reason", "what is wrong", "cells", "whole row")


class BrokenRows:
    """Writes the problems of one file beside its report; without a path nothing is written."""

    def __init__(self, path: Path | None) -> None:
        """Make no file before there is a problem."""
        self._path = path
        self._file: IO[str] | None = None

    @property
    def written_to(self) -> Path | None:
        """Where the problems stand, None while there are none."""
        return self._path if self._file is not None else None

    def add(self, problem: RowProblem) -> None:
        """Write one problem."""
        if self._path is None:
            return
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = self._path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(HEADER)
        whole = "yes" if problem.whole else "no"
        row = (problem.number, problem.reason.value, problem.sentence, problem.cells, whole)
        csv.writer(self._file).writerow(row)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
