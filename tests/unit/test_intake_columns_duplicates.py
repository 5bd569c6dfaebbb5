"""Who stands in a file twice is found by keyed hashes of what people share, within bounded memory."""

from pathlib import Path

import pytest

from aboveboard.apps.intake.columns.duplicates import DuplicateFinder, KeyTable, Likeness, day_of, skeleton
from aboveboard.apps.intake.columns.person import Assembler, PersonDraft, plan_of
from aboveboard.apps.intake.readers.open import open_source
from aboveboard.apps.intake.readers.source import Source
from tests.support.people_files import read, sample, written

SECRET = bytes(range(32))


def people(source: Source) -> tuple[Assembler, list[PersonDraft]]:
    """Everyone in a source."""
    assembler = Assembler(plan_of(source))
    found = [assembler.assemble(row) for row in read(source)[0]]
    return assembler, [one for one in found if isinstance(one, PersonDraft)]


def likenesses(source: Source, secret: bytes = SECRET) -> list[Likeness]:
    """Every pair found."""
    assembler, drafts = people(source)
    finder = DuplicateFinder(assembler.plan, secret)
    return [likeness for one in drafts for likeness in finder.see(one)]


def test_the_doubles_of_a_made_set_are_found_without_its_answer_or_a_national_number() -> None:
    """1,000 rows, 500 of them doubles with slips of the pen: measured 95.8 % found, and nobody wrongly."""
    source = open_source(sample("febrl-duplicates/dataset1.csv"))
    _, drafts = people(source)
    record = {one.number: one.external_id.split("-")[1] for one in drafts}
    found = {(likeness.earlier, likeness.number) for likeness in likenesses(source)}
    right = {pair for pair in found if record[pair[0]] == record[pair[1]]}
    assert len(right) / 500 >= 0.95
    assert len(right) / len(found) >= 0.99


def test_a_register_with_people_in_several_terms_shows_them_as_one() -> None:
    """2,420 rows of deputies by term; the register's own id tells who is who."""
    source = open_source(sample("everypolitician-popolo/cz_deputies.source_data.csv"))
    _, drafts = people(source)
    record = {one.number: one.external_id for one in drafts}
    found = likenesses(source)
    right = sum(1 for likeness in found if record[likeness.number] == record[likeness.earlier])
    assert right >= 0.99 * (len(drafts) - len(set(record.values())))
    assert right >= 0.99 * len(found)


def test_people_who_share_little_are_not_reported() -> None:
    """18,148 customers, no two of them known to be one; a shared name alone is no sign."""
    assert len(likenesses(open_source(sample("adventureworks-customers/AdventureWorks_Customers.csv")))) < 30


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("Holder,Office,1980-02-03,,,", "Hollder,Offize,3.2.1980,,,", ()),
        ("Holder,Office,1980-02-03,,,", "Holdar,Offfice,03/02/1980,,,", ("birth date and names",)),
        ("A,Office,,A@example.org,,", "B,Other,,a@EXAMPLE.org,,", ("e-mail",)),
        ("A,Office,,,+420 603 123 456,", "B,Office,,,603123456,", ("phone and family name",)),
        ("Holder,Office,,,,110 00", "Office,Holder,,,,11000", ("names and postcode",)),
        ("Holder,Office,,,,", "Holder,Office,,,,", ()),
    ],
)
def test_two_rows_are_alike_by_what_seldom_agrees_by_chance(
    tmp_path: Path, first: str, second: str, shared: tuple[str, ...]
) -> None:
    """Slips, other ways of writing, exchanged names."""
    header = "First Name,Last Name,Birth Date,Email,Phone,Postcode"
    found = likenesses(written(tmp_path, f"{header}\n{first}\n{second}\n"))
    assert found == ([Likeness(3, 2, shared)] if shared else [])


def test_a_likeness_holds_row_numbers_and_words_but_no_value(tmp_path: Path) -> None:
    """It goes into a report."""
    row = "MARKED,MARKED,1980-02-03,MARKED@example.org,123456789,11000\n"
    found = likenesses(written(tmp_path, "First Name,Last Name,Birth Date,Email,Phone,Postcode\n" + row * 2))
    assert len(found[0].shared) == 5
    assert "marked" not in repr(found).lower()


def test_what_is_remembered_depends_on_the_secret() -> None:
    """Two tables of one file cannot be compared."""
    source = open_source(sample("febrl-duplicates/dataset1.csv"))
    assembler, drafts = people(source)
    finders = [DuplicateFinder(assembler.plan, secret) for secret in (SECRET, bytes(32))]
    for finder in finders:
        for one in drafts:
            finder.see(one)
    first, second = (set(finder._seen._keys) - {0} for finder in finders)
    assert len(first) > 1000
    assert not first & second


def test_past_its_capacity_a_table_remembers_no_more_and_says_so() -> None:
    """Memory stays bounded; what is known stays known."""
    table = KeyTable(8192)
    for key in range(1, 10_001):
        table.first(key << 20 | key, key)
    assert table.forgotten == 10_000 - int(8192 * 0.8)
    assert table.first(1 << 20 | 1, 77) == 1
    assert len(table._keys) == 8192


def test_names_and_dates_are_compared_in_forms_that_forgive() -> None:
    """Vowels, doubled letters, accents; the order of day and month."""
    assert skeleton("Žluťoučký") == skeleton("zlutucky")
    assert skeleton("") == ""
    assert day_of("19800203") == day_of("3. 2. 1980") == day_of("2/3/1980 00:00:00")
    assert day_of("1980") == day_of("--0203") == ""
