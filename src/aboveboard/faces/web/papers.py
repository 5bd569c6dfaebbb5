"""Pages that are handed out as files: one file, no script, nothing fetched, fit to be printed and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe

LANGUAGES = ("en", "cs")
_STYLE = Path(__file__).with_name("paper.css")


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column of a table on paper."""

    name: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class PaperCell:
    """A cell, with the name of its column for narrow screens."""

    text: str
    name: str
    number: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with sentences and, where there is something to list, a table."""

    heading: str
    sentences: tuple[str, ...] = ()
    columns: tuple[PaperColumn, ...] = ()
    rows: tuple[Sequence[str], ...] = ()

    @property
    def cells(self) -> list[list[PaperCell]]:
        """Give the rows, each cell with its column."""
        return [
            [PaperCell(text, column.name, column.number) for text, column in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Paper:
    """A page to be handed out."""

    language: str
    title: str
    lede: str
    about: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    limits_heading: str
    limits: tuple[str, ...]


def rendered(page: Paper) -> bytes:
    """Give the page as one HTML file."""
    # Our own file, not a word of anybody else's.
    style = format_html("<style>{}</style>", mark_safe(_STYLE.read_text(encoding="utf-8")))  # noqa: S308
    return render_to_string("web/paper/page.html", {"page": page, "style": style}).encode()
