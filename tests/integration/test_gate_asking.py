"""Asking the gate: nothing is released whose look is not committed before, and a refusal is written down too."""

from datetime import UTC, datetime

import pytest

from aboveboard.apps.accounts.appointments import apply_role, role_body
from aboveboard.apps.gate import asking
from aboveboard.apps.gate.snapshot import recent, snapshot
from aboveboard.apps.ledger.actions import bump_governance, open_pending
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.vault.opening import open_facts
from aboveboard.apps.vault.permit import Permit, take_mint
from aboveboard.core.entries import EntryKind
from aboveboard.core.errors import Conflict, Denied
from tests.support.cell import Cell


def entries():
    """Every pending entry, opened."""
    return [open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.all()]


def test_a_seller_sees_the_contact_tier_of_a_customer(cell: Cell):
    """Name, work e-mail and function are simply there."""
    person = cell.person(T01="Žofie Říhová")
    look = cell.look([person])
    assert {fact.value for fact in look.opened()} == {"Žofie Říhová", "person@example.test", "Buyer"}


def test_the_look_is_committed_before_anything_can_be_opened(cell: Cell):
    """The entry stands when the permit is made, and names the person, the purpose and the categories."""
    person = cell.person()
    cell.drain()
    look = cell.look([person], ["T01"])
    (entry,) = entries()
    assert (entry.kind, entry.verdict, entry.purpose) == (EntryKind.LOOK, "permit", "customer-relationship")
    assert [(line.subject, line.categories) for line in entry.subjects] == [(person, ("T01",))]
    assert [fact.value for fact in look.opened()] == ["Person Concerned"]


def test_a_refused_look_releases_nothing_and_stands_in_the_ledger(cell: Cell):
    """Headquarters asks without instrument and grant: nothing opens, and the refusal is an entry."""
    person = cell.person()
    cell.drain()
    look = cell.look([person], by="analyst-hq")
    assert look.opened() == []
    with pytest.raises(Denied):
        look.permit()
    (entry,) = entries()
    assert entry.verdict == "refuse"
    assert set(entry.refusals) == {"transfer_allowed:no-instrument", "grant_held:no-grant"}


def test_an_unknown_person_is_refused_like_one_who_is_hidden(cell: Cell):
    """An id that is not there gives nothing and is on record."""
    look = cell.look([bytes(range(16))])
    assert look.opened() == []
    assert len(entries()) == 1


def test_a_permit_is_good_for_one_look(cell: Cell):
    """Opening twice on one entry is refused."""
    permit = cell.look([cell.person()]).permit()
    assert open_facts(permit)
    with pytest.raises(Denied):
        open_facts(permit)


def test_nobody_but_the_gate_can_make_a_permit(cell: Cell):
    """The mint is handed out once, and a permit without it is refused."""
    with pytest.raises(Conflict):
        take_mint()
    with pytest.raises(Denied):
        Permit(object(), b"x" * 32, "cz-1", [])


def test_a_permit_of_another_cell_opens_nothing(cell: Cell, settings):
    """The cell is bound into the permit."""
    permit = cell.look([cell.person()]).permit()
    with pytest.raises(Denied):
        permit.spend("de-1")


def test_fifty_people_are_one_entry(cell: Cell):
    """A list is one commit that names everyone on it."""
    people = cell.people([{"T01": f"Person {n}"} for n in range(50)])
    cell.drain()
    assert len(cell.look(people).opened()) == 50
    (entry,) = entries()
    assert {line.subject for line in entry.subjects} == set(people)


def test_a_look_inside_a_transaction_is_refused(cell: Cell):
    """A rollback would delete the evidence, so asking needs a commit of its own."""
    from django.db import transaction

    person = cell.person()
    with pytest.raises(Conflict), transaction.atomic(using="vault"):
        cell.look([person])


def test_a_person_who_changes_while_asked_about_is_asked_about_anew(cell: Cell, monkeypatch):
    """A restriction that comes between deciding and committing is not overtaken."""
    from aboveboard.apps.vault import actions

    person = cell.person()
    weigh_held, calls = asking.weigh_held, []

    def weigh_late(case):
        if not calls:
            actions.touch(person, restricted_on=case.question.asked_at.date())
        calls.append(case)
        return weigh_held(case)

    monkeypatch.setattr(asking, "weigh_held", weigh_late)
    look = cell.look([person])
    assert len(calls) == 2
    assert look.decision.verdict == "refuse"
    assert "not_restricted" in {refusal.rule for refusal in look.decision.refusals}


def test_endless_change_ends_in_a_clear_conflict(cell: Cell, monkeypatch):
    """The gate does not spin for ever."""
    from aboveboard.apps.vault import actions

    person = cell.person()
    weigh_held = asking.weigh_held

    def weigh_late(case):
        actions.touch(person)
        return weigh_held(case)

    monkeypatch.setattr(asking, "weigh_held", weigh_late)
    with pytest.raises(Conflict, match="again"):
        cell.look([person])


def test_a_question_put_before_a_dismissal_is_put_anew(cell: Cell):
    """Whoever was dismissed since they opened the page gets nothing, although the question names an employee."""
    person, today = cell.person(), datetime.now(UTC).date()
    question = cell.question("consult", [person], ["T01"], seen_under=snapshot().version)
    assert asking.ask(question).opened()
    post = snapshot().staff[cell.staff("seller-cz")]
    body = role_body(
        post.id, role=post.role, entity=post.entity, unit=post.unit, workplace=post.workplace, active_until=today
    )
    apply_role(act=cell.decide("role", body), now=datetime.now(UTC))
    with pytest.raises(Denied):
        asking.ask(question)


def test_governance_is_taken_as_read_for_a_moment_and_never_after_a_change_here(cell: Cell):
    """Who puts many questions in a row does not read it for each; a change made here is seen at once."""
    staff, now = cell.staff("seller-cz"), datetime.now(UTC)
    known = recent(staff, now=now)
    assert recent(staff, now=now) is known
    bump_governance()
    assert recent(staff, now=now).version == known.version + 1
