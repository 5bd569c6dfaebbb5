"""Files nobody here wrote: exact counts, nothing lost without a word, no character damaged."""

import re
from pathlib import Path
from typing import Any

import pytest

from aboveboard.apps.intake.columns.person import Assembler, plan_of
from aboveboard.apps.intake.readers.open import open_source
from aboveboard.apps.intake.readers.source import Row, RowProblem
from aboveboard.apps.vault.models import Person
from aboveboard.core.errors import Invalid
from tests.support.cell import Cell
from tests.support.imports import facts_held, fates, line_of, report_of, values_waiting
from tests.support.shared import shared

OFFICIALS = {"relation": "official", "purpose": "public-affairs"}
PARTNERS = {"relation": "partner", "purpose": "supplier-management"}
MISREAD = re.compile("[ÃÅÄ][\u0080-\u00bf]")
"""What UTF-8 looks like that was read as something else."""
REFUSED_IN_THE_STORY = ("AnnualIncome", "TotalChildren", "MaritalStatus", "BirthDate", "HomeOwner")


def nothing_is_lost(path: Path, report: dict[str, Any]) -> None:
    """Every cell of every readable row is held, waits, or stands in a column that was not kept."""
    source = open_source(path)
    plan, kept = plan_of(source), {value for _, _, value, _ in facts_held()}
    joined = "\n".join(kept)
    waiting = {value for _, _, value in values_waiting()}
    dropped = {line["column"] for line in report["columns"] if line["fate"] == "dropped" and line["values"]}
    assembler, checked = Assembler(plan), 0
    for row in source.rows():
        draft = None if isinstance(row, RowProblem) else assembler.assemble(row)
        if not isinstance(row, Row) or draft is None or isinstance(draft, RowProblem):
            continue
        for at, value in [*draft.values, *((at, "") for at in draft.name_columns)]:
            if plan.columns[at].column not in dropped and value:
                assert value in kept or value in waiting or value in joined
                checked += 1
        assert draft.name in kept or report["people"]["refused"]
    assert checked or report["people"]["refused"]


def nothing_is_damaged() -> None:
    """No mark stands for a character that could not be read."""
    everything = [value for _, _, value, _ in facts_held()] + [value for _, _, value in values_waiting()]
    assert everything
    assert not any("\ufffd" in value or "\udc80" in value or MISREAD.search(value) for value in everything)


@pytest.mark.slow
def test_income_and_children_of_eighteen_thousand_customers_do_not_get_in(cell: Cell):
    """AdventureWorks is the story's own file: what a salesman was told to collect waits apart, name by rule."""
    report = report_of(cell, shared("data/adventureworks-customers/AdventureWorks_Customers.csv"))
    assert report["rows"] == report["people"]["new"] == Person.objects.count() == 18_148
    assert report["cells"] == {
        "in": 235_794, "admitted": 90_610, "quarantined": 145_184, "dropped": 0, "failed": 0, "empty": 130,
    }  # fmt: skip
    for column in REFUSED_IN_THE_STORY:
        line = line_of(report, column, "quarantined")
        assert (line["values"], line["rule"], line["rule_source"]) == (18_148, "category_allowed", "house-default")
    assert fates(report)["FirstName"] == fates(report)["Occupation"] == {"admitted": 18_148}
    assert report["locks"][0]["people"] == 18_148
    held = facts_held()
    assert {category for _, category, _, _ in held} == {"T01", "T19", "T23"}
    assert len(held) == 54_444
    assert len(values_waiting()) == 145_184
    nothing_is_damaged()


def test_the_czech_deputies_are_officials_with_their_party_from_the_official_source(cell: Cell):
    """The group of a deputy is kept for its public source, the birth date waits, who left long ago stays out."""
    path = shared("data/cz-psp-2025/all_members.json")
    report = report_of(cell, path, **OFFICIALS)
    assert (report["rows"], report["people"]["new"], report["people"]["refused"]) == (207, 203, 4)
    assert fates(report)["memberships.groups"] == {"admitted": 203, "dropped": 4}
    assert fates(report)["birth_date"] == {"quarantined": 203, "dropped": 4}
    assert fates(report)["image"] == {"admitted": 200, "dropped": 7}
    left = line_of(report, "name", "dropped")
    assert (left["rule"], left["article"], left["rule_source"]) == ("retention_runs", "Art. 5(1)(e)", "law")
    parties = [evidence for _, category, _, evidence in facts_held() if category == "T68"]
    assert len(parties) == 406
    assert all(evidence.startswith("https://www.psp.cz/") for evidence in parties)
    assert "Adam Vojtěch" in {value for _, _, value, _ in facts_held()}
    in_office = Person.objects.filter(capacities__endswith=":").count()
    assert (in_office, Person.objects.exclude(capacities__endswith=":").count()) == (200, 3)
    nothing_is_damaged()


def test_the_same_deputies_as_a_table_are_the_same_people(cell: Cell):
    """The chamber's list comes as JSON and as CSV; whoever takes in both has nobody twice."""
    report_of(cell, shared("data/cz-psp-2025/all_members.json"), **OFFICIALS)
    before = Person.objects.count()
    report = report_of(cell, shared("data/cz-psp-2025/all_members.csv"), **OFFICIALS)
    assert report["rows"] == 207
    assert report["people"]["known"] >= 200
    assert Person.objects.count() - before == report["people"]["new"]


@pytest.mark.parametrize(
    ("name", "rows", "new", "cells"),
    [
        ("cz_deputies", 892, 200, 21_311),
        ("sk_national_council", 523, 144, 10_921),
    ],
)
def test_who_left_office_years_ago_is_not_taken_in(cell: Cell, name, rows, new, cells):
    """A register of all terms since 1992 brings in those who may still be kept; no party without an official source."""
    report = report_of(cell, shared(f"data/everypolitician-popolo/{name}.popolo.json"), **OFFICIALS)
    assert (report["rows"], report["people"]["new"], report["cells"]["in"]) == (rows, new, cells)
    assert report["people"]["refused"] == rows - new
    assert fates(report)["memberships;party"].keys() == {"dropped"}
    assert "T68" not in {category for _, category, _, _ in facts_held()}
    if name == "sk_national_council":
        assert fates(report)["national_identity"] == {"dropped": 522}
    nothing_is_damaged()


@pytest.mark.parametrize(
    ("name", "rows", "cells"),
    [
        ("sample1.csv", 16, {"in": 496, "admitted": 160, "quarantined": 208, "dropped": 128}),
        ("sample2.csv", 100, {"in": 3_086, "admitted": 986, "quarantined": 1_300, "dropped": 800}),
    ],
)
def test_shared_contacts_of_a_domain_come_in_by_column(cell: Cell, name, rows, cells):
    """129 columns, most of them empty, notes with line breaks, private addresses among the official ones."""
    path = shared(f"data/google-shared-contacts/{name}")
    report = report_of(cell, path)
    assert (report["rows"], report["people"]["new"]) == (rows, rows)
    assert {key: report["cells"][key] for key in cells} == cells
    assert report["cells"]["failed"] == 0
    nothing_is_lost(path, report)
    nothing_is_damaged()


def test_contacts_of_another_program_come_in_by_column(cell: Cell):
    """Background texts wait for a reader, tags and states wait, three kinds of telephone are told apart."""
    path = shared("data/atomic-crm-contacts/contacts.csv")
    report = report_of(cell, path)
    assert (report["rows"], report["people"]["new"]) == (500, 500)
    assert report["cells"] == {
        "in": 9_573, "admitted": 4_274, "quarantined": 3_299, "dropped": 2_000, "failed": 0, "empty": 2_427,
    }  # fmt: skip
    assert line_of(report, "background", "quarantined")["rule"] == "text_cleared"
    assert fates(report)["phone_work"].keys() == {"admitted"}
    assert fates(report)["phone_home"].keys() == {"quarantined"}
    nothing_is_lost(path, report)


def test_customers_of_a_firm_that_writes_null_come_in(cell: Cell):
    """Rows whose commas nobody quoted are reported with their cells; the word NULL is no value."""
    path = shared("data/northwind/customers.csv")
    report = report_of(cell, path)
    assert (report["rows"], report["people"]["new"]) == (91, 67)
    assert report["cells"] == {
        "in": 964, "admitted": 609, "quarantined": 67, "dropped": 0, "failed": 288, "empty": 61,
    }  # fmt: skip
    assert [(line["reason"], line["rows"]) for line in report["broken"]] == [("wrong_number_of_cells", 24)]
    assert "NULL" not in {value for _, _, value, _ in facts_held()}
    nothing_is_lost(path, report)


def test_doubles_in_a_file_are_reported_by_row_and_left_to_people(cell: Cell):
    """Febrl hides 500 doubles among 1,000 rows; national numbers are dropped and never used to find them."""
    path = shared("data/febrl-duplicates/dataset1.csv")
    report = report_of(cell, path)
    assert (report["rows"], report["people"]["new"]) == (1_000, 1_000)
    number = line_of(report, "soc_sec_id", "dropped")
    assert (number["category"], number["rule"], number["rule_source"]) == ("T15", "national_id_authorised", "law")
    records = [line.split(",")[0] for line in path.read_text().splitlines()]
    true = {tuple(sorted(pair[:2])) for pair in report["duplicates"]["shown"] if _same(records, *pair[:2])}
    assert report["duplicates"]["pairs"] == len(report["duplicates"]["shown"])
    assert len(true) >= 450
    assert len(report["duplicates"]["shown"]) - len(true) <= 30
    nothing_is_lost(path, report)


def _same(records: list[str], one: int, other: int) -> bool:
    return records[one - 1].split("-")[1] == records[other - 1].split("-")[1]


def test_every_card_file_is_read_or_refused_in_a_sentence(cell: Cell):
    """Cards of twenty programs, folded, encoded and broken: no crash, every value with a word."""
    folder = shared("data/vcards")
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in {".vcf", ".json", ".xml"}]
    assert len(files) == 39
    rows, nameless = 0, []
    for path in files:
        try:
            report = report_of(cell, path, **PARTNERS, source=path.name)
        except Invalid:
            nameless.append(path.name)
            continue
        rows += report["rows"]
        assert report["rows"] == sum(report["people"][how] for how in ("new", "known", "unchanged")) + sum(
            line["rows"] for line in report["broken"] if line["reason"] == "no_name"
        )
        nothing_is_lost(path, report)
    assert nameless == ["vcard4.vcf", "vcard7.vcf"]
    assert rows == 49
    nothing_is_damaged()
