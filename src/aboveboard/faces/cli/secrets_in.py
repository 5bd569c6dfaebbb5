"""Secrets come from a file or from a prompt that does not echo; never from an argument, which everybody can read."""

import sys
from pathlib import Path

import click

from aboveboard.core.errors import Invalid


def secret(label: str, file: Path | None, *, option: str, confirm: bool = False) -> str:
    """Give the secret in *file*, or ask for it on the terminal; *option* names the file where there is none.

    Raises:
        Invalid: when the file cannot be read.
    """
    if file is not None:
        return secret_in(file)
    if not sys.stdin.isatty():
        raise click.UsageError(f"{label} is wanted, and there is no terminal to ask on; give {option} FILE.")
    return str(click.prompt(label, hide_input=True, confirmation_prompt=confirm, err=True))


def secret_in(file: Path) -> str:
    """Give the secret in *file*, without its line end."""
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise Invalid("The file of a secret cannot be read.") from None


def secret_file(option: str, says: str) -> click.Option:
    """Make the option that names a secret's file."""
    return click.Option([option], type=click.Path(path_type=Path, dir_okay=False), help=says)
