"""The door to the readers: a file is opened by what is in it."""

from collections.abc import Collection
from pathlib import Path

from aboveboard.apps.intake.columns.headings import is_heading, plain
from aboveboard.apps.intake.readers.csv_file import csv_rows
from aboveboard.apps.intake.readers.detect import Detected, detect
from aboveboard.apps.intake.readers.popolo import popolo_source
from aboveboard.apps.intake.readers.source import Format, Source
from aboveboard.apps.intake.readers.vcard import vcard_source
from aboveboard.apps.intake.readers.vcard_forms import jcard_source, xcard_source
from aboveboard.core.errors import Invalid

READERS = {
    Format.VCARD: vcard_source,
    Format.JCARD: jcard_source,
    Format.XCARD: xcard_source,
    Format.POPOLO: popolo_source,
}


def open_source(path: Path, names: Collection[str] = ()) -> Source:
    """Open a file of people; *names* are names of columns known beside the usual ones, as from a mapping.

    Raises: Invalid, in a sentence for people, for a file that cannot be read.
    """
    known = {plain(name) for name in names}
    try:
        found = detect(path, lambda name: plain(name) in known or is_heading(name))
        reader = READERS.get(found.format)
        return _csv_source(path, found) if reader is None else reader(path, found.encoding)
    except OSError as error:
        raise Invalid("The file cannot be opened.", code="unreadable_file") from error


def _csv_source(path: Path, found: Detected) -> Source:
    """Rows and columns of a CSV file."""
    dialect = found.dialect
    if dialect is None:
        raise Invalid("The file has no rows.", code="unreadable_file")
    return Source(
        format=Format.CSV,
        encoding=found.encoding,
        properties=found.properties,
        read=lambda: csv_rows(path, found.encoding, dialect, len(found.properties)),
        delimiter=dialect.delimiter,
        writes_null=found.writes_null,
    )
