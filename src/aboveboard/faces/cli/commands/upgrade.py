"""Bring the tables up to the program, with a backup first."""

from datetime import UTC, datetime
from pathlib import Path

import click

from aboveboard.faces.cli.answers import Answer, tell
from aboveboard.faces.cli.command import Needs, answering


@answering(needs=Needs.HOME)
@click.option(
    "--backup",
    "target",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="A new folder for the backup that is made first.",
)
def command(*, target: Path) -> Answer:
    """Copy both databases to a new folder, then change their tables to what this program needs.

    Nothing else may run on the home. An upgrade that was cut short is finished by the same command (with another
    new folder).
    """
    from django.core.management import call_command
    from django.db import connections

    from aboveboard.apps.ledger.backup import back_up
    from aboveboard.apps.ledger.standstill import standstill
    from aboveboard.faces.cli.health import unapplied

    with standstill():
        waiting = unapplied()
        if not waiting:
            return Answer({"applied": 0, "backup": None}, ["The tables are as new as the program; nothing to do."])
        tell("Copying ...")
        back_up(target.absolute(), datetime.now(UTC))
        tell("Changing the tables ...")
        for alias in connections:
            call_command("migrate", database=alias, interactive=False, verbosity=0)
    return Answer({"applied": waiting, "backup": str(target)}, [f"{waiting} steps applied; the copy lies in {target}."])
