"""A reader is named to a person who asks only by a weighed act; the name is shown against an entry; they are told."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from aboveboard.apps.accounts.models import Act
from aboveboard.apps.accounts.queries import name_of
from aboveboard.apps.evidence import links
from aboveboard.apps.evidence.models import NamingRequest
from aboveboard.apps.evidence.naming import (
    GRANTED,
    REFUSED,
    apply_naming,
    naming_body,
    open_requests,
    readers_of,
    told_of,
)
from aboveboard.apps.gate import deeds
from aboveboard.apps.ledger.actions import open_pending
from aboveboard.apps.ledger.models import Pending
from aboveboard.core.errors import Conflict, Invalid
from tests.support.cell import OVERSIGHT, Cell
from tests.support.workbench import came

REASON = "The right to know outweighs here."


def person_looked_at(cell: Cell) -> bytes:
    """Somebody at whom a seller of a large unit looked twice."""
    person = cell.person()
    for _ in range(2):
        cell.look([person], ["T01"])
    cell.drain()
    return person


def visit(person: bytes) -> Client:
    """The person on their own page."""
    client = Client()
    client.cookies["aboveboard_own_page"] = links.begin_visit(person, datetime.now(UTC))
    return client


def asked(cell: Cell, person: bytes) -> bytes:
    """The person asks on their page who their one reader is; the id of the request."""
    (reader,) = readers_of(person)
    answer = visit(person).post("/mine/naming", {"purpose": reader})
    assert answer.status_code == 302, answer.content.decode()
    cell.drain()
    (request,) = open_requests()
    assert request.reader == reader
    return request.id


def decided(cell: Cell, request: bytes, answer: str) -> bytes:
    """The answer, proposed, opined on, signed and in effect; its act."""
    body = naming_body(request, answer=answer, reason=REASON, by=cell.staff("signatory-cz"))
    act = cell.decide("naming", body)
    apply_naming(act=act, now=datetime.now(UTC))
    cell.drain()
    return act


def entries() -> list[Any]:
    """What waits in the ledger."""
    return [open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.all()]


def test_a_granted_name_stands_on_the_page_against_an_entry_of_its_own(cell: Cell):
    """Beside the pseudonym, for the looks before the question; each showing is committed before the name is opened."""
    person = person_looked_at(cell)
    name = name_of(cell.staff("seller-cz"))
    decided(cell, asked(cell, person), GRANTED)
    page = visit(person).get("/mine/").content.decode()
    assert page.count(name) == 2
    assert REASON in page
    assert [entry.operation for entry in entries()].count("staff.named") == 1
    cell.drain()
    cell.look([person], ["T02"])
    cell.drain()
    assert visit(person).get("/mine/").content.decode().count(name) == 1


def test_a_refusal_shows_its_reason_and_no_name(cell: Cell):
    """The pseudonym stays; nothing about staff is opened and nothing logged for it."""
    person = person_looked_at(cell)
    decided(cell, asked(cell, person), REFUSED)
    page = visit(person).get("/mine/").content.decode()
    assert name_of(cell.staff("seller-cz")) not in page
    assert f"it was decided not to name reader {next(iter(readers_of(person)))}: {REASON}" in page
    assert "staff.named" not in [entry.operation for entry in entries()]


def test_nothing_is_named_before_it_is_decided(cell: Cell):
    """While it is weighed the page says so."""
    person = person_looked_at(cell)
    asked(cell, person)
    page = visit(person).get("/mine/").content.decode()
    assert "It is being weighed" in page
    assert name_of(cell.staff("seller-cz")) not in page


def test_who_is_named_is_told_and_nobody_else(cell: Cell):
    """On their own page: that, when, for how many looks; not to whom."""
    person = person_looked_at(cell)
    decided(cell, asked(cell, person), GRANTED)
    (told,) = told_of(cell.staff("seller-cz"))
    assert told.looks == 2
    assert told_of(cell.staff("seller-cz-2")) == ()
    page = came(cell, "seller-cz").get("/desk/my-looks").content.decode()
    assert "your name was given to a person you looked at" in page
    assert person.hex() not in page


def test_neither_act_nor_request_says_who_asked_about_whom(cell: Cell):
    """Both lie sealed under the person's key: the tables tie no employee to a person."""
    person = person_looked_at(cell)
    act = decided(cell, asked(cell, person), GRANTED)
    staff = cell.staff("seller-cz")
    body = bytes(Act.objects.get(pk=act).body)
    assert staff.hex().encode() not in body
    assert person.hex().encode() not in body
    row = NamingRequest.objects.get()
    assert all(staff not in bytes(part or b"") for part in (row.reader, row.reason, row.told))


def test_each_step_stands_in_the_persons_log(cell: Cell):
    """That they asked, and what was decided."""
    person = person_looked_at(cell)
    decided(cell, asked(cell, person), REFUSED)
    page = visit(person).get("/mine/").content.decode()
    assert "Asked who a reader is" in page
    assert "Decided whether a reader is named" in page


def test_whoever_never_looked_cannot_be_asked_about(cell: Cell):
    """Another person's pseudonym, or none, is no reader of theirs; the same question twice is one."""
    person = person_looked_at(cell)
    other = cell.person(T01="Another Person")
    cell.look([other], ["T01"])
    cell.drain()
    for reader in ("", "abcdefgh", *readers_of(other)):
        assert visit(person).post("/mine/naming", {"purpose": reader}).status_code == 422
    asked(cell, person)
    (reader,) = readers_of(person)
    assert visit(person).post("/mine/naming", {"purpose": reader}).status_code == 422
    assert "no reader left" in visit(person).get("/mine/naming").content.decode()


def test_nobody_proposes_what_becomes_of_their_own_name(cell: Cell):
    """The reader is known behind the pseudonym, whoever proposes."""
    request = asked(cell, person_looked_at(cell))
    with pytest.raises(Invalid, match="their own name"):
        naming_body(request, answer=REFUSED, reason=REASON, by=cell.staff("seller-cz"))


def test_nobody_signs_what_becomes_of_their_own_name(cell: Cell, monkeypatch):
    """Should the reader have signed it, it takes no effect."""
    from aboveboard.apps.evidence import naming

    body = naming_body(asked(cell, person_looked_at(cell)), answer=GRANTED, reason=REASON, by=cell.staff("dpo-cz"))
    act = cell.decide("naming", body)
    monkeypatch.setattr(naming, "said_in", lambda _body: (cell.staff("signatory-cz-2"), REASON))
    with pytest.raises(Conflict, match="their own name"):
        apply_naming(act=act, now=datetime.now(UTC))
    assert open_requests()


@pytest.mark.parametrize(("answer", "reason"), [("perhaps", REASON), (GRANTED, "short"), (GRANTED, " " * 40)])
def test_an_answer_has_a_reason(cell: Cell, answer, reason):
    """The person will read it."""
    request = asked(cell, person_looked_at(cell))
    with pytest.raises(Invalid):
        naming_body(request, answer=answer, reason=reason, by=cell.staff("signatory-cz"))


def test_a_request_is_answered_once(cell: Cell):
    """A second act about it finds none open."""
    request = asked(cell, person_looked_at(cell))
    body = naming_body(request, answer=GRANTED, reason=REASON, by=cell.staff("signatory-cz"))
    first, second = cell.decide("naming", body), cell.decide("naming", body)
    apply_naming(act=first, now=datetime.now(UTC))
    with pytest.raises(Conflict):
        apply_naming(act=second, now=datetime.now(UTC))
    with pytest.raises(Conflict):
        naming_body(request, answer=REFUSED, reason=REASON, by=cell.staff("signatory-cz"))


def test_an_erasure_takes_the_question_along(cell: Cell):
    """The row goes, and what the act holds opens no more."""
    person = person_looked_at(cell)
    asked(cell, person)
    deeds.erase(cell.question("erase", [person], ["T01"], by="dpo-cz", purpose=OVERSIGHT), person)
    assert not NamingRequest.objects.exists()
    assert open_requests() == ()


def test_it_is_decided_at_the_workbench(cell: Cell):
    """From the list to the form, the opinion, the signature and the effect; the officer proposes nothing."""
    person = person_looked_at(cell)
    request = asked(cell, person).hex()
    name = name_of(cell.staff("seller-cz"))
    assert name in came(cell, "dpo-cz").get("/workbench/naming").content.decode()
    assert came(cell, "dpo-cz").get(f"/workbench/naming/{request}").status_code == 403
    first = came(cell, "signatory-cz")
    assert first.get(f"/workbench/naming/{'00' * 16}").status_code == 404
    given = {"answer": GRANTED, "reason": REASON, "passphrase": cell.sign_ins["signatory-cz"].passphrase}
    assert first.post(f"/workbench/naming/{request}", {**given, "reason": ""}).status_code == 422
    act = first.post(f"/workbench/naming/{request}", given).headers["Location"].rsplit("/", 1)[1]
    page = came(cell, "dpo-cz").get(f"/workbench/acts/{act}").content.decode()
    assert f"{name}: {REASON}" in page
    came(cell, "dpo-cz").post(f"/workbench/acts/{act}/opinion", {"in_favour": "yes"})
    second = came(cell, "signatory-cz-2")
    passphrase = {"passphrase": cell.sign_ins["signatory-cz-2"].passphrase}
    assert second.post(f"/workbench/acts/{act}/sign", passphrase).status_code == 302
    assert second.post(f"/workbench/acts/{act}/effect").status_code == 302
    cell.drain()
    assert name in visit(person).get("/mine/").content.decode()
    assert "Nobody asks" in came(cell, "dpo-cz").get("/workbench/naming").content.decode()


def test_a_pack_taken_afterwards_still_verifies(cell: Cell, tmp_path):
    """The lines about the naming are changes like any other."""
    from tests.support.evidence import checked, own

    person = person_looked_at(cell)
    decided(cell, asked(cell, person), GRANTED)
    own(cell, person, tmp_path / "pack")
    assert checked(tmp_path / "pack").failures == ()
    assert json.loads((tmp_path / "pack" / "evidence.json").read_text())["subject"] == person.hex()
