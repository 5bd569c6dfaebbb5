"""Lay a backup back."""

from pathlib import Path

import click

from aboveboard.faces.cli.answers import Answer, tell
from aboveboard.faces.cli.command import Needs, answering
from aboveboard.faces.cli.readiness import NO_KEYS, require_nothing_unfinished


@answering(needs=Needs.SETTINGS)
@click.argument("source", type=click.Path(path_type=Path, file_okay=False, exists=True))
def command(*, source: Path) -> Answer:
    """Lay the backup in the folder SOURCE into this home, where nothing else may run.

    Keys and the last signed head stay as they are; if the log had run ahead of the copy, nothing is released
    until `aboveboard recover --declare-gap`. A restore that was cut short is finished by the same command.
    """
    from django.conf import settings

    from aboveboard.apps.keys.access import is_here, key_store_path
    from aboveboard.apps.ledger.backup import restore
    from aboveboard.apps.ledger.publishing import RolledBack
    from aboveboard.apps.ledger.recovering import require_not_set_back
    from aboveboard.apps.ledger.standstill import standstill

    Path(settings.OPTIONS.home).mkdir(parents=True, exist_ok=True, mode=0o700)
    with standstill():
        require_nothing_unfinished(but="restore")
        tell("Checking the backup and laying it back ...")
        found = restore(source.absolute())
    data = {"cell": found.cell, "taken_at": found.taken_at.isoformat(), "tree_size": found.tree_size, "set_back": False}
    words: list[str] = [f"Laid back what was copied at {found.taken_at:%Y-%m-%d %H:%M} UTC, {found.tree_size} leaves."]
    try:
        require_not_set_back()
    except RolledBack as error:
        data["set_back"] = True
        words.append(error.sentence)
    if is_here() and not key_store_path().is_file():
        words.append(NO_KEYS)
    return Answer(data, words)
