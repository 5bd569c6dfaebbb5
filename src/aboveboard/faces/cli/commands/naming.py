"""Who a reader is: what persons ask, and the proposal of an answer."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.faces.cli import acts
from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer, Rows
from aboveboard.faces.cli.command import answering, group
from aboveboard.faces.cli.secrets_in import secret_in

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting


@group
def command() -> None:
    """Name a reader to the person who asks, or refuse to: an act like every other."""


@answering(name="list")
@acting
def list_(*, acting: "Acting") -> Answer:
    """List what persons ask and nobody decided yet, for the controller's signatories and officer."""
    from aboveboard.apps.accounts.queries import controller
    from aboveboard.apps.evidence.naming import open_requests
    from aboveboard.core.errors import Denied
    from aboveboard.core.terms import Role

    if acting.actor.role not in (Role.SIGNATORY, Role.DPO) or acting.actor.entity != controller():
        raise Denied("What persons ask about their readers is for the controller's signatories and officer.")
    found = [(one.id.hex(), one.reader, f"{one.asked_at:%Y-%m-%d}") for one in open_requests()]
    data = [{"request": name, "reader": reader, "asked_on": day} for name, reader, day in found]
    return Answer({"requests": data}, [Rows(("request", "reader", "asked"), found)])


@answering()
@click.argument("request", type=acts.ActType())
@click.option("--answer", required=True, type=click.Choice(["granted", "refused"]), help="Name the reader, or not.")
@click.option(
    "--reason-file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Why; the person will read it.",
)
@acts.signing
@acting
def propose(
    *, request: bytes, answer: str, reason_file: Path, passphrase_file: Path | None, acting: "Acting"
) -> Answer:
    """Propose the answer to REQUEST; the officer's opinion and another signatory's signature follow."""
    from aboveboard.apps.evidence.naming import KIND, naming_body

    body = naming_body(request, answer=answer, reason=secret_in(reason_file), by=acting.staff)
    return acts.propose(KIND, body, acting, passphrase_file)


command.add_command(list_)
command.add_command(propose)
