"""Sealed looks in front of people: proposed by a form, counted on every page, overdue said loudly, opened in words."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from aboveboard.apps.gate import delayed
from aboveboard.apps.gate.settling import settle_sealed
from aboveboard.apps.ledger.models import Delay
from aboveboard.faces.cli.duties import duties
from aboveboard.faces.cli.examining import CHECKS
from tests.integration.test_portal import enter
from tests.support.cell import CUSTOMER_CARE, Cell
from tests.support.delays import ARTICLE, LAW, days_ahead, order, told
from tests.support.workbench import came

EN = {"headers": {"accept-language": "en"}}


def typed(cell: Cell, person: bytes, **changes: Any) -> dict[str, Any]:
    """What a signatory types."""
    given = {"person": person.hex(), "purposes": [CUSTOMER_CARE], "law": LAW, "article": ARTICLE, "renews": ""}
    day = days_ahead(60).isoformat()
    return {**given, "open_by": day, "passphrase": cell.sign_ins["signatory-cz"].passphrase, **changes}


def words(answer: Any) -> str:
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def overdue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three months go by for whoever asks what is due."""
    later = days_ahead(90)
    monkeypatch.setattr(delayed, "utc_day", lambda _at: later)


def test_an_order_goes_the_way_of_every_act_and_says_in_words_what_it_does(cell: Cell):
    """Proposed by a form, opined on, signed by another, in effect: and the page of the act names law and person."""
    person = cell.person()
    answer = came(cell, "signatory-cz").post("/workbench/acts/propose/delay", typed(cell, person))
    assert answer.status_code == 302, words(answer)
    act = answer.headers["Location"].rsplit("/", 1)[1]
    came(cell, "dpo-cz").post(f"/workbench/acts/{act}/opinion", {"in_favour": "yes"})
    second = came(cell, "signatory-cz-2")
    page = words(second.get(f"/workbench/acts/{act}", **EN))
    assert f"Looks at the person {person.hex()} for" in page
    assert f"{LAW}, {ARTICLE}" in page
    assert second.post(f"/workbench/acts/{act}/sign", {"passphrase": cell.sign_ins["signatory-cz-2"].passphrase})
    assert second.post(f"/workbench/acts/{act}/effect").status_code == 302
    cell.look([person])
    cell.drain()
    assert told().sealed == 1
    assert "1 look sealed" in words(second.get("/workbench/sealed", **EN))
    assert person.hex() not in second.get("/workbench/ledger", **EN).content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"person": "0" * 32},
        {"person": "somebody"},
        {"open_by": days_ahead(400).isoformat()},
        {"open_by": days_ahead(0).isoformat()},
        {"purposes": []},
        {"law": ""},
    ],
)
def test_what_cannot_be_ordered_is_said_at_the_field(cell: Cell, changes):
    """The form comes back with a sentence, and nothing is proposed."""
    answer = came(cell, "signatory-cz").post("/workbench/acts/propose/delay", typed(cell, cell.person()) | changes)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert not Delay.objects.exists()


def test_a_renewal_that_names_no_later_day_is_said_at_the_field(cell: Cell):
    """Its day has to lie behind the one it renews."""
    person = cell.person()
    act = order(cell, person, open_by=days_ahead(60))
    said = typed(cell, person, renews=act.hex(), open_by=days_ahead(30).isoformat())
    assert came(cell, "signatory-cz").post("/workbench/acts/propose/delay", said).status_code == 422


def test_every_person_reads_how_many_looks_are_sealed_and_the_covered_one_reads_nothing_else(cell: Cell):
    """The same sentence for both; the looks themselves appear once they are opened, with a word on why so late."""
    covered, other = cell.person(), cell.person(T02="other@example.test")
    order(cell, covered, open_by=days_ahead(60))
    cell.look([covered])
    cell.drain()
    sentence = "1 look in our log is sealed: a law forbids saying for a time whom it is about."
    for person in (covered, other):
        page = words(enter(Client(**EN), person))
        assert sentence in page
        assert "Nobody has looked yet" in page
    settle_sealed(datetime.now(UTC) + timedelta(days=60))
    cell.drain()
    page = words(enter(Client(**EN), covered))
    assert "A law forbade telling you until now." in page
    assert "is sealed" not in page
    assert "Nobody has looked yet" in words(enter(Client(**EN), other))


@pytest.mark.usefixtures("overdue")
def test_an_overdue_opening_is_said_wherever_somebody_looks(cell: Cell):
    """At the workbench, on the log's own page, to every person, and by the doctor."""
    covered, other = cell.person(), cell.person(T02="other@example.test")
    order(cell, covered, open_by=days_ahead(30))
    cell.look([covered])
    cell.drain()
    officer = came(cell, "dpo-cz")
    for path in ("/workbench/ledger", "/workbench/sealed"):
        assert "A sealed look was to be opened by" in words(officer.get(path, **EN))
    assert "we have not done it" in words(enter(Client(**EN), other))
    (found,) = CHECKS["sealed lines"]()
    assert not found.holds
    assert str(days_ahead(30)) in found.sentence


def test_the_log_counts_sealed_lines_in_public(cell: Cell, monkeypatch):
    """Nothing while none was ever sealed; then how many, and once a day is past, that it is."""
    from aboveboard.faces.log import pages

    person = cell.person()
    cell.drain()
    assert "Sealed by law" not in words(Client().get("/log/", **EN))
    order(cell, person, open_by=days_ahead(30))
    cell.look([person])
    cell.drain()
    page = words(Client().get("/log/", **EN))
    assert "Sealed by law 1, of these 0 opened, 0 after their day; the last is opened by" in page
    assert "and was not" not in page
    monkeypatch.setattr(pages, "utc_day", lambda _at: date(2099, 1, 1))
    assert "A sealed line was to be opened by" in words(Client().get("/log/", **EN))


def test_a_signatory_ends_an_order_at_the_workbench(cell: Cell):
    """The officer has no button for it; the person reads it at once."""
    person = cell.person()
    act = order(cell, person)
    cell.look([person])
    cell.drain()
    path = f"/workbench/sealed/{act.hex()}/end"
    assert path not in came(cell, "dpo-cz").get("/workbench/sealed", **EN).content.decode()
    signatory = came(cell, "signatory-cz")
    assert path in signatory.get("/workbench/sealed", **EN).content.decode()
    assert "Sealed looks to open" in words(signatory.get("/workbench/clocks", **EN))
    assert signatory.post(path).status_code == 302
    cell.drain()
    assert told().opened == 1
    assert "ended early" in words(signatory.get("/workbench/sealed", **EN))
    grant = SimpleNamespace(act=cell.decide("entity", {"change": "live", "entity": "cz", "on": "2026-01-01"}))
    assert signatory.post(f"/workbench/sealed/{grant.act.hex()}/end").status_code == 404


def test_the_work_process_opens_what_is_due():
    """It is one of the duties done every round."""
    assert settle_sealed in duties()
