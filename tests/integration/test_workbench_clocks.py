"""The officer's pages: what falls due, and who could see a person; asking that is a look of its own."""

from aboveboard.apps.ledger.models import Pending
from tests.support.cell import OVERSIGHT, Cell
from tests.support.workbench import came


def asked(cell: Cell, login: str, person: bytes):
    """Ask who can see a person."""
    given = {"person": person.hex(), "purpose": OVERSIGHT}
    return came(cell, login, confirmed=False).post("/workbench/who-can-see", given)


def test_assessments_stand_there_with_their_clock(cell: Cell):
    """A year to the review, drawn as a clock."""
    text = came(cell, "dpo-cz", confirmed=False).get("/workbench/clocks").content.decode()
    assert "Assessments to review" in text
    assert "days left" in text


def test_the_officer_reads_who_could_see_a_person(cell: Cell):
    """By role, company, place and purpose, without a name or value."""
    person = cell.person(T01="Žofie Říhová")
    text = asked(cell, "dpo-cz", person).content.decode()
    assert "Sellers" in text
    assert "customer relationship" in text
    assert "Říhová" not in text


def test_asking_who_can_see_is_itself_written_down(cell: Cell):
    """The question is a look, and the page says what it left behind."""
    person = cell.person()
    cell.drain()
    answer = asked(cell, "dpo-cz", person)
    assert Pending.objects.count() == 1
    assert bytes(Pending.objects.get().entry_hash).hex() in answer.content.decode()


def test_a_signatory_is_not_told_who_can_see_a_person(cell: Cell):
    """It is the officer's question, and the person's own."""
    assert asked(cell, "signatory-cz", cell.person()).status_code == 403
    assert asked(cell, "seller-cz", cell.person()).status_code == 403


def test_an_id_of_the_wrong_form_is_said_at_the_field(cell: Cell):
    """A name typed there goes nowhere."""
    given = {"person": "Some Body", "purpose": OVERSIGHT}
    assert came(cell, "dpo-cz", confirmed=False).post("/workbench/who-can-see", given).status_code == 422


def test_an_erased_person_is_gone_for_the_officer_too(cell: Cell):
    """The page says that the key was destroyed."""
    from aboveboard.apps.gate.deeds import erase

    person = cell.person()
    erase(cell.question("erase", [person], ["T01"], by="dpo-cz", purpose=OVERSIGHT), person)
    assert asked(cell, "dpo-cz", person).status_code == 410


def test_each_role_finds_its_own_pages_in_the_navigation(cell: Cell):
    """Nobody is led to a page that is not for them, and everybody finds theirs."""
    officer = came(cell, "dpo-cz", confirmed=False).get("/limits").content.decode()
    seller = came(cell, "seller-cz", confirmed=False).get("/limits").content.decode()
    analyst = came(cell, "analyst-hq", confirmed=False).get("/limits").content.decode()
    assert "/workbench/who-can-see" in officer
    assert "/workbench/" not in seller
    assert "/workbench/grants" in analyst
    assert "/workbench/ledger" not in analyst
