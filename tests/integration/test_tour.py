"""The guided tour: each step the real thing; in a home that is no sample there is nothing of it."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from aboveboard.core.errors import Conflict
from aboveboard.faces.tour import people
from aboveboard.faces.tour.pages import account_line
from aboveboard.faces.tour.story import Story
from aboveboard.faces.tour.telling import STEPS, run_step
from tests.support.cell import Cell


def test_every_step_comes_out_as_it_should(tmp_path: Path):
    """`aboveboard demo --no-serve` runs all eight steps and exits 0 only if each came out."""
    environment = {**os.environ, "ABOVEBOARD_HOME": str(tmp_path / "home"), "ABOVEBOARD_OUTSIDE": str(tmp_path / "out")}
    for name in ("ABOVEBOARD_DATABASE_URL", "ABOVEBOARD_VAULT_DATABASE_URL"):
        environment.pop(name, None)
    answer = subprocess.run(
        [sys.executable, "-m", "aboveboard", "demo", "--no-serve", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(answer.stdout)
    assert told["steps"] == dict.fromkeys([step.name for step in STEPS], True), answer.stderr
    assert answer.returncode == 0


def test_the_same_people_are_generated_each_time():
    """A fixed seed: the tour tells the same story on every machine, with accents of two languages."""
    first, again = list(people.people(300)), list(people.people(300))
    assert first == again
    names = " ".join(person.name for person in first)
    assert set("řžšůßäöü") <= set(names.lower())
    assert any(person.family.endswith("ová") for person in first)
    assert all(person.email.isascii() and person.email.endswith(".example") for person in first)


def test_the_raw_export_is_what_a_czech_spreadsheet_writes(tmp_path: Path):
    """Semicolons, an old encoding, and every filled cell counted."""
    path = tmp_path / "raw.csv"
    filled = people.write_raw_export(path, 50)
    with path.open(encoding="cp1250", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    assert tuple(header) == people.COLUMNS
    assert len(rows) == 50
    assert filled == sum(1 for row in rows for cell in row if cell)


@pytest.mark.parametrize(
    ("line", "kind"), [("OK   yes", "held"), ("NOT  no", "failed"), ("     said", "said"), ("1. Step", "step")]
)
def test_a_line_of_the_account_is_told_by_how_it_begins(line, kind):
    """What held, what did not, what was said, and headings."""
    assert account_line(line).kind == kind


@pytest.fixture
def sample(cell: Cell, settings, tmp_path, monkeypatch) -> Cell:
    """A sample home in which the tour has not begun."""
    settings.SAMPLE_HOME = True
    monkeypatch.setattr(Story, "folder", staticmethod(lambda: tmp_path / "tour"))
    sign_ins = [
        {"login": made.login, "staff": made.staff, "passphrase": made.passphrase} for made in cell.sign_ins.values()
    ]
    path = settings.OPTIONS.home / "sample-sign-ins.json"
    path.write_text(json.dumps({"sign_ins": sign_ins}), encoding="utf-8")
    yield cell
    path.unlink()


def test_a_step_waits_for_those_before_it(sample: Cell):
    """Nobody erases before anybody was taken in."""
    with pytest.raises(Conflict):
        run_step(Story.load(), "erase")


def test_whoever_comes_first_sits_at_the_sellers_desk(sample: Cell, client: Client):
    """No password in a sample home, and the desk beside the phone."""
    page = client.get(reverse("tour:guide"))
    assert page.status_code == 200
    assert client.session["_auth_user_id"]
    assert b"<iframe" in page.content
    assert client.get(reverse("desk:people")).status_code == 200


def test_a_click_changes_who_sits_there(sample: Cell, client: Client):
    """The role switcher signs another of the cast in."""
    client.get(reverse("tour:guide"))
    client.post(reverse("tour:role", args=["analyst-hq"]))
    page = client.get(reverse("tour:guide")).content.decode()
    assert "analyst-hq" in page
    assert client.post(reverse("tour:role", args=["nobody"])).status_code == 404


def test_a_file_of_ones_own_is_judged_and_not_kept(sample: Cell, client: Client):
    """The report names columns, fates and whose rule it is; nothing is taken in."""
    from aboveboard.apps.vault.models import Person

    client.get(reverse("tour:guide"))
    file = SimpleUploadedFile("mine.csv", "First Name,Last Name,Total Children\nŽofie,Testová,3\n".encode())
    page = client.post(reverse("tour:your-file"), {"file": file, "relation": "customer"}).content.decode()
    assert "Total Children" in page
    assert "house-default" in page
    assert "Testová" not in page
    assert not Person.objects.exists()


def test_a_real_home_has_no_tour(cell: Cell, settings, client: Client):
    """No sign-in without a password where people are real."""
    settings.SAMPLE_HOME = False
    assert client.get(reverse("tour:guide")).status_code == 404
    assert client.post(reverse("tour:role", args=["seller-cz"])).status_code == 404
    assert "_auth_user_id" not in client.session
