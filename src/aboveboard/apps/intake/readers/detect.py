"""What kind of file this is: by its content, never its name, from a fixed sample of it."""

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from aboveboard.apps.intake.readers.csv_file import Dialect
from aboveboard.apps.intake.readers.encoding import TOLERANT, encoding_of
from aboveboard.apps.intake.readers.source import Format
from aboveboard.core.errors import Invalid

HEAD = 1 << 17
PIECE, PIECES = 1 << 14, 24
"""Beside the head, so many pieces of this size from all over the file show its encoding."""
RECORDS_SEEN = 300
DELIMITERS = ",;\t|"
LONGEST_HEADING = 60
FEW_COLUMNS = 3

SIGNS_OF_OTHER_FORMS = (
    (b"PK\x03\x04", "a spreadsheet or another packed file; save it as CSV first"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet or document; save it as CSV first"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a packed file; unpack it first"),
    (b"SQLite format 3", "a database file"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x89PNG", "a picture"),
)
DATA_LIKE = re.compile(r"^\s*(?:[^@\s]+@[^@\s]+\.\w+|[+(]?\d[\d\s()./:,-]*|https?://\S+)\s*$")
YAML_LIKE = re.compile(r"^\s*(?:- )?[\w-]+:(?:\s.*)?$|^---\s*$|^\s*- \S.*$|^\s*#.*$")


@dataclass(frozen=True, slots=True)
class Detected:
    """What a sample shows of a file."""

    format: Format
    encoding: str
    dialect: Dialect | None = None
    properties: tuple[str, ...] = ()
    writes_null: bool = False


def detect(path: Path, is_heading: Callable[[str], bool]) -> Detected:
    """Tell what *path* is; *is_heading* knows the names of columns, for a first row may be data already.

    Raises: Invalid, in a sentence for people, where the file is none of the forms that can be read.
    """
    head, pieces = _sample(path)
    for sign, name in SIGNS_OF_OTHER_FORMS:
        if head.startswith(sign):
            raise Invalid(f"This is {name}.", code="unreadable_file")
    encoding = encoding_of(_unfolded(head + pieces))
    text = head.decode(encoding, errors=TOLERANT).lstrip("\ufeff")
    if not text.strip():
        raise Invalid("The file is empty.", code="unreadable_file")
    controls = sum(1 for character in text if character < " " and character not in "\t\n\r\f\v\x1a")
    if controls > len(text) // 50:
        raise Invalid("The file is not text.", code="unreadable_file")
    if (form := _marked_form(text)) is not None:
        return Detected(form, encoding)
    whole = len(head) < HEAD
    return _detected_csv(text, encoding, is_heading, whole=whole)


def _sample(path: Path) -> tuple[bytes, bytes]:
    """The head of the file, and lines with bytes beyond ASCII from pieces spread over the rest."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        rest = path.stat().st_size - len(head)
        found: list[bytes] = []
        if rest > 0 and b"\x00" not in head[:64]:
            for piece in range(PIECES):
                file.seek(len(head) + max(0, rest - PIECE) * piece // max(1, PIECES - 1))
                lines = file.read(PIECE).split(b"\n")[1:-1]
                found += [line for line in lines if not line.isascii()]
    return head, b"\n" + b"\n".join(found)


def _unfolded(sample: bytes) -> bytes:
    """Lines of a vCard may be folded between the bytes of one character (RFC 6350, 3.2)."""
    if b"VCARD" not in sample[:200].upper():
        return sample
    return re.sub(rb"\r?\n[ \t]", b"", sample)


def _marked_form(text: str) -> Format | None:
    """The form a file says itself that it has; none for CSV, which says nothing."""
    start = text.lstrip()[:4000]
    if re.match(r"(?:#.*\s*)*BEGIN\s*:\s*VCARD\b", start, re.IGNORECASE):
        return Format.VCARD
    if re.match(r"\[\s*(?:\[\s*)?\"vcard\"", start, re.IGNORECASE):
        return Format.JCARD
    if re.match(r"\[\s*[{\]]|\{\s*[\"}]", start):
        return Format.POPOLO
    if start.startswith("<"):
        if "urn:ietf:params:xml:ns:vcard-4.0" in start:
            return Format.XCARD
        if "http://www.w3.org/2005/Atom" in start:
            raise Invalid("This is an Atom feed; export the contacts as CSV or vCard.", code="unreadable_file")
        raise Invalid("This is XML of a kind that cannot be read; export CSV or vCard.", code="unreadable_file")
    return None


def _detected_csv(text: str, encoding: str, is_heading: Callable[[str], bool], *, whole: bool) -> Detected:
    """Find delimiter, header and columns of a file of rows."""
    returns = "\r" in text and "\n" not in text
    lines = text.replace("\r", "\n").splitlines(keepends=True) if returns else text.split("\n")
    lines = lines if returns else [line + "\n" for line in lines]
    lines = [line for line in lines if whole or line is not lines[-1]] or lines
    named = re.fullmatch(r"sep=(.)\s*", lines[0])
    body = lines[1:] if named else lines
    delimiter = named[1] if named else _delimiter(body)
    records = _records(body, delimiter)
    if not records:
        raise Invalid("The file has no rows.", code="unreadable_file")
    _refuse_prose(records, lines)
    spaced = len(records[0]) > 1 and all(cell.startswith(" ") for cell in records[0][1:])
    has_header = _is_header(records, is_heading)
    width = len(records[0])
    if has_header and len(records) > 1 and all(len(row) == width + 1 and not row[-1] for row in records[1:]):
        width += 1  # a delimiter at the end of every row but the header
    if sum(1 for row in records if len(row) in {width, len(records[0])}) * 2 < len(records):
        raise Invalid("The rows differ too much to be rows of people.", code="unreadable_file")
    dialect = Dialect(delimiter, spaced, has_header, bool(named), returns)
    names = records[0] if has_header else []
    return Detected(Format.CSV, encoding, dialect, _names(names, width), _writes_null(records[has_header:]))


def _delimiter(lines: list[str]) -> str:
    """The delimiter with which most rows have as many cells as the first, and more than one."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        records = _records(lines, delimiter)
        width = len(records[0]) if records else 0
        if width <= 1:
            continue
        like = sum(1 for row in records if len(row) == width) / len(records)
        if (round(like, 1), width) > best_score:
            best, best_score = delimiter, (round(like, 1), width)
    return best


def _records(lines: Iterable[str], delimiter: str) -> list[list[str]]:
    """The first records, leniently parsed, blank lines left out."""
    records: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if row:
                records.append(row)
            if len(records) >= RECORDS_SEEN:
                break
    except csv.Error:
        pass  # what came before it shows enough; reading proper reports the record
    return records


def _refuse_prose(records: list[list[str]], lines: list[str]) -> None:
    """A file of one column is only taken as such if its first line could be the name of a column."""
    if len(records[0]) > 1:
        return
    if sum(1 for line in lines[:50] if YAML_LIKE.match(line) or not line.strip()) == len(lines[:50]):
        raise Invalid("This looks like YAML; export the people as CSV, vCard or Popolo.", code="unreadable_file")
    if len(records[0][0]) > LONGEST_HEADING:
        raise Invalid("This looks like running text, not like rows of people.", code="unreadable_file")


def _is_header(records: list[list[str]], is_heading: Callable[[str], bool]) -> bool:
    """A first row is a header if no cell looks like data and two are known headings, or one of few.

    Strict for a reason: names of columns are printed in reports, and a person must not be taken for one.
    """
    cells = [cell.strip() for cell in records[0]]
    if any(DATA_LIKE.match(cell) for cell in cells):
        return False
    known = sum(1 for cell in cells if is_heading(cell))
    return known > 1 or (known == 1 and len(cells) <= FEW_COLUMNS)


def _names(header: list[str], width: int) -> tuple[str, ...]:
    """The names of *width* columns; a column without a name gets its number."""
    stripped = [name.strip() for name in header]
    return tuple(stripped[at] if at < len(stripped) and stripped[at] else f"column {at + 1}" for at in range(width))


def _writes_null(records: list[list[str]]) -> bool:
    """Whether NULL stands for a missing value: it does if several columns or several rows say so."""
    return sum(cell == "NULL" for row in records for cell in row) > 1
