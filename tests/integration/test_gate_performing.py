"""Changes through the gate: deed and entry stand or fall together, and erasure goes through to the end."""

import pytest
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.gate import deeds
from aboveboard.apps.ledger.actions import open_pending
from aboveboard.apps.ledger.models import Chain, Pending
from aboveboard.apps.vault import actions, erasing
from aboveboard.apps.vault.models import Fact, Person, Suppression
from aboveboard.core.entries import EntryKind
from aboveboard.core.envelope.blind import query_tokens
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import LedgerUnavailable
from tests.support.cell import CONTACT, OVERSIGHT, Cell


def kinds():
    """The kinds of the pending entries."""
    return sorted(open_pending(bytes(row.pk), bytes(row.sealed)).kind for row in Pending.objects.all())


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
    from datetime import UTC, datetime

    from aboveboard.apps.consent.actions import object_to
    from aboveboard.core.terms import PurposeId

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
