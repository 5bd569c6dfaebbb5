"""Files nobody here wrote are read without a crash, without a broken letter, and without losing a value in silence."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from aboveboard.apps.intake.columns.classify import How
from aboveboard.apps.intake.columns.person import Assembler, PersonDraft, plan_of
from aboveboard.apps.intake.readers.open import open_source
from aboveboard.apps.intake.readers.source import Format, Reason, Source
from aboveboard.core.errors import Invalid
from tests.support.people_files import all_text, pairs, read, sample, vcard_samples
from tests.support.shared import shared

BROKEN_LETTERS = re.compile("[\ufffd\udc80]|[ÂÃÄÅĂĹ][\u0080-\u00bfˇ›™‚©§]")
"""Replacement characters, or two letters where UTF-8 was read as something else."""

# File, rows read, rows that cannot be, columns nobody knows.
ROWS: tuple[tuple[str, int, int, set[str]], ...] = (
    ("adventureworks-customers/AdventureWorks_Customers.csv", 18_148, 0, set()),
    ("atomic-crm-contacts/contacts.csv", 500, 0, set()),
    ("atomic-crm-contacts/contacts_export_template.csv", 2, 0, set()),
    ("google-shared-contacts/sample1.csv", 16, 0, set()),
    ("google-shared-contacts/sample2.csv", 100, 0, set()),
    ("cz-psp-2025/all_members.csv", 207, 0, {"identifiers"}),
    ("everypolitician-popolo/cz_deputies.source_data.csv", 2420, 0, set()),
    ("everypolitician-popolo/cz_deputies.term-7.csv", 211, 0, set()),
    ("everypolitician-popolo/cz_deputies.names.csv", 1143, 0, set()),
    ("febrl-duplicates/dataset1.csv", 1000, 0, set()),
    ("northwind/customers.csv", 67, 24, set()),
    ("northwind/suppliers.csv", 20, 9, set()),
    ("northwind/employees.csv", 9, 0, set()),
)
PEOPLE = (("cz-psp-2025/all_members.json", 207), ("everypolitician-popolo/cz_deputies.popolo.json", 892))
PEOPLE_AND_MORE = (*PEOPLE, ("everypolitician-popolo/sk_national_council.popolo.json", 523))


def unknown_columns(source: Source) -> set[str]:
    """The columns that will wait in quarantine."""
    return {column.column for column in plan_of(source).columns if column.how is How.NOT_FOUND}


@pytest.mark.parametrize(("name", "rows", "broken", "unknown"), ROWS)
def test_every_cell_of_a_file_of_rows_comes_out(name: str, rows: int, broken: int, unknown: set[str]) -> None:
    """Counted by another reading of the same file; broken rows are reported with all their cells."""
    source = open_source(sample(name))
    found, problems = read(source)
    assert (len(found), len(problems)) == (rows, broken)
    assert {problem.reason for problem in problems} <= {Reason.WRONG_WIDTH}
    assert unknown_columns(source) == unknown
    with sample(name).open(encoding="utf-8-sig", newline="") as file:
        plain = list(csv.reader(file, skipinitialspace=True))[1:]
    in_file = sum(1 for row in plain for cell in row if cell.strip())
    assert sum(len(pairs(source, row)) for row in found) + sum(problem.cells for problem in problems) == in_file
    assert {cell.strip() for row in plain if len(row) == len(source.properties) for cell in row} == {
        cell.strip() for row in found for cell in row.cells
    }


@pytest.mark.parametrize("name", [name for name, *_ in (*ROWS, *PEOPLE_AND_MORE)])
def test_no_letter_of_a_real_file_is_broken(name: str) -> None:
    """None of the signs of a wrong encoding."""
    text = all_text(open_source(sample(name)))
    assert BROKEN_LETTERS.findall(text) == []


def scalars(value: Any) -> list[str]:
    """Every scalar in a JSON value."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in scalars(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in scalars(inner)]
    return [] if value is None or value == "" else [str(value)]


@pytest.mark.parametrize(("name", "people"), PEOPLE_AND_MORE)
def test_every_word_of_a_person_in_json_comes_out(name: str, people: int) -> None:
    """Schemes and types in the name of the property, all else in the value; a membership gives one cell or two."""
    source = open_source(sample(name))
    found, problems = read(source)
    data = json.loads(sample(name).read_text("utf-8"))
    persons = data if isinstance(data, list) else data["persons"]
    assert (source.format, len(found), problems) == (Format.POPOLO, people, [])
    for row, person in zip(found, persons, strict=True):
        cells = pairs(source, row)
        text = "\n".join(f"{name} {value}" for name, value in cells)
        assert [word for word in scalars(person) if word not in text] == []
    if isinstance(data, dict):
        expected = sum(1 + bool(one.get("on_behalf_of_id")) for one in data["memberships"])
        joined = sum(1 for row in found for name, _ in pairs(source, row) if name.startswith("memberships;"))
        assert joined == expected


def words_of_card_file(path: Path) -> set[str]:
    """The words of all values, read naively: unfolded, neither quoted-printable nor base64."""
    text = re.sub(rb"\r?\n[ \t]", b"", path.read_bytes()).decode("utf-8", errors="ignore")
    words: set[str] = set()
    encoded = False
    for line in text.splitlines():
        head, colon, value = re.sub(r'"[^"]*"', "", line).partition(":")
        if encoded or not colon or re.match(r"(?i)(BEGIN|END|VERSION)$", head):
            encoded = encoded and line.endswith("=")
            continue
        encoded = "QUOTED-PRINTABLE" in head.upper() and line.endswith("=")
        if not re.search(r"(?i)QUOTED-PRINTABLE|ENCODING=B|;BASE64|X-ABLABEL", head):
            words.update(re.findall(r"\w+", re.sub(r"\\[nN,;:]", " ", value)))
    return words


def test_every_word_of_every_card_comes_out() -> None:
    """Read here once more and naively, from all sample files."""
    seen = 0
    for path in vcard_samples():
        words = words_of_card_file(path)
        out = set(re.findall(r"\w+", all_text(open_source(path))))
        assert words <= out, path.name
        seen += len(words)
    assert seen > 1500


def test_no_card_of_the_samples_is_broken_or_loses_a_value_in_silence() -> None:
    """All 38 files; in one a value ends within a character, which is reported beside its card."""
    cards, told = 0, []
    for path in vcard_samples():
        source = open_source(path)
        found, problems = read(source)
        cards += len(found)
        told += [(path.name, problem.reason, problem.cells) for problem in problems]
        assert source.counts is not None
        assert sum(source.counts) == sum(len(pairs(source, row)) for row in found)
        assert len(found) == len(re.findall(rb"(?im)^BEGIN:VCARD", path.read_bytes()))
        text = all_text(source)
        assert BROKEN_LETTERS.findall(text) == [], path.name
    assert cards >= 45
    assert told == [("John_Doe_ANDROID.vcf", Reason.UNDECODABLE, 1)]


def test_the_columns_of_the_story_are_known_for_what_they_are() -> None:
    """Children, income, marital status, birth date, home ownership."""
    source = open_source(sample("adventureworks-customers/AdventureWorks_Customers.csv"))
    found = {column.column: column.category for column in plan_of(source).columns}
    assert found == {
        "CustomerKey": "T13", "Prefix": "T01", "FirstName": "T01", "LastName": "T01", "BirthDate": "T17",
        "MaritalStatus": "T37", "Gender": "T19", "EmailAddress": "T04", "AnnualIncome": "T54", "TotalChildren": "T36",
        "EducationLevel": "T27", "Occupation": "T23", "HomeOwner": "T59",
    }  # fmt: skip


def test_every_filled_cell_of_a_real_row_reaches_its_draft() -> None:
    """Merged into the name, organisation, foreign id, or a value; counted for each column."""
    for name in ("adventureworks-customers/AdventureWorks_Customers.csv", "google-shared-contacts/sample1.csv"):
        source = open_source(sample(name))
        assembler = Assembler(plan_of(source))
        found, _ = read(source)
        drafts = [assembler.assemble(row) for row in found]
        assert all(isinstance(one, PersonDraft) for one in drafts)
        filled = sum(len(pairs(source, row)) for row in found)
        assert sum(one.cells for one in drafts if isinstance(one, PersonDraft)) == filled == sum(assembler.counts)
        assert assembler.empty == len(found) * len(source.properties) - filled


@pytest.mark.parametrize(
    "name",
    [
        "cz-psp-2025/current_groups.json",
        "google-shared-contacts/cloudtest2.com-contacts-export.xml",
        "atomic-crm-contacts/import-sample-invalid-sale.json",
        "us-congress-legislators/legislators-current.yaml",
        "us-congress-legislators/legislators-social-media.yaml",
        "us-congress-legislators/LICENSE",
        "vcards/ez-vcard/vcard-samples-license.txt",
        "febrl-duplicates/README.md",
    ],
)
def test_a_real_file_of_another_kind_is_refused_in_a_sentence(name: str) -> None:
    """Organisations, a feed, YAML, prose."""
    with pytest.raises(Invalid) as refused:
        open_source(sample(name))
    assert refused.value.sentence.endswith(".")


def test_a_card_in_json_and_one_in_xml_say_the_same_as_their_plain_form() -> None:
    """One person of the standards' own examples, three forms."""
    folder = shared("data/vcards") / "ez-vcard"
    found = []
    for name in ("rfc6350-example.vcf", "jcard-example.json", "rfc6351-example.xml"):
        source = open_source(folder / name)
        (row,), problems = read(source)
        assert problems == []
        found.append([name for name, _ in pairs(source, row) if not name.startswith("ADR")])
    assert found[0] == found[1] == found[2]
