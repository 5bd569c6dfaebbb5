"""An import leaves no value in clear: not of what it admitted, held back, dropped or could not read."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from aboveboard.core.errors import AboveboardError
from tests.attack.test_leaks_stores import leaks
from tests.support.cell import Cell
from tests.support.imports import imported, rehearsed, written
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


def csv_without_header(word: str) -> bytes:
    """An export whose first line is a person already."""
    return f"{word} One,one@example.test,{word}\n{word} Two,two@example.test,{word}\n".encode()


def csv_cut_off(word: str) -> bytes:
    """Quotes that never end, a byte that is no text, a cell longer than any."""
    return f'Name,E-mail,Notes\n"{word},x@example.test,"{word}\n'.encode() + b"\xff\xfe" + word.encode() * 9000


def csv_of_another_machine(word: str) -> bytes:
    """UTF-16, with semicolons."""
    return f"Name;E-mail;Kinder\n{word};x@example.test;{word}\n".encode("utf-16")


def vcard(word: str) -> bytes:
    """Three versions in one file, one of them in an encoding of its own, one that never ends."""
    quoted = "".join(f"={byte:02X}" for byte in word.encode())
    return (
        f"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{quoted};Jan\r\nNOTE:{word}\r\n"
        f"END:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:{word}\r\nX-{word}:{word}\r\nBDAY:{word}\r\n"
        f"TEL;TYPE={word}:1\r\nitem1.EMAIL:x@example.test\r\nitem1.X-ABLabel:{word}\r\nEND:VCARD\r\n"
        f"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{word}\r\nGENDER:{word}\r\nHOBBY:{word}\r\nRELATED:{word}\r\nEND:VCARD\r\n"
        f"BEGIN:VCARD\r\nVERSION:{word}\r\n{word}\r\nFN:{word}\r\n"
    ).encode()


def popolo(word: str) -> bytes:
    """A person with everything, and one that is no person."""
    person = {"id": word, "name": word, "email": word, "birth_date": word, "biography": word, "other_names": [word]}
    return json.dumps({"persons": [person, word, {"name": [word]}], "memberships": [{"person_id": word}]}).encode()


def popolo_cut_off(word: str) -> bytes:
    """Half a file."""
    return f'{{"persons": [{{"id": "1", "name": "{word}"}}, {{"name": "{word}", {word}'.encode()


FILES = {
    "people.csv": (csv_without_header, csv_cut_off, csv_of_another_machine),
    "people.vcf": (vcard,),
    "people.json": (popolo, popolo_cut_off),
}


@pytest.mark.parametrize(
    ("name", "content"),
    [(name, content) for name, made in FILES.items() for content in made],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_a_file_of_any_form_whole_or_broken_is_quoted_nowhere(
    cell: Cell, marks: Marks, tmp_path: Path, name: str, content: Callable[[str], bytes]
):
    """Taken in or refused: neither report, nor sentence, nor error file, nor any store tells what stood in it."""
    path = tmp_path / name
    path.write_bytes(content(marks.value("T01").split()[0]))
    official = {"relation": "official", "purpose": "public-affairs"} if name.endswith("json") else {}
    for take in (rehearsed, imported):
        try:
            told = repr(take(cell, path, **official).report)
        except AboveboardError as error:
            told = f"{error.code} {error.sentence} {error!r}"
        assert marks.search(f"{content.__name__} by {take.__name__}", told) == []
    cell.drain()
    assert leaks(marks) == []
