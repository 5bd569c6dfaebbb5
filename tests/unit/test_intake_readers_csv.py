"""A file of rows is read to its last sound row, and every other row is reported with its number and a reason."""

import tracemalloc
from pathlib import Path

import pytest

from aboveboard.apps.intake.readers.lines import BLOCK
from aboveboard.apps.intake.readers.source import Reason
from aboveboard.core.errors import Invalid
from tests.support.people_files import read, written

HEADER = "First Name,Last Name,E-mail\n"
PANGRAM = "Příliš žluťoučký kůň úpěl ďábelské ódy"


def test_rows_have_the_cells_of_the_file_in_the_order_of_its_columns(tmp_path: Path) -> None:
    """Three columns, two rows; the header is row 1, as a spreadsheet counts."""
    source = written(tmp_path, HEADER + "a,b,c\nd,,f\n")
    rows, problems = read(source)
    assert source.properties == ("First Name", "Last Name", "E-mail")
    assert [(row.number, list(row.cells)) for row in rows] == [(2, ["a", "b", "c"]), (3, ["d", "", "f"])]
    assert problems == []


def test_a_cell_may_hold_line_breaks_delimiters_and_quotation_marks(tmp_path: Path) -> None:
    """What is quoted is one cell."""
    rows, problems = read(written(tmp_path, HEADER + '"a\nb","c,d","e ""f"""\n'))
    assert list(rows[0].cells) == ["a\nb", "c,d", 'e "f"']
    assert problems == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_from_the_rows(tmp_path: Path, delimiter: str) -> None:
    """The other delimiters may stand in the cells."""
    line = delimiter.join(["First Name", "Last Name", "Notes"])
    body = "".join(
        delimiter.join(["a", "b", "".join(sign * 3 for sign in ",;|" if sign != delimiter)]) + "\n" for _ in "abc"
    )
    source = written(tmp_path, line + "\n" + body)
    assert source.delimiter == delimiter
    assert len(source.properties) == 3
    assert len(read(source)[0]) == 3


def test_a_first_line_that_names_the_delimiter_is_obeyed(tmp_path: Path) -> None:
    """Spreadsheet programs write sep=; above the header."""
    source = written(tmp_path, "sep=;\r\nFirst Name;Last Name\r\na;b\r\n")
    assert source.properties == ("First Name", "Last Name")
    assert [(row.number, list(row.cells)) for row in read(source)[0]] == [(3, ["a", "b"])]


def test_space_behind_each_delimiter_is_no_part_of_a_cell(tmp_path: Path) -> None:
    """As in the sets made for record linkage."""
    source = written(tmp_path, 'given_name, surname, city\na, b, "c, d"\n')
    assert source.properties == ("given_name", "surname", "city")
    assert list(read(source)[0][0].cells) == ["a", "b", "c, d"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "iso8859-2"])
def test_czech_text_is_read_in_every_encoding_it_comes_in(tmp_path: Path, encoding: str) -> None:
    """With or without a byte-order mark, from before Unicode too."""
    source = written(tmp_path, f"Jméno,Příjmení,Poznámka\na,b,{PANGRAM}\n", encoding)
    assert source.properties == ("Jméno", "Příjmení", "Poznámka")
    assert read(source)[0][0].cells[2] == PANGRAM


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Größe, Übermaß und Ärger; où l'élève naïf paraît déçu"),
        ("cp1252", "où l'élève paraît à côté; déjà très fière"),
        ("cp932", "いろはにほへと ちりぬるを 色は匂へど"),
        ("cp1251", "Съешь ещё этих мягких французских булок"),
        ("cp1250", "Zażółć gęślą jaźń"),
    ],
)
def test_text_of_other_languages_is_read_in_the_encoding_of_its_letters(
    tmp_path: Path, encoding: str, text: str
) -> None:
    """German, French, Japanese, Russian, Polish."""
    source = written(tmp_path, f'Name,Notes\na,"{text}"\n', encoding)
    assert read(source)[0][0].cells[1] == text


def test_lines_that_end_as_on_an_old_macintosh_are_lines(tmp_path: Path) -> None:
    """Carriage returns alone."""
    rows, problems = read(written(tmp_path, "First Name,Last Name\ra,b\rc,d\r"))
    assert [list(row.cells) for row in rows] == [["a", "b"], ["c", "d"]]
    assert problems == []


def test_a_row_with_too_many_or_too_few_cells_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    """A missing delimiter would put a value under another heading."""
    rows, problems = read(written(tmp_path, HEADER + "a,b\nc,d,e\nf,g,h,i\n,,\n"))
    assert [row.number for row in rows] == [3, 5]
    assert [(problem.number, problem.reason, problem.cells) for problem in problems] == [
        (2, Reason.WRONG_WIDTH, 2),
        (4, Reason.WRONG_WIDTH, 4),
    ]
    assert all(problem.whole for problem in problems)


def test_a_quotation_mark_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    """The rows behind it are not swallowed."""
    rows, problems = read(written(tmp_path, HEADER + 'a,"b,c\nd,e,f\ng,h,i\n'))
    assert [list(row.cells) for row in rows] == [["d", "e", "f"], ["g", "h", "i"]]
    assert [(problem.number, problem.reason) for problem in problems] == [(2, Reason.BROKEN_QUOTE)]


def test_an_open_quotation_mark_that_meets_a_later_one_costs_its_own_row_only(tmp_path: Path) -> None:
    """Between the two marks lie sound rows, which must not become one cell."""
    rows, problems = read(written(tmp_path, HEADER + 'a,"b,c\nd,e,f\ng,"h",i\nj,k,"l"\n'))
    assert [list(row.cells) for row in rows] == [["d", "e", "f"], ["g", "h", "i"], ["j", "k", "l"]]
    assert [problem.reason for problem in problems] == [Reason.BROKEN_QUOTE]


def test_a_quotation_mark_never_closed_in_a_long_file_costs_its_own_row_only(tmp_path: Path) -> None:
    """However far the file goes on behind it."""
    count = 3 * BLOCK // 12
    rows, problems = read(written(tmp_path, HEADER + 'a,"b,c\n' + "dddd,eeee,f\n" * count))
    assert len(rows) == count
    assert [problem.number for problem in problems] == [2]


def test_bytes_that_are_no_text_cost_their_own_row_only(tmp_path: Path) -> None:
    """One row of another encoding in a file of UTF-8."""
    good = f"a,b,{PANGRAM}\n".encode()
    rows, problems = read(written(tmp_path, HEADER.encode() + good * 3 + b"c,d,\xe8\xec\n" + good))
    assert len(rows) == 4
    assert [(problem.number, problem.reason, problem.cells) for problem in problems] == [(5, Reason.UNDECODABLE, 3)]


def test_bytes_that_are_no_text_far_behind_the_sample_are_reported_too(tmp_path: Path) -> None:
    """Detection reads a sample; what lies elsewhere is found when it is read."""
    good = f"a,b,{PANGRAM}\n".encode()
    rows, problems = read(written(tmp_path, HEADER.encode() + good * 50_000 + b"c,d,\xe8\xec\n" + good * 50_000))
    assert len(rows) == 100_000
    assert [(problem.number, problem.reason) for problem in problems] == [(50_002, Reason.UNDECODABLE)]


def test_a_cell_too_long_to_be_one_is_reported(tmp_path: Path) -> None:
    """Past 131,072 characters; memory stays bounded."""
    rows, problems = read(written(tmp_path, HEADER + "a,b," + "x" * 200_000 + "\nc,d,e\n"))
    assert [row.number for row in rows] == [3]
    assert [problem.reason for problem in problems] == [Reason.CELL_TOO_LONG]


def test_no_reason_holds_a_value_of_its_row(tmp_path: Path) -> None:
    """The error file may be read by anyone who may run an import."""
    _, problems = read(written(tmp_path, HEADER + 'MARKED,x\n"MARKED" MARKED,y,z\n'))
    assert len(problems) == 2
    assert not any("MARKED" in repr(problem) + problem.sentence for problem in problems)


def test_a_file_without_a_header_has_numbered_columns(tmp_path: Path) -> None:
    """What may be a person's name never becomes the name of a column."""
    source = written(tmp_path, "Holder,Of Office,someone@example.org\nAnother,Holder,other@example.org\n")
    assert source.properties == ("column 1", "column 2", "column 3")
    assert [row.number for row in read(source)[0]] == [1, 2]


def test_a_first_row_of_unknown_words_is_not_taken_for_a_header(tmp_path: Path) -> None:
    """It may be data; all of it then waits in quarantine."""
    source = written(tmp_path, "Holder,Of Office,Town Hall\nAnother,Holder,Castle\n")
    assert source.properties == ("column 1", "column 2", "column 3")


def test_columns_without_a_heading_are_named_by_their_number(tmp_path: Path) -> None:
    """A trailing delimiter in every row is a column as well."""
    source = written(tmp_path, "First Name,,Last Name\na,b,c,\nd,e,f,\n")
    assert source.properties == ("First Name", "column 2", "Last Name", "column 4")
    assert len(read(source)[0]) == 2


def test_a_source_can_be_read_again_from_the_start(tmp_path: Path) -> None:
    """A half-done import begins anew."""
    source = written(tmp_path, HEADER + "a,b,c\n")
    assert read(source) == read(source)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"%PDF-1.7", "PDF"),
        (bytes(range(32)) * 20, "not text"),
        (b"- id:\n    name: x\n  terms:\n  - start: y\n", "YAML"),
        (b"<html><body>people</body></html>", "XML"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "Atom"),
        (b"Long prose, of several words. And so on\nwith, commas, here, and there\nand none\nin others\n", "differ"),
        (b'{"companies": [{"name": "x"}]}', "persons"),
    ],
)
def test_a_file_that_is_no_file_of_people_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    """The sentence says what the file is, or what to do."""
    with pytest.raises(Invalid, match=sentence):
        read(written(tmp_path, content))


@pytest.mark.parametrize("ending", ["\n", '\n"'])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, ending: str) -> None:
    """Neither with its rows, nor with a quotation mark left open in front of them."""
    peaks = []
    for rows in (40_000, 160_000):
        source = written(tmp_path, HEADER + "a,b,c" + ending + f"first,last,{'x' * 40}\n" * rows)
        tracemalloc.start()
        read_rows = sum(1 for _ in source.rows())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert read_rows == rows + 1
    assert peaks[1] < 1.2 * peaks[0]
