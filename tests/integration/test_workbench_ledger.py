"""The ledger's page: what K_audit opens and nothing else, how the log stands, and a check that finds what was done."""

from django.db import connections

from aboveboard.apps.ledger.audited import audited_lines, log_state
from aboveboard.apps.ledger.models import Leaf, Pending
from aboveboard.faces.web.asking import now
from tests.support.bits import flipped
from tests.support.cell import Cell
from tests.support.workbench import came


def page(cell: Cell, login: str = "dpo-cz", query: str = "") -> str:
    """The page as one of the cast reads it."""
    answer = came(cell, login, confirmed=False).get(f"/workbench/ledger{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_look_stands_there_with_company_country_and_purpose(cell: Cell):
    """The officer reads that somebody was looked at, by which company, from where, what for and what came of it."""
    person = cell.person(T01="Žofie Říhová")
    cell.look([person])
    cell.look([person], by="analyst-hq")
    cell.drain()
    text = page(cell)
    assert "customer-relationship" in text
    assert "refused" in text
    assert "India" in text


def test_nobody_is_named_there(cell: Cell):
    """Neither who was looked at nor who looked: not by name, not by id."""
    person = cell.person(T01="Žofie Říhová")
    cell.look([person])
    cell.drain()
    text = page(cell)
    assert "Říhová" not in text
    assert person.hex() not in text
    assert cell.staff("seller-cz").hex() not in text


def test_the_signatory_reads_it_too_and_a_seller_does_not(cell: Cell):
    """It is for those who decide and watch."""
    assert "Lines, newest first" in page(cell, "signatory-cz")
    for login in ("seller-cz", "analyst-hq", "operator-cz"):
        assert came(cell, login, confirmed=False).get("/workbench/ledger").status_code == 403


def test_lines_come_by_pages(cell: Cell):
    """Newest first; the older ones behind a link."""
    lines = audited_lines(limit=3)
    assert [line.index for line in lines] == sorted((line.index for line in lines), reverse=True)
    assert audited_lines(lines[-1].index, limit=1)[0].index == lines[-1].index - 1
    assert f"before={audited_lines(limit=50)[-1].index}" in page(cell)
    assert "Older lines" not in page(cell, query="?before=0")


def test_a_line_that_was_changed_does_not_open(cell: Cell):
    """What does not fit its commitment is shown as sealed, never as if it were true."""
    leaf = Leaf.objects.filter(month__gt=0).order_by("-seq").first()
    Leaf.objects.filter(seq=leaf.seq).update(audit=flipped(leaf.audit))
    assert audited_lines(limit=1)[0].said is None
    assert "sealed" in page(cell)


def test_checking_a_sound_log_finds_nothing(cell: Cell):
    """At the press of a button everything is held against each other."""
    answer = came(cell, "dpo-cz", confirmed=False).post("/workbench/ledger/check")
    assert "Everything is as it was signed" in answer.content.decode()


def test_checking_names_a_line_that_was_deleted(cell: Cell):
    """A look deleted by SQL is found, and its place named."""
    cell.look([cell.person()])
    cell.drain()
    last = Leaf.objects.order_by("-seq").first().seq
    with connections["vault"].cursor() as cursor:
        cursor.execute("DELETE FROM ledger_leaf WHERE seq = %s", [last])
    text = came(cell, "dpo-cz", confirmed=False).post("/workbench/ledger/check").content.decode()
    assert "not as it was signed" in text
    assert str(last) in text


def test_checking_is_asked_for_with_a_form(cell: Cell):
    """Work of that weight is not done by following a link, nor by a seller."""
    assert came(cell, "dpo-cz", confirmed=False).get("/workbench/ledger/check").status_code == 405
    assert came(cell, "seller-cz", confirmed=False).post("/workbench/ledger/check").status_code == 403


def test_a_log_that_is_not_sequenced_says_so(cell: Cell):
    """An entry that waits for more than a minute stops every look, and the page says why."""
    cell.look([cell.person()])
    Pending.objects.update(committed_us=1)
    assert log_state(now()).stale
    assert "has not been sequenced for a minute" in page(cell)
