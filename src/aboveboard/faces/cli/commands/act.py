"""Acts of every kind: entities, purposes, instruments, lifted defaults, and those that have commands of their own."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Conflict, Invalid
from aboveboard.faces.cli import acts
from aboveboard.faces.cli.act_steps import add_steps
from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer
from aboveboard.faces.cli.command import group

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@group
def command() -> None:
    """Decide anything: proposed by one, opined on by the officer, signed by another, then applied."""


@command.command("list")
@click.option("--kind", help="Only acts of this kind.")
@click.option("--open", "open_only", is_flag=True, help="Only acts that nobody has decided.")
@acting
def list_acts(*, kind: str | None, open_only: bool, acting: "Acting") -> Answer:  # noqa: ARG001 - who looks must be somebody
    """List acts, newest first, with whether their signatures hold now."""
    return acts.listed(kind, open_only=open_only)


@command.command("show")
@click.argument("act", type=acts.ActType())
@acting
def show(*, act: bytes, acting: "Acting") -> Answer:  # noqa: ARG001 - who looks must be somebody
    """Show one act with its body."""
    from aboveboard.apps.accounts.queries import act as act_of

    record = act_of(act)
    if record is None:
        raise Conflict("There is no such act.")
    data = acts.act_data(record)
    return Answer(data, [json.dumps(data, indent=1, ensure_ascii=False)])


@command.command("propose")
@click.argument("kind")
@click.argument("body", type=FILE)
@acts.signing
@acting
def propose(*, kind: str, body: Path, passphrase_file: Path | None, acting: "Acting") -> Answer:
    """Propose an act of KIND (entity, purpose, instrument, lift-default, ...) with the JSON in the file BODY."""
    try:
        told = json.loads(body.read_bytes())
    except (OSError, ValueError):
        told = None
    if not isinstance(told, dict):
        raise Invalid("The body of an act is a JSON object.")
    return acts.propose(kind, told, acting, passphrase_file)


@command.command("refuse")
@click.argument("act", type=acts.ActType())
@acting
def refuse(*, act: bytes, acting: "Acting") -> Answer:
    """End ACT without effect: the signatory refuses it, or its proposer takes it back."""
    return acts.refuse(act, acting)


add_steps(
    command,
    opine="Put the data protection officer's opinion beside ACT.",
    sign="Sign ACT for the controller; never one's own proposal.",
    apply="Let the signed ACT take effect.",
)
