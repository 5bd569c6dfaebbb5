"""The quarantine's page: what waits and why, never a value; a signatory decides, nobody else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aboveboard.apps.intake.admitting import KIND, Admission, admission_body
from aboveboard.apps.intake.importing import run_import
from aboveboard.apps.intake.order import ImportOrder, Notice, Relation
from aboveboard.apps.intake.queries import waiting_columns
from aboveboard.apps.vault.models import Fact
from aboveboard.core.terms import Capacity, CategoryId, EntityId, LawfulBasis, NoticeState, PurposeId
from tests.support.cell import CUSTOMER_CARE, Cell
from tests.support.workbench import came

FILE = "Name,E-mail,Hobbies\nŽofie Říhová,zofie@example.test,marked-golf\nJan Novák,jan@example.test,marked-chess\n"


@pytest.fixture
def waiting(cell: Cell, tmp_path: Path) -> Cell:
    """A cell into which a file with hobbies came; the persons concerned have not been told yet."""
    path = tmp_path / "export.csv"
    path.write_text(FILE, encoding="utf-8")
    notice = Notice(NoticeState.OWED)
    order = ImportOrder(path, EntityId("cz"), Relation(Capacity.CUSTOMER), PurposeId(CUSTOMER_CARE), "a list", notice)
    run_import(order, by=cell.staff("seller-cz"), now=datetime.now(UTC), progress=lambda _done: None)
    return cell


def address(step: str) -> str:
    """Where a signatory decides about the hobbies."""
    columns = waiting_columns()
    place = next(at for at, column in enumerate(columns) if column.column == "Hobbies")
    return f"/workbench/quarantine/{columns[place].number}/{place}/{step}"


def hobbies() -> int:
    """Of how many people hobbies wait."""
    return sum(column.values for column in waiting_columns() if column.column == "Hobbies")


def test_what_waits_is_shown_with_rule_clock_and_number_but_no_value(waiting: Cell):
    """The heading, the category, the rule and where it comes from, how many, how long; nothing of what stands there."""
    text = came(waiting, "dpo-cz", confirmed=False).get("/workbench/quarantine").content.decode()
    assert "Hobbies" in text
    assert "2 people" in text
    assert "30 days left" in text
    assert "marked-" not in text
    assert "Říhová" not in text


def test_a_signatory_drops_a_column_by_typing_the_word(waiting: Cell):
    """Not without the word; afterwards nothing of it is left."""
    signatory, drop = came(waiting, "signatory-cz"), address("drop")
    assert signatory.post(drop, {"word": "please"}).status_code == 422
    assert hobbies() == 2
    assert signatory.post(drop, {"word": "DROP"}).status_code == 302
    assert hobbies() == 0
    assert "dropped" in signatory.get("/workbench/quarantine").content.decode()
    assert signatory.post(drop, {"word": "DROP"}).status_code == 404


def test_admitting_is_proposed_opined_on_and_signed_and_lets_in_what_the_rules_let_in(waiting: Cell):
    """Hobbies stay out for a purpose that does not stand for them: it is said, and they wait on."""
    first, second = came(waiting, "signatory-cz"), came(waiting, "signatory-cz-2")
    passphrases = {login: waiting.sign_ins[login].passphrase for login in ("signatory-cz", "signatory-cz-2")}
    wrong = {"purpose": CUSTOMER_CARE, "passphrase": "not the passphrase"}
    assert first.post(address("admit"), wrong).status_code == 422
    given = {"purpose": CUSTOMER_CARE, "passphrase": passphrases["signatory-cz"]}
    answer = first.post(address("admit"), given)
    assert answer.status_code == 302
    act = answer.headers["Location"]
    assert "Hobbies" in first.get(act).content.decode()
    assert act in second.get("/workbench/quarantine").content.decode()
    signature = {"passphrase": passphrases["signatory-cz-2"]}
    assert second.post(f"{act}/sign", signature).status_code == 403
    assert came(waiting, "dpo-cz").post(f"{act}/opinion", {"in_favour": "yes"}).status_code == 302
    assert second.post(f"{act}/sign", signature).status_code == 302
    told = second.post(f"{act}/effect", follow=True).content.decode()
    assert "2 wait on" in told
    assert hobbies() == 2
    assert act not in second.get("/workbench/quarantine").content.decode()


def test_what_the_purpose_allows_is_kept_once_it_is_decided(waiting: Cell):
    """After the default is lifted the hobbies are facts, and nothing of the column waits."""
    from aboveboard.apps.register.actions import apply_lift_default
    from aboveboard.apps.register.drafts import LiftDraft

    lift = LiftDraft(PurposeId(CUSTOMER_CARE), Capacity.CUSTOMER, CategoryId("T45")).body()
    apply_lift_default(act=waiting.decide("lift-default", lift), now=datetime.now(UTC))
    body = admission_body(
        waiting_columns()[0].number,
        "Hobbies",
        Admission(PurposeId(CUSTOMER_CARE), LawfulBasis.LEGITIMATE_INTEREST, CategoryId("T45")),
    )
    act = waiting.decide(KIND, body)
    told = came(waiting, "signatory-cz").post(f"/workbench/acts/{act.hex()}/effect", follow=True).content.decode()
    assert "2 values are kept now." in told
    assert (hobbies(), Fact.objects.filter(category="T45").count()) == (0, 2)


@pytest.mark.parametrize("login", ["dpo-cz", "seller-cz", "analyst-hq"])
def test_nobody_but_a_signatory_decides(waiting: Cell, login):
    """The officer watches, others do not even see it."""
    client = came(waiting, login)
    assert client.post(address("drop"), {"word": "DROP"}).status_code == 403
    assert client.post(address("admit"), {"purpose": CUSTOMER_CARE, "passphrase": "x" * 12}).status_code in (403, 422)
    assert hobbies() == 2


def test_an_empty_quarantine_says_what_will_stand_there(cell: Cell):
    """The empty page teaches."""
    assert "Nothing waits" in came(cell, "dpo-cz", confirmed=False).get("/workbench/quarantine").content.decode()


def test_notices_owed_stand_among_the_clocks(waiting: Cell):
    """How many people are to be told, and until when their data stay open; not who."""
    text = came(waiting, "dpo-cz", confirmed=False).get("/workbench/clocks").content.decode()
    assert "2 people to be told" in text
    assert "Říhová" not in text
