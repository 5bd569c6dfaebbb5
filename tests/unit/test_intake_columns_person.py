"""A row becomes one person with one name; every other cell that holds something stays a value of its own."""

from pathlib import Path

from aboveboard.apps.intake.columns.person import Assembler, PersonDraft, plan_of
from aboveboard.apps.intake.readers.source import Reason, Row, RowProblem, Source
from tests.support.people_files import read, written


def drafts(source: Source) -> tuple[Assembler, list[PersonDraft | RowProblem | None]]:
    """Everyone in a source, and who assembled them."""
    assembler = Assembler(plan_of(source))
    return assembler, [assembler.assemble(row) for row in read(source)[0]]


def draft(folder: Path, content: str) -> tuple[Assembler, PersonDraft]:
    """The only person of a file."""
    assembler, (only,) = drafts(written(folder, content))
    assert isinstance(only, PersonDraft)
    return assembler, only


def test_the_parts_of_a_name_become_one_value(tmp_path: Path) -> None:
    """Prefix, given, middle, family, suffix; given and family name apart for search."""
    _, person = draft(tmp_path, "Suffix,Last Name,Middle Name,First Name,Prefix\nMBA,Of Office,Very,Holder,Dr.\n")
    assert (person.name, person.given, person.family) == ("Dr. Holder Very Of Office, MBA", "Holder", "Of Office")
    assert sorted(person.name_columns) == [0, 1, 2, 3, 4]
    assert person.values == []


def test_a_full_name_that_says_what_its_parts_say_is_taken(tmp_path: Path) -> None:
    """In its own order."""
    _, person = draft(tmp_path, 'Full Name,First Name,Last Name\n"Office, Holder",Holder,Office\n')
    assert person.name == "Office, Holder"
    assert person.values == []


def test_a_full_name_that_says_less_gives_way_to_the_parts(tmp_path: Path) -> None:
    """Nothing of it is lost."""
    _, person = draft(tmp_path, "Full Name,First Name,Last Name,Prefix\nHolder Office,Holder,Office,Dr.\n")
    assert person.name == "Dr. Holder Office"
    assert person.values == []


def test_a_full_name_that_says_something_else_stays_a_value(tmp_path: Path) -> None:
    """Two names, neither lost."""
    _, person = draft(tmp_path, "Full Name,First Name,Last Name\nSomeone Else,Holder,Office\n")
    assert person.name == "Holder Office"
    assert person.values == [(0, "Someone Else")]


def test_organisation_and_foreign_id_stand_apart(tmp_path: Path) -> None:
    """The organisation is commercial data; only the link to it is about the person."""
    assembler, person = draft(tmp_path, "ID,Full Name,Company,Job Title,Children\n17,Holder Office,Town Hall,Mayor,2\n")
    assert (person.organisation, person.external_id) == ("Town Hall", "17")
    assert assembler.plan.by_category(person) == {"T23": [("Job Title", "Mayor")], "T36": [("Children", "2")]}


def test_several_values_of_one_kind_stay_several(tmp_path: Path) -> None:
    """Two e-mail addresses, two organisations, two full names."""
    card = "BEGIN:VCARD\nFN:Holder\nFN:Other\nEMAIL:a@b.c\nEMAIL:d@e.f\nORG:One\nORG:Two\nEND:VCARD\n"
    assembler, person = draft(tmp_path, card)
    assert (person.name, person.organisation) == ("Holder", "One")
    assert assembler.plan.by_category(person) == {
        "T01": [("FN", "Other")],
        "T04": [("EMAIL", "a@b.c"), ("EMAIL", "d@e.f")],
        "T23": [("ORG", "Two")],
    }


def test_empty_cells_are_no_values_and_are_counted_apart(tmp_path: Path) -> None:
    """White space is empty; values lose the white space around them."""
    assembler, person = draft(tmp_path, "First Name,Last Name,City,Notes\n Holder ,,  ,x \n")
    assert (person.given, person.values, person.cells) == ("Holder", [(3, "x")], 2)
    assert (assembler.counts, assembler.empty) == ([1, 0, 0, 1], 2)


def test_a_row_that_names_nobody_is_a_problem_and_an_empty_row_is_nothing(tmp_path: Path) -> None:
    """Its values count as failed, not as read."""
    assembler, found = drafts(written(tmp_path, "First Name,Last Name,City\n,,Town\n,,\nHolder,,\n"))
    assert found[0] == RowProblem(2, Reason.NO_NAME, 1)
    assert found[1] is None
    assert isinstance(found[2], PersonDraft)
    assert assembler.counts == [1, 0, 0]


def test_null_stands_for_nothing_where_a_file_writes_it_so_but_never_in_a_name(tmp_path: Path) -> None:
    """There are people called Null."""
    _, found = drafts(
        written(tmp_path, "First Name,Last Name,City,Region\nHolder,NULL,Town,NULL\nOther,Office,NULL,x\n")
    )
    assert [(one.family, one.values) for one in found if isinstance(one, PersonDraft)] == [
        ("NULL", [(2, "Town")]),
        ("Office", [(3, "x")]),
    ]


def test_a_file_without_a_column_of_names_is_known_before_its_rows_are_read(tmp_path: Path) -> None:
    """The import can ask for a mapping at once."""
    assert not plan_of(written(tmp_path, "City,Children\nTown,2\n")).names_people
    assert plan_of(written(tmp_path, "City,Surname\nTown,Office\n")).names_people


def test_every_cell_is_in_exactly_one_place(tmp_path: Path) -> None:
    """Name, organisation, foreign id or values: counted together they are the row."""
    header = "id,Full Name,First Name,Company,Company Name,Notes,Prefix"
    assembler, person = draft(tmp_path, f"{header}\n1,Someone Else,Holder,A,B,x,Dr.\n")
    places = [
        *person.name_columns,
        person.organisation_column,
        person.external_id_column,
        *(at for at, _ in person.values),
    ]
    assert sorted(places) == list(range(7))
    assert assembler.assemble(Row(3, ("",) * 7)) is None
