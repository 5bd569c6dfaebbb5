"""A seller takes people in by a file at the desk: shown first what would become of it, then carried out."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aboveboard.apps.intake.models import Import
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.vault.models import Person
from tests.support.cell import Cell
from tests.support.desk import signed_in
from tests.support.imports import facts_held

ROWS = "Name,Work Email,Job Title,Hobby,Number of children\nAnna Nová,anna@firma.example,Buyer,golf,2\n"
SAID = {"relation": "customer", "purpose": "customer-relationship", "source": "A fair in Brno", "told": "send"}


@pytest.fixture
def desk(cell: Cell) -> Client:
    """The seller's browser."""
    return signed_in("seller-cz")


def sent(desk: Client, text: str = ROWS, **said: str) -> str:
    """The answer to a file with what is said about it."""
    file = SimpleUploadedFile("people.csv", text.encode())
    return desk.post("/desk/import", {**SAID, **said, "file": file}).content.decode()


def judged(answer: str) -> str:
    """The name under which the file was judged."""
    found = re.search(r'name="judged" value="([0-9a-f]{64})"', answer)
    assert found, answer
    return found[1]


def test_a_file_is_judged_first_and_nothing_of_it_is_kept(desk: Client):
    """Column by column: what is kept, what waits, what the law keeps out."""
    before = Pending.objects.count()
    answer = sent(desk)
    assert "What would become of the file" in answer
    for words in ("Number of children", "waits in quarantine", "House default, Art."):
        assert words in answer
    assert "golf" not in answer
    assert "anna@firma.example" not in answer
    assert (Person.objects.count(), Import.objects.count(), Pending.objects.count()) == (0, 0, before)


def test_what_was_judged_is_taken_in_by_the_same_code_as_on_the_command_line(desk: Client):
    """The same file with the same words, sent once more with the button that carries it out."""
    answer = sent(desk, take="1", judged=judged(sent(desk)))
    assert "The file is taken in" in answer
    assert sorted(value for _, _, value, _ in facts_held()) == ["Anna Nová", "Buyer", "anna@firma.example"]
    assert Import.objects.get().tally


def test_the_same_file_again_changes_nothing_and_says_so(desk: Client):
    """As on the command line."""
    token = judged(sent(desk))
    sent(desk, take="1", judged=token)
    assert "taken in before" in sent(desk, take="1", judged=token)
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    "changed", [{"text": ROWS + "Bert Alt,bert@firma.example,,,\n"}, {"purpose": "supplier-management"}, {"judged": ""}]
)
def test_nothing_is_taken_in_that_was_not_judged(desk: Client, changed: dict[str, str]):
    """Another file, other words about it, or none seen at all: judged again, and nothing is written."""
    given = {"judged": judged(sent(desk)), **changed}
    answer = sent(desk, given.pop("text", ROWS), take="1", **given)
    assert "Another file than the one judged" in answer or "Nobody can be taken in so" in answer
    assert Person.objects.count() == 0


def test_a_refusal_of_the_whole_file_says_why(desk: Client):
    """A purpose that is not for the people's capacity lets nobody in, by rule."""
    answer = sent(desk, purpose="supplier-management")
    assert "Nobody can be taken in so" in answer
    assert 'name="take"' not in answer


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"text": "no columns of people\nx\n"}, "No column of this file is known to hold names"),
        ({"text": ""}, "file"),
        ({"told": "informed"}, "Say which version they were given"),
        ({"told": "informed", "version": "v1", "on": "2999-01-01"}, "still to come"),
        ({"source": ""}, "Where do the data come from?"),
        ({"purpose": "no-such-purpose"}, "What for?"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field_and_beside_the_button(desk: Client, said: dict[str, str], sentence):
    """One sentence where the mistake is, and once more where an answer without a new page is put."""
    text = said.pop("text", ROWS)
    file = SimpleUploadedFile("people.csv", text.encode())
    answer = desk.post("/desk/import", {**SAID, **said, "file": file})
    assert answer.status_code == 400
    assert sentence in answer.content.decode().partition('id="outcome"')[2]


def test_people_who_were_informed_are_taken_in_as_such(desk: Client):
    """Version and day of the notice are said in the form."""
    said = {"told": "informed", "version": "v2", "on": "2026-01-05"}
    sent(desk, take="1", judged=judged(sent(desk, **said)), **said)
    assert Import.objects.get().notice_version == "v2"
    assert Person.objects.get().notice == "informed"


def test_a_file_that_would_keep_everybody_waiting_goes_to_the_command_line(desk: Client, monkeypatch):
    """Ten MB at most."""
    from aboveboard.faces.desk import import_form

    monkeypatch.setattr(import_form, "MOST_BYTES", 10)
    assert "command line" in sent(desk).partition('id="outcome"')[2]


@pytest.mark.parametrize("login", ["seller-de", "analyst-hq", "dpo-cz", "signatory-cz", "operator-cz"])
def test_the_page_is_for_the_controllers_sellers_only(cell: Cell, login: str):
    """Nobody else takes people in, and nobody else is offered it."""
    client = signed_in(login)
    assert client.get("/desk/import").status_code == 403
    assert client.post("/desk/import", {**SAID, "file": SimpleUploadedFile("x.csv", ROWS.encode())}).status_code == 403
    assert "/desk/import" not in client.get("/desk/").content.decode()


def test_the_list_of_people_leads_to_it(cell: Cell, desk: Client):
    """Also where nobody is there yet."""
    assert 'href="/desk/import"' in desk.get("/desk/").content.decode()
    assert desk.get("/desk/import").status_code == 200
