"""Files of people for tests of the import: written on the spot, or other people's; and what a reading of them gave."""

from pathlib import Path

from aboveboard.apps.intake.readers.open import open_source
from aboveboard.apps.intake.readers.source import Row, RowProblem, Source
from tests.support.shared import shared


def written(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Source:
    """Open a file of this content."""
    path = folder / "people"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return open_source(path)


def sample(name: str) -> Path:
    """A file of somebody else's, from ../shared/data."""
    return shared("data") / name


def vcard_samples() -> list[Path]:
    """All plain vCards among other people's files."""
    return sorted(shared("data/vcards").glob("*/*.vcf"))


def read(source: Source) -> tuple[list[Row], list[RowProblem]]:
    """The rows of a source, and its problems."""
    items = list(source.rows())
    return [item for item in items if isinstance(item, Row)], [item for item in items if isinstance(item, RowProblem)]


def pairs(source: Source, row: Row) -> list[tuple[str, str]]:
    """The cells of a row that hold something, each with the name of its property."""
    columns = range(len(row.cells)) if row.columns is None else row.columns
    named = ((source.properties[at], text) for at, text in zip(columns, row.cells, strict=True))
    return [(name, text) for name, text in named if text.strip()]


def all_text(source: Source) -> str:
    """Everything a source gives, names of properties included."""
    rows, _ = read(source)
    return "\n".join((*source.properties, *(text for row in rows for text in row.cells)))
