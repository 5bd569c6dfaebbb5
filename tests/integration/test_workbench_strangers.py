"""At the workbench the officer answers a stranger: a denial to hand over, or that there is a record."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from aboveboard.apps.ledger.models import Pending
from tests.support.cell import Cell
from tests.support.denials import STRANGER, checked
from tests.support.workbench import came

WORD = re.compile(r'name="held" value="([0-9a-f]+)"')


def search(cell: Cell, login: str = "dpo-cz", **given: str) -> Any:
    """The answer to the form."""
    return came(cell, login, confirmed=False).post("/workbench/stranger", given)


def test_a_denial_is_searched_for_taken_and_checked(cell: Cell, tmp_path: Path):
    """Search, download, unpack; the stranger checks it with the log's key alone."""
    page = search(cell, **STRANGER).content.decode()
    assert "Nothing is held under" in page
    held = WORD.search(page)[1]
    officer = came(cell, "dpo-cz", confirmed=False)
    assert officer.post("/workbench/stranger/denial", {"held": held}).status_code == 409
    cell.drain()
    answer = officer.post("/workbench/stranger/denial", {"held": held})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        packed.extractall(tmp_path)
    assert checked(tmp_path / "denial").failures == ()


def test_where_there_is_a_record_the_page_says_under_what(cell: Cell):
    """And offers nothing to take."""
    cell.person()
    page = search(cell, email="person@example.test", phone="601222333").content.decode()
    assert "There is a record under the e-mail address" in page
    assert "the telephone number; no denial" not in page
    assert WORD.search(page) is None


def test_namesakes_were_looked_at_and_the_page_says_so(cell: Cell):
    """Opening names to tell them apart is a look at people, told to the officer and to them."""
    cell.person(T01="Personová Janička")
    assert "People with a similar name were looked at" in search(cell, name="Jani Person").content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Type at least one thing"),
        ({"email": "none"}, "This is no e-mail address"),
        ({"phone": "12"}, "This is no telephone number"),
        ({"name": "x"}, "three letters at least"),
        ({"name": "Somebody", "born": "long ago"}, "A day is written as"),
        ({"born": "2001-12-31"}, "together with a name"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(cell: Cell, given, sentence):
    """Nothing was searched and nothing logged."""
    answer = search(cell, **{"email": "", **given})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Pending.objects.exists()


def test_a_common_name_is_said_beside_its_field(cell: Cell):
    """Ask by something that is theirs alone."""
    cell.people([{"T01": f"Common Name {number}"} for number in range(50)])
    answer = search(cell, name="Common Name")
    assert answer.status_code == 422
    assert "Too many people have this name" in answer.content.decode()


def test_the_page_belongs_to_the_officer(cell: Cell):
    """A signatory reads that it belongs to another role; what was given elsewhere opens nothing here."""
    for login in ("signatory-cz", "seller-cz"):
        assert search(cell, login, **STRANGER).status_code == 403
        other = came(cell, login, confirmed=False).post("/workbench/stranger/denial", {"held": "00"})
        assert other.status_code == 403
    assert came(cell, "dpo-cz", confirmed=False).post("/workbench/stranger/denial", {"held": "00"}).status_code == 400
    assert "/workbench/stranger" in came(cell, "dpo-cz").get("/workbench/acts").content.decode()
