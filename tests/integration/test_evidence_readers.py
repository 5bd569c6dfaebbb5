"""Who can see: the same answer as asking the rules about everybody, one by one; and itself a look."""

import pytest

from aboveboard.apps.evidence.readers import MAY_ASK, actors, who_can_see
from aboveboard.apps.gate import deeds
from aboveboard.apps.gate.asking import ask
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.ledger.models import Pending
from aboveboard.core.errors import Denied, Shredded
from aboveboard.core.policy.question import Question
from aboveboard.core.terms import Operation, PurposeId, Role
from tests.support.cell import CONTACT, OVERSIGHT, Cell
from tests.support.evidence import asking, let_headquarters_look, officer


def sights(cell: Cell, person: bytes):
    """What the officer is told, as entity, role, purpose and categories."""
    told = who_can_see(person, **officer(cell))
    return {(sight.entity, sight.role, sight.purpose, sight.categories) for sight in told.sights}


def test_it_equals_asking_the_gate_about_everybody(cell: Cell):
    """Every employee, every purpose: who is told to see could look, and nobody else."""
    person = cell.person()
    let_headquarters_look(cell)
    told = sights(cell, person)
    current = snapshot()
    asked = set()
    now = officer(cell)["now"]
    for actor, place in actors(current, now):
        for purpose in current.register.purposes:
            question = Question(actor, Operation.CONSULT, (person,), frozenset(CONTACT), PurposeId(purpose), place, now)
            released = ask(question).decision.outcomes[person].released
            if released:
                asked.add((actor.entity, actor.role, purpose, released))
    assert told == asked
    assert {entity for entity, *_ in told} >= {"cz", "hq"}


def test_headquarters_sees_nothing_before_the_grant_and_the_contact_tier_after(cell: Cell):
    """The grant is named, and where they sit."""
    person = cell.person()
    assert not any(entity == "hq" for entity, *_ in sights(cell, person))
    grant = let_headquarters_look(cell)
    (sight,) = [one for one in who_can_see(person, **officer(cell)).sights if one.entity == "hq"]
    assert sight.categories == {"T01", "T02", "T23"}
    assert (sight.grant, sight.country, sight.transfer, sight.staff) == (grant, "IN", "standard-clauses", 1)


def test_colleagues_are_counted_together(cell: Cell):
    """Six sellers of one unit are one line of the answer."""
    person = cell.person()
    (sellers,) = [one for one in who_can_see(person, **officer(cell)).sights if one.role is Role.SELLER]
    assert (sellers.staff, sellers.entity, sellers.grant) == (6, "cz", b"")


def test_the_answer_is_itself_a_look(cell: Cell):
    """Asking who can see is written down, and opens no value."""
    person = cell.person()
    cell.drain()
    told = who_can_see(person, **officer(cell))
    (row,) = Pending.objects.all()
    assert bytes(row.entry_hash) == told.asked.entry_hash


def test_the_person_may_ask_and_a_seller_may_not(cell: Cell):
    """It belongs to the person and to the officer."""
    person = cell.person()
    assert who_can_see(person, **asking(), purpose=PurposeId("own-record")).sights
    seller = cell.question("consult", [person], CONTACT)
    assert seller.actor.role not in MAY_ASK
    with pytest.raises(Denied):
        who_can_see(person, actor=seller.actor, purpose=seller.purpose, place=seller.place, now=seller.asked_at)


def test_a_refused_officer_is_told_nothing(cell: Cell):
    """With a purpose that is not theirs the answer is empty, and the refusal is on record."""
    person = cell.person()
    told = who_can_see(person, **{**officer(cell), "purpose": PurposeId("customer-relationship")})
    assert told.sights == ()
    assert told.asked.decision.refusals


def test_nobody_sees_an_erased_person(cell: Cell):
    """There is nothing left to see."""
    person = cell.person()
    deeds.erase(cell.question("erase", [person], CONTACT, by="dpo-cz", purpose=OVERSIGHT), person)
    with pytest.raises(Shredded):
        who_can_see(person, **officer(cell))
