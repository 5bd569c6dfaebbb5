"""How a command is made: it says what it needs, returns an answer, and gets ``--json`` without asking."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

import click

from aboveboard.faces.cli.answers import Answer, Exit, say

Function = TypeVar("Function", bound=Callable[..., Any])


class Needs(IntEnum):
    """How much must be there before a command can begin; each includes those above it."""

    NOTHING = 0
    """Not even Django's settings: what a stranger runs."""
    SETTINGS = 1
    """Options that can be read, but perhaps no home yet."""
    HOME = 2
    """A founded home in which no work was cut short."""
    SOUND = 3
    """A home whose database is not behind what was signed."""


class AnsweringCommand(click.Command):
    """A command that returns an `Answer`; words or JSON is not its concern."""

    needs: Needs = Needs.SOUND

    def __init__(self, *args: Any, needs: Needs = Needs.SOUND, **kwargs: Any) -> None:
        """Add ``--json`` to the parameters."""
        super().__init__(*args, **kwargs)
        self.needs = needs
        self.params.append(
            click.Option(["--json", "as_json"], is_flag=True, help="Answer as one JSON object on standard output.")
        )

    def invoke(self, ctx: click.Context) -> int:
        """Make ready, run, and print what was answered; gives the exit code."""
        from aboveboard.faces.cli.readiness import make_ready

        as_json = bool(ctx.params.pop("as_json"))
        ctx.obj = as_json
        make_ready(self.needs)
        answer = super().invoke(ctx)
        if isinstance(answer, Answer):
            say(answer, as_json=as_json)
            return int(answer.exit)
        return int(Exit.DONE)


class AnsweringGroup(click.Group):
    """A command with commands below it (``staff list``)."""

    command_class = AnsweringCommand
    group_class = type


def answering(*, needs: Needs = Needs.SOUND, name: str | None = None) -> Callable[[Function], AnsweringCommand]:
    """Make a function a command; its docstring is its help."""

    def made(function: Function) -> AnsweringCommand:
        return click.command(name, cls=AnsweringCommand, needs=needs)(function)

    return made


def group(function: Function) -> AnsweringGroup:
    """Make a function the head of a group of commands."""
    return click.group(cls=AnsweringGroup)(function)
