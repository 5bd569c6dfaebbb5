"""Found a cell: folders, keys, both databases, the controller with two signatories and the officer."""

from datetime import UTC, datetime
from pathlib import Path

import click

from aboveboard.faces.cli.answers import Answer, tell
from aboveboard.faces.cli.command import Needs, answering


@answering(needs=Needs.SETTINGS)
@click.option("--sample", is_flag=True, help="Lay down the fictional group, with a sign-in for each role.")
@click.option(
    "--founding",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A JSON file with controller, signatories and officer; without it they are asked for.",
)
def command(*, sample: bool, founding: Path | None) -> Answer:
    """Lay down a new home in ABOVEBOARD_HOME and ABOVEBOARD_OUTSIDE.

    An existing home is refused. A founding that was cut short is begun anew.
    """
    from aboveboard.faces.cli import founding as rooms

    if sample and founding is not None:
        raise click.UsageError("--sample asks for nobody; leave --founding away.")
    plan = None if sample else rooms.read_plan(founding) if founding else rooms.ask_for_plan()
    made = rooms.lay_down(plan, now=datetime.now(UTC), tell=tell)
    words = [
        f"Founded the cell {made['cell']} in {made['home']}; keys and the last signed head lie in {made['outside']}."
    ]
    if sample:
        words.append(f"Everybody in it is fictional. Their passwords and tokens: {made['sign_ins']}.")
    words.append("Copy the root key now, to a place apart from every backup; without it nothing opens.")
    words.append("Next: `aboveboard serve`.")
    return Answer(made, words)
