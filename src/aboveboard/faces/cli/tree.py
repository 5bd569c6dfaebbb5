"""The tree of commands, found by looking at the folder; and the one place where an error becomes an exit code."""

import importlib
import logging
import pkgutil
import sys
from collections.abc import Sequence
from typing import Any

import click

from aboveboard import __version__
from aboveboard.faces.cli import commands
from aboveboard.faces.cli.answers import Exit, Trouble, say_trouble, trouble_of

UNEXPECTED = "Something went wrong that nobody expected ({0}). What it was about is not shown; please report it."


class CommandTree(click.Group):
    """Every file in ``commands`` is a command: ``who_can_see.py`` is ``who-can-see``, ``import_.py`` is ``import``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Give the names of all commands."""
        return sorted(found.name.strip("_").replace("_", "-") for found in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command, and only that one's file."""
        if cmd_name not in self.list_commands(ctx):
            return None
        files = {
            found.name.strip("_").replace("_", "-"): found.name for found in pkgutil.iter_modules(commands.__path__)
        }
        module = importlib.import_module(f"{commands.__name__}.{files[cmd_name]}")
        found: click.Command = module.command
        found.name = cmd_name
        return found

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's signature
        **extra: Any,
    ) -> int:
        """Run a command; an expected error becomes one sentence and its exit code, never a trace."""
        given = list(sys.argv[1:] if args is None else args)
        try:
            ended = super().main(given, prog_name or "aboveboard", complete_var, standalone_mode=False, **extra)
            code = int(ended) if isinstance(ended, int) else int(Exit.DONE)
        except BrokenPipeError:
            sys.stderr.close()
            code = int(Exit.DONE)
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the outermost place
            trouble = trouble_of(error) or _unexpected(error)
            if isinstance(error, click.exceptions.NoArgsIsHelpError) and error.ctx is not None:
                click.echo(error.ctx.get_help(), err=True)
            elif isinstance(error, click.UsageError) and error.ctx is not None:
                click.echo(error.ctx.get_usage(), err=True)
            say_trouble(trouble, as_json="--json" in given)
            code = int(trouble.exit)
        if standalone_mode:
            sys.exit(code)
        return code


def _unexpected(error: BaseException) -> Trouble:
    """Say that it was unexpected; the places it passed go to the diagnostics, which show no values."""
    from django.apps import apps

    if apps.ready:
        logging.getLogger("aboveboard").error("unexpected", exc_info=error)
    return Trouble("error", UNEXPECTED.format(type(error).__name__), Exit.BROKEN)


@click.group(cls=CommandTree, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="aboveboard", message="%(prog)s %(version)s")
def aboveboard() -> None:
    """Run the CRM with nothing under the table: every look at personal data is decided, written down and provable."""
