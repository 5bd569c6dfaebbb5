"""No store, file or copy holds a value in clear: bytes searched as they lie, write-ahead logs included."""

import gzip
import io
import json
import os
import shutil
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connections

from aboveboard.apps.ledger.backup import back_up
from aboveboard.apps.ledger.key_copies import copy_key_store
from tests.support.marked import Marked
from tests.support.marks import Found, Marks


def _zipped(text: str) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("entry", text * 3)
    return into.getvalue()


DISGUISES = {
    "plain": lambda text: text.encode(),
    "upper case": lambda text: text.upper().encode(),
    "UTF-16": lambda text: text.encode("utf-16-le"),
    "cp1250": lambda text: text.encode("cp1250"),
    "percent-encoded": lambda text: quote(text).encode(),
    "HTML entities": lambda text: text.encode("ascii", "xmlcharrefreplace"),
    "JSON": lambda text: json.dumps(text).encode(),
    "repr": lambda text: repr(text.encode()).encode(),
    "hex": lambda text: text.encode().hex().upper().encode(),
    "base64": lambda text: b64encode(text.encode()),
    "base64, one byte on": lambda text: b64encode(b"1" + text.encode()),
    "base64, two bytes on": lambda text: b64encode(b"12" + text.encode()),
    "gzip": lambda text: gzip.compress(text.encode() * 3),
    "zip": _zipped,
    "a ZIP in base64": lambda text: b64encode(_zipped(text)),
    "backwards": lambda text: text[::-1].encode(),
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_marked_value_is_found_in_every_disguise(marks: Marks, disguise: str):
    """The search itself can fail: every way to write a name is recognised, accents or none, amid other bytes."""
    for value in (marks.value("T01"), marks.value("T02"), marks.value("T01").lower()):
        for before in range(700, 708):
            data = os.urandom(before) + DISGUISES[disguise](value) + os.urandom(700)
            assert marks.search("here", data), value
    assert not marks.search("here", os.urandom(100_000))


@pytest.mark.parametrize("behind", range(5))
def test_a_zip_in_base64_is_opened_whatever_letters_stand_behind_it(marks: Marks, behind: int):
    """What follows may look like more of it, and like a part of a byte that is none."""
    written = b64encode(_zipped(marks.value("T01"))).rstrip(b"=")
    assert marks.search("here", b"\0" * 64 + written + b"T" * behind + b"\0" * 64)


def places() -> Iterator[Path]:
    """Every folder a byte of this cell can lie in: its home, what is outside, the databases, a server's files."""
    yield Path(settings.OPTIONS.home)
    yield Path(settings.OPTIONS.outside)
    for alias in ("default", "vault"):
        place = connections[alias].settings_dict
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute("CHECKPOINT")
            yield Path(place["HOST"])
        else:
            # In a test the database may lie elsewhere than in the home; its write-ahead log lies beside it.
            yield from Path(place["NAME"]).parent.glob(f"{Path(place['NAME']).name}*")


def leaks(marks: Marks) -> list[Found]:
    """Search them all."""
    return marks.search_files(*dict.fromkeys(places()))


def test_every_category_that_may_be_held_is_held_with_a_marked_value(marked: Marked):
    """The net has no holes by itself: contact data, free text, meetings, an official's party all lie in the vault."""
    assert {"T01", "T02", "T03", "T06", "T08", "T23", "T32", "T91"} <= marked.held["customer"]
    assert {"T24", "T68", "T92"} <= marked.held["official"]
    assert "T45" in marked.refused["customer"]


def test_no_byte_of_any_store_tells_a_value(marked: Marked):
    """Both databases with their logs, key store, ledger, tiles, what is outside: nothing in any disguise."""
    look = marked.cell.look([marked.customer], sorted(marked.held["customer"]))
    assert any(marked.marks.is_in(fact.value) for fact in look.opened())
    marked.cell.look([marked.customer], by="analyst-hq")
    assert leaks(marked.marks) == []
    marked.cell.drain()
    assert leaks(marked.marks) == []


def test_no_byte_of_a_backup_or_of_a_key_copy_tells_a_value(marked: Marked, tmp_path: Path):
    """Whoever carries a copy away reads no name in it."""
    back_up(tmp_path / "backup", datetime.now(UTC))
    copy_key_store(tmp_path / "keys", datetime.now(UTC))
    assert len(list(tmp_path.rglob("*"))) > 5
    assert marked.marks.search_files(tmp_path) == []


def test_values_that_were_refused_lie_nowhere(marked: Marked):
    """What the rules did not let in is not there even sealed: as many facts as were let in, and no more."""
    from aboveboard.apps.vault.models import Fact

    rows = Fact.objects.filter(person_id=marked.customer)
    assert {row.category for row in rows} == marked.held["customer"]


def plant_in_commercial(marked: Marked) -> None:
    """A careless session."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s)",
            ["planted", marked.marks.value("T01"), datetime.now(UTC)],
        )


def plant_in_cell(marked: Marked) -> None:
    """A careless plain column."""
    with connections["vault"].cursor() as cursor:
        cursor.execute(
            "UPDATE vault_person SET choices = %s WHERE id = %s", [marked.marks.value("T03"), marked.customer]
        )


def plant_in_key_store(marked: Marked) -> None:
    """A careless part of a key."""
    from aboveboard.apps import keys
    from aboveboard.core.envelope.keys import KeyKind

    keys.store().make(KeyKind.FACTS, bytes(16), marked.marks.value("T02"))


def plant_in_tile(marked: Marked) -> None:
    """A name in a published file."""
    (Path(settings.OPTIONS.home) / "log" / "tile" / "planted").write_bytes(marked.marks.value("T01").encode())


def plant_in_temporary_file(marked: Marked) -> None:
    """An upload left behind, compressed."""
    folder = Path(settings.OPTIONS.home) / "uploads"
    folder.mkdir(exist_ok=True)
    (folder / "planted.upload").write_bytes(gzip.compress(marked.marks.value("T91").encode()))


def plant_in_file_name(marked: Marked) -> None:
    """A file called after the person."""
    folder = Path(settings.OPTIONS.home) / "uploads"
    folder.mkdir(exist_ok=True)
    (folder / marked.marks.value("T01")).touch()


PLANTS = (
    plant_in_commercial,
    plant_in_cell,
    plant_in_key_store,
    plant_in_tile,
    plant_in_temporary_file,
    plant_in_file_name,
)


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_leak_in_a_store_is_caught(marked: Marked, plant):
    """A name put where none belongs is found, in whichever store: the test above could have failed."""
    assert leaks(marked.marks) == []
    try:
        plant(marked)
        assert leaks(marked.marks)
    finally:
        for name in ("uploads", "log/tile/planted"):
            _remove(Path(settings.OPTIONS.home) / name)


def test_a_planted_leak_in_a_backup_is_caught(marked: Marked, tmp_path: Path):
    """A name in the live database is a name in the copy."""
    plant_in_cell(marked)
    back_up(tmp_path / "backup", datetime.now(UTC))
    assert marked.marks.search_files(tmp_path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
