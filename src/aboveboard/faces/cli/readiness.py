"""Whether a command can begin: options that read, a founded home, no work cut short, a database not set back."""

import os
from pathlib import Path

import click

from aboveboard.core.errors import Conflict, Invalid, KeyUnavailable
from aboveboard.faces.cli.command import Needs

NO_KEYS = "There is no key store here: lay a copy of it back with `aboveboard key restore FILE`."
NO_HOME = "There is no founded home where ABOVEBOARD_HOME points; run `aboveboard init` first."


def make_ready(needs: Needs) -> None:
    """Set up what a command needs, or stop with a sentence.

    Raises:
        Invalid: when there is no home.
        Conflict: when a restore, a recovery or a founding was cut short.
        RolledBack: when the database stands behind what was signed.
    """
    if needs >= Needs.SETTINGS:
        set_django_up()
    if needs >= Needs.HOME:
        require_home()
    if needs >= Needs.SOUND:
        from aboveboard.apps.ledger.recovering import require_not_set_back

        require_not_set_back()


def set_django_up() -> None:
    """Read the options and set Django up, once."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aboveboard.settings")
    # Whatever a command makes is its owner's alone.
    os.umask(0o077)
    try:
        django.setup()
    except ValueError as error:
        # The options' own error, a sentence without secrets; its class lives on a floor above this one.
        raise click.UsageError(str(error)) from None


def require_home() -> None:
    """Refuse to begin without a founded cell, or where earlier work must be finished first."""
    from aboveboard.apps.ledger.standstill import be_present

    require_nothing_unfinished(but="")
    if not is_founded():
        raise Invalid(NO_HOME, code="no_home")
    require_key_store()
    be_present()


def require_home_or_keys() -> None:
    """Refuse to begin without a founded cell, unless this machine only keeps the keys of one.

    Raises:
        Invalid: when there is no home.
        KeyUnavailable: when the keys are not there either.
        Conflict: where earlier work must be finished first.
    """
    from aboveboard.apps.keys.access import keeps_for_others

    if not keeps_for_others():
        require_home()
        return
    require_nothing_unfinished(but="")
    require_key_store()


def require_key_store() -> None:
    """Refuse a home without its key store; opening it would lay down an empty one, under which all seem erased.

    Raises:
        KeyUnavailable: when the file is not there.
    """
    from aboveboard.apps.keys.access import is_here, key_store_path

    if is_here() and not key_store_path().is_file():
        raise KeyUnavailable(NO_KEYS)


def require_nothing_unfinished(*, but: str) -> bool:
    """Refuse where work other than *but* was cut short; tells whether *but* itself was.

    Raises:
        Conflict: naming the command that must be run again.
    """
    from aboveboard.apps.ledger.standstill import unfinished

    work = unfinished()
    if work is not None and work.command != but:
        raise Conflict(f"`aboveboard {work.command}` was cut short here; run it again first.", code="unfinished")
    return work is not None


def is_founded() -> bool:
    """Tell whether the home holds a cell; nothing is made by asking.

    A database that does not answer is no answer: whoever takes it for "no home" might found one over it.
    """
    from django.conf import settings
    from django.db import connections

    from aboveboard.apps.ledger.models import Cell

    database = settings.DATABASES["vault"]
    # SQLite would make the file by looking for it.
    if "sqlite3" in database["ENGINE"] and not Path(database["NAME"]).is_file():
        return False
    return Cell._meta.db_table in connections["vault"].introspection.table_names() and Cell.objects.exists()
