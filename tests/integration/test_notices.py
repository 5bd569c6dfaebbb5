"""Notices owed: counted by the day on which data lock, written out by looks in the log, marked as given."""

import csv
from datetime import UTC, datetime, timedelta

import pytest

from aboveboard.apps.intake.models import NoticeGiven
from aboveboard.apps.intake.notices import export_owed, mark_given, owed, people_owed
from aboveboard.apps.ledger.actions import open_pending
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.vault.models import Person
from aboveboard.core.entries import EntryKind
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.policy.deadlines import term_end
from aboveboard.core.terms import CountryCode, PurposeId
from tests.support.cell import Cell
from tests.support.imports import imported, person_named, written

CARE = PurposeId("customer-relationship")
HEADER = ("Name", "Work Email", "Work Address", "Language")
ROWS = (("Anna Nová", "anna@firma.example", "Main 1", "cs"), ("Bert Alt", "bert@firma.example", "", ""))


@pytest.fixture
def told_nobody(cell: Cell, tmp_path):
    """Two customers who have not been told yet; the number of their import."""
    return imported(cell, written(tmp_path, "x.csv", HEADER, *ROWS)).report["import"]


def now():
    """The moment of the test."""
    return datetime.now(UTC)


def test_who_is_owed_a_notice_is_counted_by_the_last_open_day(cell: Cell, told_nobody):
    """Art. 14(3)(a): the month ends by the legal calendar; afterwards the data are locked."""
    last = term_end(now().date(), months=1, country=CountryCode("CZ"))
    assert [(one.open_until, one.people, one.locked) for one in owed(now())] == [(last, 2, False)]
    assert [one.locked for one in owed(now() + timedelta(days=40))] == [True]
    assert len(people_owed(told_nobody)) == 2
    assert people_owed(told_nobody + 1) == ()


def test_a_notice_given_is_kept_with_its_version_and_an_entry(cell: Cell, told_nobody):
    """The person's log says that they were informed; which version they got can be shown."""
    anna = person_named("Anna Nová")
    day = now().date()
    marked = mark_given([anna], "2026-2", day, CARE, by=cell.staff("seller-cz"), now=now())
    assert (marked.people, marked.refusals) == (1, ())
    assert Person.objects.get(id=anna).notice == "informed"
    assert list(NoticeGiven.objects.values_list("person", "version", "given_on")) == [(anna, "2026-2", day)]
    entries = [open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.all()]
    assert [entry.subjects[0].subject for entry in entries if entry.operation == "inform"] == [anna]
    assert [one.people for one in owed(now())] == [1]


def test_a_notice_that_comes_late_opens_the_data_again(cell: Cell, told_nobody):
    """After the month a look is refused; once the person has been told, it is not."""
    anna = person_named("Anna Nová")
    Person.objects.filter(id=anna).update(obtained_on=now().date() - timedelta(days=60))
    refused = cell.look([anna]).decision
    assert {refusal.reason for refusal in refused.refusals} == {"month-passed"}
    mark_given([anna], "v1", now().date(), CARE, by=cell.staff("seller-cz"), now=now())
    assert cell.look([anna]).decision.verdict == "permit"


def test_a_notice_cannot_be_given_tomorrow_or_to_nobody(cell: Cell, told_nobody):
    """What is kept as done was done."""
    people = people_owed()
    staff = cell.staff("seller-cz")
    with pytest.raises(Invalid):
        mark_given(people, "v1", now().date() + timedelta(days=1), CARE, by=staff, now=now())
    with pytest.raises(Invalid):
        mark_given(people, "a version, with words", now().date(), CARE, by=staff, now=now())
    with pytest.raises(Conflict):
        mark_given((), "v1", now().date(), CARE, by=staff, now=now())


def test_whoever_has_no_part_in_the_purpose_marks_nobody(cell: Cell, told_nobody):
    """The operator of the machines informs nobody."""
    marked = mark_given(people_owed(), "v1", now().date(), CARE, by=cell.staff("operator-cz"), now=now())
    assert marked.people == 0
    assert {refusal.reason for refusal in marked.refusals} == {"operator"}
    assert not NoticeGiven.objects.exists()


def test_addresses_are_written_out_by_looks_that_stand_in_the_log(cell: Cell, told_nobody, tmp_path):
    """Each line that leaves was committed before; the file is new and for its owner alone."""
    out = tmp_path / "letters.csv"
    before = Pending.objects.count()
    written_out = export_owed(out, told_nobody, CARE, by=cell.staff("seller-cz"), now=now())
    assert written_out.people == 2
    lines = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))
    assert sorted(line[1:] for line in lines[1:]) == [
        ["Anna Nová", "anna@firma.example", "Main 1", "cs"], ["Bert Alt", "bert@firma.example", "", ""],
    ]  # fmt: skip
    assert out.stat().st_mode & 0o077 == 0
    rows = list(Pending.objects.all())
    assert len(rows) == before + 1
    assert EntryKind.LOOK in {open_pending(bytes(row.pk), bytes(row.sealed)).kind for row in rows}
    with pytest.raises(Conflict):
        export_owed(out, told_nobody, CARE, by=cell.staff("seller-cz"), now=now())
