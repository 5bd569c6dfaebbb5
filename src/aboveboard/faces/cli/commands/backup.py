"""Copy both databases and the published log."""

from datetime import UTC, datetime
from pathlib import Path

import click

from aboveboard.faces.cli.answers import Answer, tell
from aboveboard.faces.cli.command import Needs, answering


@answering(needs=Needs.HOME)
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
def command(*, target: Path) -> Answer:
    """Copy both databases and the log into the new folder TARGET, while everything runs.

    Neither the key store nor the root key goes along (`aboveboard key backup`): a backup alone opens nothing.
    """
    from aboveboard.apps.ledger.backup import back_up

    tell("Copying ...")
    made = back_up(target.absolute(), datetime.now(UTC))
    data = {"cell": made.cell, "taken_at": made.taken_at.isoformat(), "tree_size": made.tree_size}
    data |= {"root": made.root.hex(), "files": len(made.files)}
    words = [f"Copied: {len(made.files)} files, a log of {made.tree_size} leaves.", "The keys are not among them."]
    return Answer(data, words)
