"""The same people again: nothing twice, only what is new, nobody who was erased, and no harm from a crash."""

from datetime import UTC, datetime, timedelta

import pytest

from aboveboard.apps import keys
from aboveboard.apps.gate import deeds
from aboveboard.apps.intake.models import Arrival, Import, Quarantined
from aboveboard.apps.intake.tally import CellsLost, Tally
from aboveboard.apps.intake.undo import undo_import
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.vault.models import Fact, Person, Suppression
from aboveboard.core.envelope.blind import query_tokens
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Conflict, LedgerUnavailable
from tests.support.cell import CONTACT, OVERSIGHT, Cell
from tests.support.imports import facts_held, imported, person_named, report_of, values_waiting, written

HEADER = ("Customer ID", "Name", "Work Email", "Job Title", "Hobby")
ANNA = ("17", "Anna Nová", "anna@firma.example", "Buyer", "golf")
BERT = ("18", "Bert Alt", "bert@firma.example", "Clerk", "")


@pytest.fixture
def first(cell: Cell, tmp_path):
    """A file with two customers, imported."""
    path = written(tmp_path, "first.csv", HEADER, ANNA, BERT)
    imported(cell, path)
    return path


def counts():
    """How many rows everything has."""
    return [table.objects.count() for table in (Person, Fact, Quarantined, Arrival, Pending, Import)]


def people(report):
    """Who was new, known or neither, without zeros."""
    return {name: count for name, count in report["people"].items() if count}


def test_the_same_file_again_changes_nothing(cell: Cell, first):
    """It is said that it was taken in before, and no row, key or entry is added."""
    before = counts()
    answer = imported(cell, first)
    assert answer.again
    assert counts() == before


def test_the_same_rows_in_another_file_change_nothing(cell: Cell, first, tmp_path):
    """Rows are recognised by a keyed digest, in whatever order and company they come."""
    both = written(tmp_path, "second.csv", HEADER, BERT, ("19", "Cyril Malý", "c@firma.example", "Clerk", ""), ANNA)
    report = report_of(cell, both)
    assert people(report) == {"new": 1, "unchanged": 2}
    assert Person.objects.count() == 3
    assert sorted(value for _, category, value, _ in facts_held() if category == "T01") == [
        "Anna Nová", "Bert Alt", "Cyril Malý",
    ]  # fmt: skip


def test_a_known_person_gets_only_what_is_new(cell: Cell, first, tmp_path):
    """A changed row adds its new facts; what is held already is not held twice, and neither is what waits."""
    changed = written(
        tmp_path, "changed.csv", HEADER, ("17", "Anna Nová", "anna@firma.example", "Head of buying", "golf")
    )
    report = report_of(cell, changed)
    assert people(report) == {"known": 1}
    anna = person_named("Anna Nová")
    assert sorted((c, v) for p, c, v, _ in facts_held() if p == anna) == [
        ("T01", "Anna Nová"), ("T02", "anna@firma.example"), ("T23", "Buyer"), ("T23", "Head of buying"),
    ]  # fmt: skip
    assert sorted((c, v) for p, c, v in values_waiting() if p == anna) == [("Customer ID", "17"), ("Hobby", "golf")]


def test_an_address_with_a_word_of_the_name_makes_somebody_known(cell: Cell, first, tmp_path):
    """Without an id the e-mail address tells, if the name has a word in common."""
    path = written(
        tmp_path, "x.csv", ("Name", "Work Email", "Work Phone"), ("Ing. Anna Nová", "ANNA@firma.example", "1")
    )
    assert people(report_of(cell, path)) == {"known": 1}


def test_a_shared_mailbox_makes_nobody_the_same(cell: Cell, tmp_path):
    """Two people behind one address stay two."""
    path = written(
        tmp_path,
        "x.csv",
        ("Name", "Work Email"),
        ("Anna Nová", "info@firma.example"),
        ("Bert Alt", "info@firma.example"),
    )
    assert people(report_of(cell, path)) == {"new": 2}


def test_the_same_person_further_down_is_one_person(cell: Cell, tmp_path):
    """Two rows with one address and name make one person with the facts of both."""
    path = written(
        tmp_path, "x.csv", ("Name", "Work Email", "Job Title"),
        ("Anna Nová", "anna@firma.example", "Buyer"), ("Anna Nová", "anna@firma.example", "Head of buying"),
        ("Anna Nová", "anna@firma.example", "Buyer"),
    )  # fmt: skip
    report = report_of(cell, path)
    assert people(report) == {"new": 1, "known": 1, "unchanged": 1, "again": 2}
    assert sorted(v for _, c, v, _ in facts_held() if c == "T23") == ["Buyer", "Head of buying"]


def test_an_id_of_another_program_with_another_name_is_somebody_else(cell: Cell, first, tmp_path):
    """Numbers from 1 to n are not who somebody is."""
    path = written(tmp_path, "x.csv", ("Customer ID", "Name"), ("17", "Dora Jiná"))
    assert people(report_of(cell, path)) == {"new": 1}


def test_a_customer_who_is_also_a_supplier_has_both_capacities(cell: Cell, first, tmp_path):
    """The second file adds the capacity with its day, and the facts for its own purpose."""
    path = written(tmp_path, "suppliers.csv", ("Name", "Work Email"), ("Anna Nová", "anna@firma.example"))
    report_of(cell, path, relation="partner", purpose="supplier-management")
    anna = Person.objects.get(id=person_named("Anna Nová"))
    day = datetime.now(UTC).date()
    assert anna.capacities == f"customer:{day}:,partner:{day}:"
    assert set(Fact.objects.filter(person=anna, category="T01").values_list("purpose", flat=True)) == {
        "customer-relationship", "supplier-management",
    }  # fmt: skip


def test_who_was_informed_is_owed_a_notice_of_what_is_new(cell: Cell, tmp_path):
    """Art. 14(4): a new capacity is told anew; the month runs from that day."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    customers = written(tmp_path, "a.csv", ("Name", "Work Email"), ("Anna Nová", "anna@firma.example"))
    imported(cell, customers, notice=f"informed:v1@{yesterday}")
    imported(cell, customers, relation="partner", purpose="supplier-management")
    anna = Person.objects.get()
    assert (anna.notice, anna.obtained_on) == ("owed", datetime.now(UTC).date())


def test_an_erased_person_is_not_taken_in_again(cell: Cell, first, tmp_path):
    """Not by the same row, not by the same id, not by the same address; and it is counted."""
    anna = person_named("Anna Nová")
    question = cell.question("erase", [anna], CONTACT, by="dpo-cz", purpose=OVERSIGHT)
    assert deeds.erase(question, anna).decision.verdict == "permit"
    assert not Arrival.objects.filter(person=anna).exists()
    assert not Quarantined.objects.filter(person=anna).exists()
    for name, row in (
        ("same.csv", (HEADER, ANNA)),
        ("id.csv", (("Customer ID", "Name"), ("17", "Anna Nová"))),
        ("address.csv", (("Name", "Work Email"), ("Somebody Else", "anna@firma.example"))),
    ):
        report = report_of(cell, written(tmp_path, name, *row), source=name)
        assert people(report) == {"erased": 1}, name
        assert {line["rule"] for line in report["columns"] if line["values"]} == {"erased_stays_erased"}
    assert Suppression.objects.exists()
    assert facts_held() == [fact for fact in facts_held() if fact[0] != anna]


def test_a_restricted_person_gets_nothing_new_and_it_is_counted(cell: Cell, first, tmp_path):
    """Art. 18: while somebody's data are restricted, nothing is added."""
    anna = person_named("Anna Nová")
    deeds.restrict(cell.question("restrict", [anna], CONTACT, by="dpo-cz", purpose=OVERSIGHT), anna)
    changed = written(tmp_path, "changed.csv", HEADER, ("17", "Anna Nová", "anna@firma.example", "Head", "riding"))
    report = report_of(cell, changed)
    assert people(report) == {"refused": 1}
    assert report["cells"]["dropped"] == 5
    assert "not_restricted" in {line["rule"] for line in report["columns"]}
    assert "Head" not in str(facts_held())
    assert "riding" not in str(values_waiting())


def test_an_import_is_undone_as_if_it_had_not_been(cell: Cell, first, tmp_path):
    """Who only came with it is erased, of others what it said goes, and they may come again."""
    both = written(
        tmp_path, "b.csv", HEADER, ("17", "Anna Nová", "anna@firma.example", "Head", "chess"),
        ("20", "Dora Jiná", "dora@firma.example", "Clerk", "chess"),
    )  # fmt: skip
    number = report_of(cell, both)["import"]
    dora = person_named("Dora Jiná")
    undone = undo_import(number, OVERSIGHT, by=cell.staff("dpo-cz"), now=datetime.now(UTC))
    assert (undone.erased, undone.kept, undone.refusals) == (1, 1, ())
    assert sorted(v for _, c, v, _ in facts_held() if c == "T01") == ["Anna Nová", "Bert Alt"]
    assert "Head" not in str(facts_held())
    assert {v for _, _, v in values_waiting()} == {"17", "18", "golf"}
    assert keys.store().find(query_tokens(keys.store().cell_key(KeyKind.INDEX), "dora"), 5) == []
    assert not keys.store().has(KeyKind.FACTS, dora)
    assert not Suppression.objects.exists()
    assert people(report_of(cell, both)) == {"new": 1, "known": 1}


def test_half_an_import_is_undone_and_leaves_no_token_behind(cell: Cell, tmp_path, monkeypatch):
    """Search tokens go ahead of their people; where the people never come, neither do the tokens stay."""
    path = written(tmp_path, "x.csv", HEADER, ANNA, BERT)
    with monkeypatch.context() as cut:
        cut.setattr(deeds, "take_in", lambda *_, **__: (_ for _ in ()).throw(LedgerUnavailable("no")))
        with pytest.raises(LedgerUnavailable):
            imported(cell, path)
    index = keys.store().cell_key(KeyKind.INDEX)
    assert len(keys.store().find(query_tokens(index, "anna"), 5)) == 1
    undone = undo_import(Import.objects.get().pk, OVERSIGHT, by=cell.staff("dpo-cz"), now=datetime.now(UTC))
    assert (undone.erased, undone.kept) == (0, 0)
    assert keys.store().find(query_tokens(index, "anna"), 5) == []
    assert people(report_of(cell, path)) == {"new": 2}


def test_undoing_is_for_the_officer(cell: Cell, first):
    """Whoever brought a file does not make people disappear; the attempt is on record."""
    number = Import.objects.get().pk
    undone = undo_import(number, "customer-relationship", by=cell.staff("seller-cz"), now=datetime.now(UTC))
    assert {refusal.rule for refusal in undone.refusals} == {"role_may"}
    assert Import.objects.get().state == "done"
    assert Person.objects.count() == 2


def test_half_an_import_goes_on_where_it_stood(cell: Cell, tmp_path, monkeypatch):
    """A ledger that fails in the middle leaves whole batches; the same command ends the import."""
    monkeypatch.setattr("aboveboard.apps.intake.run.BATCH", 10)
    monkeypatch.setattr("aboveboard.apps.intake.run.STEPS_AT_ONCE", 2)
    rows = [(str(n), f"Person{n} Test{n}", f"p{n}@firma.example", "Clerk", "golf") for n in range(35)]
    path = written(tmp_path, "many.csv", HEADER, *rows)
    real, calls = deeds.take_in, []

    def failing(*arguments, **named):
        calls.append(1)
        if len(calls) == 3:
            raise LedgerUnavailable("no")
        return real(*arguments, **named)

    monkeypatch.setattr(deeds, "take_in", failing)
    with pytest.raises(LedgerUnavailable):
        imported(cell, path)
    assert (Person.objects.count(), Import.objects.get().state) == (20, "running")
    with pytest.raises(Conflict, match="half done"):
        imported(cell, written(tmp_path, "other.csv", HEADER, ANNA))
    report = imported(cell, path).report
    assert report["people"]["new"] == 35
    assert report["cells"]["in"] == 175
    assert len({v for _, c, v, _ in facts_held() if c == "T01"}) == Person.objects.count() == 35
    assert len(values_waiting()) == 70


def test_keys_of_a_batch_that_was_cut_short_are_not_left_behind(cell: Cell, first, tmp_path, monkeypatch):
    """Keys are made before rows; the batch done again makes the same persons, so no key and no token is nobody's."""
    path = written(tmp_path, "x.csv", HEADER, ("30", "Eva Malá", "eva@firma.example", "Clerk", "golf"))
    real = deeds.vault.rows.insert

    def cut_short(table, *rest):
        if table == "vault_person":
            raise LedgerUnavailable("no")
        return real(table, *rest)

    monkeypatch.setattr(deeds.vault.rows, "insert", cut_short)
    with pytest.raises(LedgerUnavailable):
        imported(cell, path)
    monkeypatch.undo()
    imported(cell, path)
    owners = set(keys.store().owners(KeyKind.FACTS))
    assert owners == {bytes(person.id) for person in Person.objects.all()}
    index = keys.store().cell_key(KeyKind.INDEX)
    assert keys.store().find(query_tokens(index, "malá"), 5) == [person_named("Eva Malá")]


def test_a_lost_cell_stops_the_import_before_it_is_committed(cell: Cell, tmp_path, monkeypatch):
    """Cells in = kept + waiting + not kept + not read; if it does not add up, nothing is stored."""
    path = written(tmp_path, "x.csv", HEADER, ANNA)
    monkeypatch.setattr("aboveboard.apps.intake.batch.count", lambda *_: None)
    with pytest.raises(CellsLost):
        imported(cell, path)
    assert not Person.objects.exists()
    assert not Pending.objects.exists()


def test_the_tally_survives_as_json():
    """What is kept of an import that was cut short is what it goes on with."""
    tally = Tally(rows=3, seen=9, empty=1)
    tally.people["new"] = 2
    tally.locks["2026-12-22"] = 2
    assert Tally.read(tally.kept()) == tally
    assert Tally.read({}) == Tally()


def test_two_processes_cannot_go_on_with_one_import(cell: Cell, tmp_path, monkeypatch):
    """Whoever finds that somebody else has gone on stops, and its batch is undone."""
    from aboveboard.apps.intake import writing

    path = written(tmp_path, "x.csv", HEADER, ANNA)
    real = writing.Writing.finish

    def overtaken(self, position):
        Import.objects.filter(pk=self.of.pk).update(position=position)
        real(self, position)

    monkeypatch.setattr(writing.Writing, "finish", overtaken)
    with pytest.raises(Conflict, match="Another process"):
        imported(cell, path)
    assert not Person.objects.exists()
