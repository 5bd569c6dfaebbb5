"""A file comes in: every column has its fate before a value is stored, and every cell is accounted for."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from aboveboard.apps import keys
from aboveboard.apps.intake.models import Arrival, Import, Quarantined
from aboveboard.apps.intake.order import parse_notice, parse_relation
from aboveboard.apps.jobs.models import Job
from aboveboard.apps.keys.store import summary
from aboveboard.apps.ledger.actions import open_pending
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.vault.models import Fact, Outgoing, Person
from aboveboard.apps.vault.outgoing import links_of
from aboveboard.core.entries import EntryKind
from aboveboard.core.errors import Invalid
from aboveboard.core.policy.deadlines import term_end
from aboveboard.core.terms import NoticeState
from tests.support.cell import Cell
from tests.support.imports import (
    facts_held,
    fates,
    imported,
    line_of,
    person_named,
    rehearsed,
    report_of,
    values_waiting,
    written,
)

HEADER = ("First Name", "Last Name", "Work Email", "Company", "Job Title", "Children", "Diet", "Shoe size", "Notes")
ROWS = (
    ("Žofie", "Dvořáková", "zofie@firma.example", "Firma s.r.o.", "Buyer", "2", "vegan", "38", "met at the fair"),
    ("Jörg", "Groß", "joerg@betrieb.example", "Betrieb GmbH", "Einkäufer", "", "", "44", ""),
)


@pytest.fixture
def people(tmp_path):
    """Two customers with columns that may be kept, that wait, and that the law refuses."""
    return written(tmp_path, "people.csv", HEADER, *ROWS)


def test_each_column_comes_to_the_fate_the_rules_give_it(cell: Cell, people):
    """The purpose's own categories are kept, house defaults and unknown columns wait, what the law refuses goes."""
    report = report_of(cell, people)
    assert fates(report) == {
        "First Name": {"admitted": 2},
        "Last Name": {"admitted": 2},
        "Work Email": {"admitted": 2},
        "Company": {"admitted": 2},
        "Job Title": {"admitted": 2},
        "Children": {"quarantined": 1},
        "Diet": {"dropped": 1},
        "Shoe size": {"quarantined": 2},
        "Notes": {"quarantined": 1},
    }
    assert report["cells"] == {
        "in": 15, "admitted": 10, "quarantined": 4, "dropped": 1, "failed": 0, "empty": 3,
    }  # fmt: skip


def test_the_report_names_the_rule_its_source_and_its_article(cell: Cell, people):
    """Law, guidance or house default: whoever reads the report knows which."""
    report = report_of(cell, people)
    assert line_of(report, "Children", "quarantined")["rule_source"] == "house-default"
    diet = line_of(report, "Diet", "dropped")
    assert (diet["rule_source"], diet["article"], diet["category"]) == ("law", "Art. 9(1)", "T48")
    assert line_of(report, "Shoe size", "quarantined")["reason"] == "unknown-category"
    assert line_of(report, "Notes", "quarantined")["rule"] == "text_cleared"


def test_what_is_kept_and_what_waits_is_there_word_for_word(cell: Cell, people):
    """No mojibake, nothing lost: what may be held lies sealed, what may not lies apart or nowhere."""
    imported(cell, people)
    zofie = person_named("Žofie Dvořáková")
    assert {(c, v) for p, c, v, _ in facts_held() if p == zofie} == {
        ("T01", "Žofie Dvořáková"),
        ("T02", "zofie@firma.example"),
        ("T23", "Firma s.r.o."),
        ("T23", "Buyer"),
    }
    assert {(c, v) for p, c, v in values_waiting() if p == zofie} == {
        ("Children", "2"), ("Shoe size", "38"), ("Notes", "met at the fair"),
    }  # fmt: skip
    everything = str([facts_held(), values_waiting()])
    assert "vegan" not in everything


def test_a_batch_is_one_entry_that_names_everybody_in_it(cell: Cell, people):
    """Each person's log begins with the import that brought them."""
    imported(cell, people)
    entries = [open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.all()]
    assert [entry.kind for entry in entries] == [EntryKind.CREATED]
    assert {line.subject for line in entries[0].subjects} == {bytes(p.id) for p in Person.objects.all()}
    assert cell.drain() == 2


def test_a_rehearsal_writes_nothing_at_all(cell: Cell, people):
    """No row, no key, no entry, no file: only the report."""
    tables = (Import, Person, Fact, Quarantined, Arrival, Pending, Outgoing, Job)

    def state():
        return [table.objects.count() for table in tables], summary(keys.store())

    before = state()
    report = rehearsed(cell, people).report
    assert report is not None
    assert report["dry_run"]
    assert state() == before


def test_names_of_columns_stand_in_the_report_and_values_never(cell: Cell, people):
    """The report may be shown to whoever ordered the import."""
    told = str(report_of(cell, people))
    assert all(name in told for name in HEADER)
    assert not any(value in told for row in ROWS for value in row if len(value) > 3)


def test_the_organisation_goes_to_the_commercial_store_with_an_opaque_id(cell: Cell, people):
    """The firm's name is commercial; who works there is told by id, in a job that holds ids only."""
    imported(cell, people)
    job = Job.objects.get(kind="crm.contact")
    links = links_of(bytes.fromhex(job.body["outgoing"]))
    assert {(link.person, link.organisation) for link in links} == {
        (person_named("Žofie Dvořáková"), "Firma s.r.o."),
        (person_named("Jörg Groß"), "Betrieb GmbH"),
    }
    assert b"Firma" not in bytes(Outgoing.objects.get().sealed)


def test_the_forecast_says_when_data_lock_for_want_of_notice(cell: Cell, people):
    """Art. 14(3)(a): a month from the day the data were obtained, by the legal calendar."""
    report = report_of(cell, people)
    last = term_end(datetime.now(UTC).date(), months=1, country="CZ")
    assert report["locks"] == [{"open_until": last.isoformat(), "people": 2}]


def test_people_who_were_told_before_lock_never(cell: Cell, people):
    """The version and the day of the notice are said with the import."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    report = report_of(cell, people, notice=f"informed:2026-1@{yesterday}")
    assert report["locks"] == []
    assert set(Person.objects.values_list("notice", "informed_on")) == {("informed", yesterday)}


def test_people_who_gave_the_data_themselves_were_told_then_or_are_not_taken_in(cell: Cell, people):
    """Art. 13: no month runs, and of the exemptions only the one that they know it all already."""
    for notice in ("send", "exempt:14-5-b"):
        refused = rehearsed(cell, people, notice=notice, collected_directly=True)
        assert {(one.rule, one.article) for one in refused.refusals} <= {
            ("notice_given", "Art. 13(1)"), ("notice_given", "Art. 13(4)"),
        }  # fmt: skip
        assert refused.report is None
    report = report_of(cell, people, notice="informed:v1@2026-01-05", collected_directly=True)
    assert report["people"]["new"] == 2
    assert set(Person.objects.values_list("collected_directly", flat=True)) == {True}


def test_a_known_person_who_gives_data_themselves_is_known_to_have_done_so(cell: Cell, people, tmp_path):
    """The second file says so; the same words without it are another order, which changes nothing."""
    report_of(cell, people, notice="informed:v1@2026-01-05")
    assert set(Person.objects.values_list("collected_directly", flat=True)) == {False}
    again = imported(cell, people, notice="informed:v1@2026-01-05", collected_directly=True)
    assert not again.again
    changed = written(tmp_path, "more.csv", ("Name", "Work Email", "Job Title"),
                      ("Žofie Dvořáková", "zofie@firma.example", "Head of buying"))  # fmt: skip
    report_of(cell, changed, notice="informed:v1@2026-01-05", collected_directly=True)
    zofie = person_named("Žofie Dvořáková")
    assert Person.objects.get(id=zofie).collected_directly


def test_a_seller_of_another_unit_imports_nothing_and_the_refusal_is_on_record(cell: Cell, people):
    """Only the controller's own staff record; the attempt stands in the log."""
    answer = imported(cell, people, by="seller-de")
    assert answer.report is None
    assert "reads-only" in {refusal.reason for refusal in answer.refusals}
    entry = open_pending(bytes(Pending.objects.get().pk), bytes(Pending.objects.get().sealed))
    assert (entry.verdict, entry.entity) == ("refuse", "de")
    assert not Person.objects.exists()


def test_a_purpose_for_other_people_takes_nobody_in(cell: Cell, people):
    """Suppliers are not managed as customers."""
    answer = imported(cell, people, purpose="supplier-management")
    assert answer.report is None
    assert "capacity-not-served" in {refusal.reason for refusal in answer.refusals}


def test_a_column_can_say_in_what_capacity_people_are_known(cell: Cell, tmp_path):
    """What no word says counts as official, the strictest; for those the purpose is not meant, and they stay out."""
    path = written(
        tmp_path, "mixed.csv", ("Name", "Work Email", "Type"),
        ("Anna Nová", "anna@firma.example", "Zákazník"), ("Bert Alt", "bert@firma.example", "Kunde"),
        ("Cyril Malý", "cyril@firma.example", "nobody knows"),
    )  # fmt: skip
    report = report_of(cell, path, relation="column:type")
    assert report["people"]["new"] == 2
    assert report["people"]["refused"] == 1
    assert (report["capacities"], report["relation_unsaid"]) == ({"customer": 2}, 1)
    assert set(Person.objects.values_list("capacities", flat=True)) == {f"customer:{datetime.now(UTC).date()}:"}


def test_broken_rows_stand_in_a_file_by_number_and_reason(cell: Cell, tmp_path):
    """Whoever mends the export finds the rows; nothing of them is repeated."""
    path = tmp_path / "broken.csv"
    path.write_text("Name,Work Email\nAnna Nová,anna@firma.example\nSecret,too,many,cells\n,nobody@firma.example\n")
    report = dict(imported(cell, path).report or {})
    assert report["rows"] == 3
    assert {line["reason"]: line["cells"] for line in report["broken"]} == {
        "wrong_number_of_cells": 4, "no_name": 1,
    }  # fmt: skip
    told = Path(report["broken_file"]).read_text(encoding="utf-8")
    assert [line.split(",")[:2] for line in told.splitlines()[1:]] == [
        ["3", "wrong_number_of_cells"], ["4", "no_name"],
    ]  # fmt: skip
    assert "Secret" not in told
    assert "nobody@" not in told


def test_the_parts_of_an_address_become_one_fact(cell: Cell, tmp_path):
    """A postal address is read as one, and its parts are counted each."""
    header = ("companyName", "contactName", "contactTitle", "address", "city", "postalCode", "country")
    path = written(
        tmp_path, "a.csv", header, ("Firm", "Maria Anders", "Buyer", "Obere Str. 57", "Berlin", "12209", "DE")
    )
    report = report_of(cell, path)
    assert ("T06", "Obere Str. 57, 12209, Berlin, DE") in {(c, v) for _, c, v, _ in facts_held()}
    assert report["cells"]["admitted"] == 7


def test_objections_in_a_file_are_counted_and_never_read_as_consent(cell: Cell, tmp_path):
    """Somebody who wants no e-mail does not thereby want calls."""
    header = ("LastName", "FirstName", "HasOptedOutOfEmail", "OwnerId", "SystemModstamp")
    path = written(tmp_path, "sf.csv", header, ("Nová", "Anna", "1", "x", "y"), ("Alt", "Bert", "0", "x", "y"))
    report = report_of(cell, path)
    assert report["objections"] == 1
    assert "HasOptedOutOfEmail" not in {c for c, of in fates(report).items() if "admitted" in of}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"entity": "de"}, "another controller"),
        ({"source": "  "}, "where the data come from"),
        ({"relation": "column:Nowhere"}, "no column"),
    ],
)
def test_an_order_that_does_not_fit_is_answered_in_a_sentence(cell: Cell, people, said, sentence):
    """Nothing was changed, and it says what to do."""
    with pytest.raises(Invalid, match=sentence):
        imported(cell, people, **said)
    assert not Import.objects.exists()


def test_a_file_without_names_takes_nobody_in(cell: Cell, tmp_path):
    """A list of addresses alone is not a list of people."""
    with pytest.raises(Invalid, match="hold names"):
        imported(cell, written(tmp_path, "x.csv", ("Work Email", "Phone"), ("a@b.example", "1")))


def test_the_notice_and_the_relation_are_read_strictly():
    """What is said about a whole file decides about everybody in it."""
    today = date(2026, 11, 23)
    assert parse_notice("informed:2026-1@2026-11-23", today).on == today
    assert parse_notice("send", today).state is NoticeState.OWED
    assert parse_notice("exempt:14-5-b", today).exemption == "14-5-b"
    for wrong in (
        "informed",
        "informed:v@2026-11-24",
        "informed:@2026-11-01",
        "exempt:14-5-x",
        "sent",
        "informed:v@soon",
    ):
        with pytest.raises(Invalid):
            parse_notice(wrong, today)
    for wrong in ("friend", "column:", "Customer"):
        with pytest.raises(Invalid):
            parse_relation(wrong)
