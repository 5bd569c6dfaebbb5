"""An import leaves no value in clear: not of what it admitted, held back, dropped or could not read."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.attack.test_leaks_stores import leaks
from tests.support.cell import Cell
from tests.support.imports import imported, written
from tests.support.marks import Marks

HEADER = ("Name", "E-mail", "Job Title", "Children", "Hobby", "Notes", "Something Nobody Knows")
PEOPLE = 60


def marked_file(folder: Path, marks: Marks) -> Path:
    """People with a marked word in every column, those no rule lets in among them, and rows that are broken."""
    word = marks.value("T01").split()[0]
    rows = [
        (f"{word} Number {n}", f"{marks.stem}{n}@example.test", f"{word} buyer", f"{word} two", f"golf {word}",
         f"note {word}", f"secret {word}")
        for n in range(PEOPLE)
    ]  # fmt: skip
    broken = [(f"{word}", "too", "many", "cells", "in", "this", "row", f"{word}", f"{word}"), ("", f"not-{word}-mail")]
    return written(folder, "people.csv", HEADER, *rows, *broken)


@pytest.fixture
def took(cell: Cell, marks: Marks, tmp_path: Path) -> dict[str, object]:
    """The report of a marked import."""
    report = imported(cell, marked_file(tmp_path, marks)).report
    assert report is not None
    return dict(report)


def test_an_import_tells_no_value_in_its_report_or_its_error_file(took: dict[str, object], marks: Marks):
    """Columns, fates and numbers are told; what stood in a cell is not, broken rows included."""
    assert took["columns"]
    assert marks.search("report", repr(took)) == []
    assert marks.search_files(Path(settings.OPTIONS.home) / "imports") == []


def test_no_byte_of_any_store_tells_what_an_import_brought(took: dict[str, object], cell: Cell, marks: Marks):
    """Admitted, in quarantine, dropped or failed: nothing lies readable, before and after the log is written."""
    from aboveboard.apps.intake.models import Quarantined

    assert Quarantined.objects.exists(), "nothing waits in quarantine: the search below proves less than it says"
    assert leaks(marks) == []
    cell.drain()
    assert leaks(marks) == []
