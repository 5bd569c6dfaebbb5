"""Acts about staff, companies, keys and house defaults are proposed by forms and go the way of every act."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from aboveboard.apps.accounts.models import SigningKey
from aboveboard.apps.accounts.queries import acts, keys_of, name_of, staff_member, staff_members
from aboveboard.apps.group.queries import legal_entity
from aboveboard.apps.register.models import LiftedDefault
from aboveboard.core.catalogue import catalogue
from aboveboard.core.terms import Capacity, EntityId, Role, RuleSource
from tests.support.cell import Cell
from tests.support.workbench import came

APPOINTMENT = {
    "name": "Newly Appointed", "role": "seller", "entity": "cz", "unit": "trade", "workplace": "CZ",
    "active_from": localdate().isoformat(),
}  # fmt: skip
COMPANY = {"entity": "at", "legal_name": "Muster Handel GmbH", "country": "AT", "standing": "recipient"}


def sent(cell: Cell, kind: str, said: dict[str, Any], *, by: str = "signatory-cz", query: str = "") -> Any:
    """The answer to a proposal, signed with the passphrase of whoever proposes."""
    given = {"passphrase": cell.sign_ins[by].passphrase or "none at all, really", **said}
    return came(cell, by).post(f"/workbench/acts/propose/{kind}{query}", given)


def decided(cell: Cell, kind: str, said: dict[str, Any]) -> Client:
    """Propose, give the opinion, sign and let take effect, each by whom it belongs to; the signatory's browser."""
    answer = sent(cell, kind, said)
    assert answer.status_code == 302, answer.content.decode()
    act = answer.headers["Location"].rsplit("/", 1)[1]
    came(cell, "dpo-cz").post(f"/workbench/acts/{act}/opinion", {"in_favour": "yes"})
    second = came(cell, "signatory-cz-2")
    passphrase = {"passphrase": cell.sign_ins["signatory-cz-2"].passphrase}
    assert second.post(f"/workbench/acts/{act}/sign", passphrase).status_code == 302
    assert second.post(f"/workbench/acts/{act}/effect").status_code == 302
    return second


def test_somebody_is_appointed_under_two_signatures(cell: Cell):
    """The name is sealed in the act; whoever signs reads it; the employee is on record afterwards."""
    before = {one.id for one in staff_members()}
    browser = decided(cell, "appointment", APPOINTMENT)
    act = acts(kind="appointment")[0]
    assert b"Newly Appointed" not in repr(act.body).encode()
    assert "Newly Appointed" in browser.get(f"/workbench/acts/{act.id.hex()}").content.decode()
    (made,) = [one for one in staff_members() if one.id not in before]
    assert (name_of(made.id), made.role, made.unit) == ("Newly Appointed", Role.SELLER, "trade")


def test_a_post_is_changed_and_what_is_not_said_stays(cell: Cell):
    """A day of leaving alone leaves role, company, unit and workplace as they are."""
    staff = cell.staff("seller-cz-2")
    before = staff_member(staff)
    last = localdate() + timedelta(days=30)
    decided(cell, "role", {"staff": staff.hex(), "active_until": last.isoformat()})
    after = staff_member(staff)
    assert before is not None
    assert after is not None
    assert (after.role, after.entity, after.unit, after.workplace) == (
        before.role, before.entity, before.unit, before.workplace,
    )  # fmt: skip
    assert after.active_until == last


def test_a_change_of_post_that_changes_nothing_is_no_proposal(cell: Cell):
    """It would take two signatures to leave everything as it is."""
    answer = sent(cell, "role", {"staff": cell.staff("seller-cz-2").hex()})
    assert answer.status_code == 422
    assert "Nothing would change" in answer.content.decode()


def test_a_company_is_entered_goes_live_and_is_corrected(cell: Cell):
    """It goes live only with notice and consultation on record; correcting begins with what is on record."""
    decided(cell, "entity", COMPANY)
    day = localdate().isoformat()
    early = sent(cell, "live", {"entity": "at", "on": day})
    assert early.status_code == 422
    assert "the notice to its staff" in early.content.decode()
    form = came(cell, "signatory-cz").get("/workbench/acts/propose/entity?of=at").content.decode()
    assert 'value="Muster Handel GmbH"' in form
    told = {"staff_notice_on": day, "consultation_on": day, "consultation_document": "minutes-7"}
    decided(cell, "entity", {**COMPANY, **told})
    decided(cell, "live", {"entity": "at", "on": day})
    record = legal_entity(EntityId("at"))
    assert record is not None
    assert (record.live_on, record.consultation_document) == (localdate(), "minutes-7")


def test_a_key_that_somebody_made_for_themselves_is_put_on_record(cell: Cell):
    """Made under a passphrase twice the same; offered to who proposes; the earlier key is retired in that moment."""
    analyst = cell.staff("analyst-hq")
    browser = came(cell, "analyst-hq")
    twice = {"passphrase": "a new long passphrase", "again": "a new long passphrase"}
    assert browser.post("/workbench/keys/make", {**twice, "again": "another"}).status_code == 422
    assert browser.post("/workbench/keys/make", {"passphrase": "short", "again": "short"}).status_code == 422
    assert SigningKey.objects.filter(staff_id=analyst).count() == 1
    assert browser.post("/workbench/keys/make", twice).status_code == 302
    key = keys_of(analyst)[0]
    assert key.on_record_at is None
    decided(cell, "key", {"key": key.id.hex()})
    newest, earlier = keys_of(analyst)
    assert newest.on_record_at is not None
    assert earlier.retired_at is not None


def test_a_house_default_is_lifted_and_a_law_is_not(cell: Cell):
    """What only the house keeps out may be held for one purpose; what the law keeps out is not offered."""
    said = {"category": "T45", "capacity": "customer", "purpose": "customer-relationship"}
    decided(cell, "lift-default", said)
    assert LiftedDefault.objects.filter(category="T45", capacity="customer").exists()
    by_law = [
        one
        for one in catalogue().categories
        if all(catalogue().rule(one, capacity).source is RuleSource.LAW for capacity in Capacity)
    ]
    assert by_law
    assert sent(cell, "lift-default", {**said, "category": by_law[0]}).status_code == 422


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("appointment", {**APPOINTMENT, "name": ""}),
        ("appointment", {**APPOINTMENT, "unit": "Not A Slug"}),
        ("appointment", {**APPOINTMENT, "workplace": "XX"}),
        ("appointment", {**APPOINTMENT, "active_until": localdate().isoformat()}),
        ("appointment", {**APPOINTMENT, "passphrase": "not the right one"}),
        ("role", {"staff": "00" * 16, "unit": "trade"}),
        ("entity", {**COMPANY, "entity": "No Slug"}),
        ("entity", {**COMPANY, "consultation_document": "with spaces in it"}),
        ("live", {"entity": "cz", "on": "2026-11-22"}),
        ("key", {"key": "00" * 32}),
    ],
)
def test_what_cannot_be_proposed_is_said_at_its_field(cell: Cell, kind: str, said: dict[str, Any]):
    """Nothing is proposed, and the passphrase does not come back."""
    before = len(acts())
    answer = sent(cell, kind, said)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert "not the right one" not in answer.content.decode()
    assert len(acts()) == before


def test_the_officer_proposes_nothing_and_the_attempt_is_on_record(cell: Cell):
    """The officer advises: no button leads there, and a proposal all the same is refused in plain words."""
    officer = came(cell, "dpo-cz")
    assert "/workbench/acts/propose" not in officer.get("/workbench/acts").content.decode()
    assert "/workbench/acts/propose" in came(cell, "signatory-cz").get("/workbench/acts").content.decode()
    twice = {"passphrase": "a new long passphrase", "again": "a new long passphrase"}
    assert officer.post("/workbench/keys/make", twice).status_code == 302
    before = len(acts())
    answer = sent(cell, "appointment", {**APPOINTMENT, "passphrase": twice["passphrase"]}, by="dpo-cz")
    assert answer.status_code == 403
    assert "The officer advises and watches" in answer.content.decode()
    assert len(acts()) == before


@pytest.mark.parametrize("login", ["analyst-hq", "seller-cz", "operator-cz"])
def test_who_does_not_decide_here_proposes_grants_only(cell: Cell, login: str):
    """Staff and companies of the controller are the controller's own to propose."""
    browser = came(cell, login)
    assert browser.get("/workbench/acts/propose").status_code == 403
    assert browser.get("/workbench/acts/propose/appointment").status_code == 403


def test_everything_that_can_be_proposed_is_on_one_page(cell: Cell):
    """Grants among it; an address that is none leads nowhere."""
    browser = came(cell, "signatory-cz")
    page = browser.get("/workbench/acts/propose").content.decode()
    for kind in ("appointment", "role", "key", "entity", "live", "lift-default"):
        assert f'href="/workbench/acts/propose/{kind}"' in page
        assert browser.get(f"/workbench/acts/propose/{kind}").status_code == 200
    assert 'href="/workbench/grants/propose"' in page
    assert browser.get("/workbench/acts/propose/nothing").status_code == 404
    assert came(cell, "signatory-cz", confirmed=False).get("/workbench/acts/propose/key").status_code == 302
