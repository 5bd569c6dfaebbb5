"""What a command answers: words for people or JSON for machines, and one of the exit codes in the one table."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import click

from aboveboard.core.errors import AboveboardError


class Exit(IntEnum):
    """How a command ended, for whoever calls it from a script."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    INVALID = 4
    CONFLICT = 5
    GONE = 6
    UNAVAILABLE = 7
    SET_BACK = 8
    BROKEN = 70
    INTERRUPTED = 130


MEANS: Mapping[Exit, str] = {
    Exit.DONE: "done; a check held",
    Exit.FAILED: "a verification or a check failed",
    Exit.USAGE: "the command, or an option of the environment, is not understood",
    Exit.REFUSED: "a rule refused; the refusal is on record and says what can be done next",
    Exit.INVALID: "the input does not have the form it must have; nothing was changed",
    Exit.CONFLICT: "the act does not fit the state it met; nothing was changed",
    Exit.GONE: "the key of what was asked for has been shredded; the person was erased",
    Exit.UNAVAILABLE: "the root key, the key store, the ledger or a database cannot be reached; nothing was released",
    Exit.SET_BACK: "the database stands behind, or beside, what was already signed; restore a newer copy, or recover",
    Exit.BROKEN: "an error nobody expected; please report it",
    Exit.INTERRUPTED: "interrupted from outside",
}
"""The one table of exit codes; docs/reference/commands.md is made from it."""

BY_CODE: Mapping[str, Exit] = {
    "denied": Exit.REFUSED,
    "invalid": Exit.INVALID,
    "conflict": Exit.CONFLICT,
    "not_signed_yet": Exit.CONFLICT,
    "not_verified": Exit.FAILED,
    "rolled_back": Exit.SET_BACK,
    "shredded": Exit.GONE,
    "key_unavailable": Exit.UNAVAILABLE,
    "ledger_unavailable": Exit.UNAVAILABLE,
    "not_witnessed": Exit.UNAVAILABLE,
    "error": Exit.BROKEN,
}
"""Codes of ``core.errors`` and what they end a command with; a finer code counts as the class it belongs to."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table for people; machines find the same in the answer's data."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found or did: a machine form, the same in words, and how it ended."""

    data: Mapping[str, Any]
    words: Sequence[str | Rows] = field(default_factory=tuple)
    exit: Exit = Exit.DONE


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error as a caller sees it: a stable code, one sentence, an exit code; never a value, never a trace."""

    code: str
    sentence: str
    exit: Exit


_NOT_THERE = (
    "Look at the paths you gave: what is to be read must be there, and for a new file or folder the one above it."
)


def _as_sentence(text: str) -> str:
    """Make a whole sentence of what an error says; core's own often begin in the middle of one."""
    begun = f"{text[:1].upper()}{text[1:]}"
    return begun if begun.endswith((".", "!", "?", ")", "`")) else f"{begun}."


def trouble_of(error: BaseException) -> Trouble | None:
    """Give the answer to an expected *error*, None for one nobody expected."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return Trouble("usage", "Name one of these commands; --help behind it says more.", Exit.USAGE)
    if isinstance(error, click.ClickException):
        return Trouble("usage", error.format_message(), Exit.USAGE)
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        return Trouble("interrupted", "Interrupted.", Exit.INTERRUPTED)
    if isinstance(error, AboveboardError):
        codes = [error.code, *(vars(kind).get("code", "") for kind in type(error).__mro__)]
        known = next((BY_CODE[code] for code in codes if code in BY_CODE), Exit.BROKEN)
        return Trouble(error.code, _as_sentence(error.sentence), known)
    if _is_of_database(error):
        sentence = f"A database does not answer ({type(error).__name__}). `aboveboard doctor` says more."
        return Trouble("database_unavailable", sentence, Exit.UNAVAILABLE)
    if isinstance(error, FileNotFoundError):
        return Trouble("system", f"The system refused: {error.strerror}. {_NOT_THERE}", Exit.UNAVAILABLE)
    if isinstance(error, OSError):
        # Only the system's own words: a file's name could name a person.
        return Trouble("system", f"The system refused: {error.strerror or type(error).__name__}.", Exit.UNAVAILABLE)
    return None


def _is_of_database(error: BaseException) -> bool:
    kinds = type(error).__mro__
    return any(kind.__module__ == "django.db.utils" and kind.__name__ == "Error" for kind in kinds)


def say(answer: Answer, *, as_json: bool) -> None:
    """Print *answer* on standard output, as one JSON object or in words."""
    if as_json:
        click.echo(json.dumps(answer.data, ensure_ascii=False, sort_keys=False))
        return
    for part in answer.words:
        if isinstance(part, Rows):
            _draw(part)
        else:
            click.echo(part)


def say_trouble(trouble: Trouble, *, as_json: bool) -> None:
    """Print *trouble*: JSON on standard output where that was asked for, the sentence on standard error always."""
    if as_json:
        said = {"code": trouble.code, "sentence": trouble.sentence, "exit": int(trouble.exit)}
        click.echo(json.dumps({"error": said}, ensure_ascii=False))
    click.echo(f"aboveboard: {trouble.sentence}", err=True)


def tell(sentence: str) -> None:
    """Say how far something is, on standard error, so that standard output stays the answer's."""
    click.echo(sentence, err=True)


def _draw(table: Rows) -> None:
    """Draw a table on a terminal; elsewhere a line a row, columns separated by tabs, so that it can be searched."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in table.rows]
    if not sys.stdout.isatty():
        lines: list[list[str]] = [[table.title]] if table.title else []
        for row in (*lines, list(table.columns), *cells):
            click.echo("\t".join(" ".join(cell.split()) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=table.title or None, title_justify="left", header_style="bold")
    for column in table.columns:
        drawn.add_column(column, overflow="fold")
    for row in cells:
        # As plain text: a value with square brackets is not an instruction.
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)
