"""Changes through the gate: deed and entry stand or fall together, and erasure goes through to the end."""

from datetime import UTC, datetime

import pytest
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.consent.actions import object_to
from aboveboard.apps.gate import deeds
from aboveboard.apps.gate.expiry import expire_facts
from aboveboard.apps.ledger.actions import open_pending
from aboveboard.apps.ledger.models import Chain, Pending
from aboveboard.apps.vault import actions, erasing
from aboveboard.apps.vault.models import Fact, Person, Suppression
from aboveboard.core.entries import EntryKind
from aboveboard.core.envelope.blind import query_tokens
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import LedgerUnavailable
from aboveboard.core.terms import PurposeId
from tests.support.cell import CONTACT, OVERSIGHT, Cell


def pending():
    """The pending entries, opened."""
    return [open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.all()]


def kinds():
    """The kinds of the pending entries."""
    return sorted(entry.kind for entry in pending())


def test_taking_in_writes_people_facts_keys_tokens_and_one_entry(cell: Cell):
    """Everything of a batch is there, and one entry names them all."""
    people = cell.people([{"T01": "Alžběta Nová", "T02": "a@example.test"}, {"T01": "Karl Großmann"}])
    assert Fact.objects.count() == 3
    assert kinds() == [EntryKind.CREATED]
    index = keys.store().cell_key(KeyKind.INDEX)
    assert keys.store().find(query_tokens(index, "grossm"), 5) == [people[1]]
    assert keys.store().find(query_tokens(index, "alz nov"), 5) == [people[0]]


def test_what_the_rules_refuse_is_left_out_and_the_rest_is_taken_in(cell: Cell):
    """Children of a customer are not kept; the name is."""
    person = cell.new_person({"T01": "Somebody", "T36": "two"})
    performed = cell.take_in([person])
    assert performed.decision.verdict == "partial"
    assert list(Fact.objects.values_list("category", flat=True)) == ["T01"]


def test_somebody_of_whom_nothing_may_be_kept_is_not_taken_in(cell: Cell):
    """No person without a fact, and the refusal is on record."""
    performed = cell.take_in([cell.new_person({"T36": "two"})])
    assert performed.decision.verdict == "refuse"
    assert not Person.objects.exists()
    assert kinds() == [EntryKind.CHANGE]


def test_a_deed_whose_entry_cannot_be_committed_is_undone(cell: Cell, monkeypatch):
    """No fact without its entry."""
    person = cell.person()

    def no_ledger(_entry, **_):
        raise LedgerUnavailable("no")

    monkeypatch.setattr("aboveboard.apps.gate.performing.append", no_ledger)
    facts = [cell.new_fact("T03", "+420 1")]
    with pytest.raises(LedgerUnavailable):
        deeds.record(cell.question("record", [person], ["T03"]), person, facts)
    assert not Fact.objects.filter(category="T03").exists()


def test_recording_about_a_known_person_lets_their_version_grow(cell: Cell):
    """Whoever decided on the older version has to ask anew."""
    person = cell.person()
    deeds.record(cell.question("record", [person], ["T03"]), person, [cell.new_fact("T03", "+420 1")])
    assert Person.objects.get(id=person).version == 2
    assert {fact.value for fact in cell.look([person], ["T03"]).opened()} == {"+420 1"}


def test_restriction_stops_looks_until_it_is_lifted(cell: Cell):
    """Art. 18: a restricted record is kept and not used."""
    person = cell.person()
    deeds.restrict(cell.question("restrict", [person], CONTACT, by="dpo-cz", purpose=OVERSIGHT), person)
    assert cell.look([person]).opened() == []
    deeds.restrict(cell.question("restrict", [person], CONTACT, by="dpo-cz", purpose=OVERSIGHT), person, lift=True)
    assert len(cell.look([person]).opened()) == 3


def test_an_objection_stops_the_purpose_objected_to(cell: Cell):
    """Art. 21: what rests on a legitimate interest stops at once."""
    person = cell.person()
    deeds.change_choices(
        cell.question("restrict", [person], CONTACT, by="dpo-cz", purpose=OVERSIGHT),
        person,
        lambda: object_to(person=person, purpose=PurposeId("customer-relationship"), by=None, now=datetime.now(UTC)),
    )
    look = cell.look([person])
    assert look.opened() == []
    assert "not_objected" in {refusal.rule for refusal in look.decision.refusals}


def erase(cell: Cell, person):
    """Erase somebody as the officer would have it done."""
    return deeds.erase(cell.question("erase", [person], CONTACT, by="dpo-cz", purpose=OVERSIGHT), person)


def test_erasure_leaves_no_key_no_row_no_token_and_after_a_drain_no_chain(cell: Cell):
    """Art. 17: what has no key left is gone, and the log no longer finds them."""
    person = cell.person(T01="Erased Soon")
    cell.drain()
    assert erase(cell, person).decision.verdict == "permit"
    assert not Fact.objects.filter(person_id=person).exists()
    assert not keys.store().has(KeyKind.FACTS, person)
    assert keys.store().has(KeyKind.LOG, person)
    assert keys.store().find(query_tokens(keys.store().cell_key(KeyKind.INDEX), "erased"), 5) == []
    assert deeds.finish_erasures() == 0
    cell.drain()
    assert deeds.finish_erasures() == 1
    assert not keys.store().has(KeyKind.LOG, person)
    assert not Chain.objects.filter(owner=b"s" + person).exists()
    assert Suppression.objects.count() == 1


def test_an_erased_person_gives_nothing_and_is_told_gone(cell: Cell):
    """Afterwards the page can say when, and nothing else."""
    person = cell.person()
    erase(cell, person)
    look = cell.look([person])
    assert look.gone == (person,)
    assert look.opened() == []


@pytest.mark.parametrize("step", ["suppress", "shred", "delete"])
def test_an_erasure_cut_short_is_finished_at_start_up(cell: Cell, monkeypatch, step):
    """Whatever step a crash hits, the next start ends in the same place."""
    person = cell.person()

    def crash(*_args, **_more):
        raise SystemExit

    with monkeypatch.context() as patch:
        where = {"suppress": (actions, "suppress"), "shred": (keys.store(), "settle"), "delete": (erasing, "append")}
        patch.setattr(*where[step], crash)
        with pytest.raises(SystemExit):
            erase(cell, person)
    assert cell.look([person]).opened() == []
    assert deeds.finish_erasures() == 1
    assert not Fact.objects.filter(person_id=person).exists()
    assert not keys.store().has(KeyKind.FACTS, person)
    assert erasing.unfinished() == []


@pytest.fixture
def bare(cell: Cell):
    """Somebody all of whose facts have run out; the record itself is still there."""
    person = cell.people([{"T01": "Without Facts"}])[0]
    Fact.objects.update(expires_on=datetime.now(UTC).date())
    assert expire_facts(datetime.now(UTC)) == 1
    return person


def test_somebody_of_whom_no_fact_is_held_is_erased_restricted_and_heard(cell: Cell, bare):
    """Arts 17, 18, 21: what remains of a person is more than facts, and their rights reach it."""

    def asked(operation):
        return cell.question(operation, [bare], [], by="dpo-cz", purpose=OVERSIGHT)

    assert deeds.restrict(asked("restrict"), bare).decision.verdict == "permit"
    assert Person.objects.get(id=bare).restricted_on is not None
    objected = deeds.change_choices(
        asked("restrict"),
        bare,
        lambda: object_to(person=bare, purpose=PurposeId("customer-relationship"), by=None, now=datetime.now(UTC)),
    )
    assert objected.decision.verdict == "permit"
    assert deeds.inform(asked("inform"), [bare]).decision.verdict == "permit"
    performed = deeds.erase(asked("erase"), bare)
    assert performed.decision.verdict == "permit"
    assert Person.objects.get(id=bare).erased_at is not None
    entry = next(e for e in pending() if e.operation == "erase" and e.purpose == OVERSIGHT)
    assert [(line.subject, line.categories, line.refused) for line in entry.subjects] == [(bare, (), ())]


def test_who_may_not_erase_may_not_where_nothing_is_held_either(cell: Cell, bare):
    """The same rules, with the same refusal on record; and nobody is looked at by it."""
    performed = deeds.erase(cell.question("erase", [bare], [], by="seller-cz"), bare)
    assert {refusal.rule for refusal in performed.decision.refusals} == {"role_may"}
    other = deeds.erase(cell.question("erase", [bare], [], by="seller-de"), bare)
    assert "grant_held" in {refusal.rule for refusal in other.decision.refusals}
    assert Person.objects.get(id=bare).erasing_at is None
    assert cell.look([bare], ["T01"]).decision.verdict == "refuse"


def test_a_right_about_categories_that_are_not_held_reaches_nobody_of_whom_others_are(cell: Cell):
    """Whoever names the wrong categories has not been asked about the record as a whole."""
    person = cell.person()
    performed = deeds.erase(cell.question("erase", [person], ["T45"], by="dpo-cz", purpose=OVERSIGHT), person)
    assert performed.decision.verdict == "refuse"
    assert Person.objects.get(id=person).erasing_at is None
    unknown = bytes(range(16))
    assert deeds.erase(cell.question("erase", [unknown], [], by="dpo-cz", purpose=OVERSIGHT), unknown).gone == ()


def test_who_is_known_without_a_name_can_be_told_all_the_same(cell: Cell):
    """A notice is about everything that is held, whatever the question names."""
    person = cell.people([{"T02": "nameless@example.test"}])[0]
    Person.objects.update(notice="owed", informed_on=None)
    question = cell.question("inform", [person], ["T01"], by="dpo-cz", purpose=OVERSIGHT)
    assert deeds.inform(question, [person]).decision.verdict == "permit"
    assert Person.objects.get(id=person).notice == "informed"


def test_the_cell_database_holds_no_value_in_clear(cell: Cell):
    """No column of any table of the cell has the name or the address."""
    cell.person(T01="Markedvalue Inclear", T02="markedvalue@example.test")
    with connections["vault"].cursor() as cursor:
        for table in connections["vault"].introspection.table_names():
            cursor.execute(f"SELECT * FROM {table}")
            assert b"arkedvalue" not in repr(cursor.fetchall()).encode()


def test_who_was_erased_is_recognised_even_after_the_cell_was_set_back(cell: Cell):
    """The tokens lie beside the keys too: a recovery lays them down again."""
    person = cell.person()
    erase(cell, person)
    tokens = {bytes(token) for token in Suppression.objects.values_list("token", flat=True)}
    Suppression.objects.all().delete()
    actions.suppress_again()
    assert {bytes(token) for token in Suppression.objects.values_list("token", flat=True)} == tokens != set()
