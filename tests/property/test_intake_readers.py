"""Whatever text is written as CSV or vCard is read back, and no bytes whatever make the readers fail."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from aboveboard.apps.intake.readers.open import open_source
from aboveboard.apps.intake.readers.source import Source
from aboveboard.core.errors import Invalid
from tests.support.people_files import pairs, read, written

HEADER = ("First Name", "Last Name", "Notes")
CONTROLS = "".join(chr(code) for code in range(32) if chr(code) not in "\t\r\n")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=CONTROLS), max_size=30)
PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=40)
patiently = settings(deadline=None, max_examples=150)


def folder() -> Path:
    """A folder of its own, for hypothesis runs a test many times in one fixture."""
    return Path(tempfile.mkdtemp(prefix="aboveboard-test-"))


@patiently
@given(
    rows=st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=20),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_rows_written_by_the_csv_module_are_read_back(
    rows: list[tuple[str, str, str]], delimiter: str, encoding: str
) -> None:
    """Any text in any cell, in an encoding that can hold it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([HEADER, *rows])
    source = written(folder(), text.getvalue(), encoding)
    found, problems = read(source)
    assert problems == []
    assert source.properties == HEADER
    assert [tuple(row.cells) for row in found] == rows


@patiently
@given(PRINTABLE, st.sampled_from(["3.0", "4.0"]))
def test_a_value_escaped_and_folded_by_the_standard_is_read_back(value: str, version: str) -> None:
    """RFC 6350, 3.2 and 3.4: backslashes, and lines of 75 bytes at most."""
    text = value.strip()
    escaped = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    line = f"NOTE:{escaped}".encode()
    folded = b"\r\n ".join(line[at : at + 30] for at in range(0, len(line), 30))
    raw = f"BEGIN:VCARD\r\nVERSION:{version}\r\nFN:Žluť\r\n".encode() + folded + b"\r\nEND:VCARD\r\n"
    source = written(folder(), raw)
    (row,), problems = read(source)
    assert problems == []
    assert dict(pairs(source, row)).get("NOTE", "") == text


BEGINNINGS = (
    b"First Name,Last Name\n",
    b"\xef\xbb\xbfName;Email\r\n",
    b"\xff\xfe",
    b"BEGIN:VCARD\nFN:a\nNOTE;QUOTED-PRINTABLE:=\n",
    b"BEGIN:VCARD\nPHOTO;ENCODING=b:",
    b'[{"name": "a"}, ',
    b'{"persons": [{"name": "a", "x": ',
    b'["vcard", [["fn", {}, ',
    b'<vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0"><vcard>',
    b"sep=",
)
HOSTILE = st.one_of(
    st.binary(max_size=400),
    st.builds(lambda head, tail: head + tail, st.sampled_from(BEGINNINGS), st.binary(max_size=200)),
)


def opened(path: Path) -> tuple[Source | None, str]:
    """The source, or the sentence with which it is refused."""
    try:
        return open_source(path), ""
    except Invalid as refused:
        return None, refused.sentence


@settings(deadline=None, max_examples=400)
@given(HOSTILE)
@example(b"BEGIN:VCARD\nBEGIN:VCARD\nEND:VCARD")
@example(b"BEGIN:VCARD\n;:\n.:\n:x\n \nEND:VCARD\nEND:VCARD")
@example(b"\xff\xfe\x00")
@example(b'["vcard", [[], [1, 2, 3, 4], ["n", {}, "text", []], ["org", {"type": 3}, "text", []]]]')
@example(b'[{"name": {"a": [[null]]}, "id": [1, {}]}]')
@example(b'{"persons": [{"name": "a"}], "memberships": [{"person_id": {}}, 3]}')
def test_no_bytes_make_the_readers_fail(content: bytes) -> None:
    """A file is refused in a sentence, or gives rows and problems."""
    path = folder() / "people"
    path.write_bytes(content)
    source, sentence = opened(path)
    if source is None:
        assert sentence.endswith(".")
        return
    rows, problems = read(source)
    assert all(problem.sentence for problem in problems)
    assert all(text == text.encode(errors="replace").decode() for row in rows for text in row.cells)


@patiently
@given(
    st.lists(
        st.sampled_from([b"a,b,c\n", b'a,"b,c\n', b'a,b"\n', b'"a\n', b'",",b\n', b"a,b\n", b"\xff,b,c\n"]), max_size=12
    )
)
def test_however_rows_are_broken_the_sound_ones_before_and_behind_are_read(lines: list[bytes]) -> None:
    """The first row and one behind any wreckage that is closed."""
    sound = "ž,y,z\n".encode()
    source = written(folder(), b"First Name,Last Name,Notes\n" + sound * 20 + b"".join(lines) + sound)
    found, _ = read(source)
    assert [list(row.cells) for row in found[:20]] == [["ž", "y", "z"]] * 20
    if b'"' not in b"".join(lines):
        assert list(found[-1].cells) == ["ž", "y", "z"]
