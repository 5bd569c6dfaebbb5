"""Keys kept apart: what each process of a server is told of them, and the key service among its children."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aboveboard.core.errors import Invalid, KeyUnavailable
from aboveboard.faces.cli.supervising import Child, own_command

if TYPE_CHECKING:
    from aboveboard.apps.keys.address import Address
    from aboveboard.apps.keys.tls import Papers

NO_SERVICE = (
    "No key service keeps these keys: set ABOVEBOARD_KEY_SERVICE to its socket or tls://host:port, and"
    " ABOVEBOARD_KEY_HOME where they are."
)
NO_NETWORK = (
    "ABOVEBOARD_KEY_SERVICE names a socket, which wants no certificate; for a network it names tls://HOST:PORT."
)
NOT_SEEN = (
    "The cell lies in SQLite, which only this machine sees, so its keys are served to this machine only. Move the cell"
    " to PostgreSQL (ABOVEBOARD_VAULT_DATABASE_URL), or listen at 127.0.0.1."
)
NOT_TOLD_ERASED = (
    "A copy of the key store brings back keys of whoever was erased since, and the database role given here may not"
    " read who that is. Give one that may SELECT on vault_person in ABOVEBOARD_VAULT_DATABASE_URL for this command."
)
HOME, SECRET = "ABOVEBOARD_KEY_HOME", "ABOVEBOARD_KEY_SECRET"


def environment_of(role: str) -> dict[str, str] | None:
    """Give the variables of a process that may know the secret of *role* only; None where no key service is."""
    from aboveboard.apps.keeper.serving import lay_secrets
    from aboveboard.apps.keys.access import at_a_distance, is_here, key_home, secrets_at_hand
    from aboveboard.apps.keys.wire import Role

    if not at_a_distance():
        return None
    if is_here():
        lay_secrets(key_home())
    kept = {name: value for name, value in os.environ.items() if not name.startswith((HOME, SECRET))}
    secret = secrets_at_hand().get(Role(role))
    return kept if secret is None else {**kept, SECRET: secret}


def key_service() -> Iterator[Child]:
    """Give the key service as a child, where it is to run on this machine and does not run already."""
    from aboveboard.apps.keys.access import answers, at_a_distance, is_here

    if at_a_distance() and is_here() and not answers():
        yield Child("keys", own_command("key", "serve"), ready=answers)


@contextmanager
def keys_alone() -> Iterator[None]:
    """Hold the keys alone where a key service could have them in hand.

    Raises:
        Conflict: while one does.
        KeyUnavailable: when they lie on another machine.
    """
    from aboveboard.apps.keeper.serving import alone
    from aboveboard.apps.keys.access import at_a_distance, key_home

    if not at_a_distance():
        yield
        return
    with alone(key_home()):
        yield


def forget_owed() -> list[str]:
    """Have the key service look no longer for entries that vanished; their hashes.

    Raises:
        Conflict: while it runs.
        KeyUnavailable: when the keys lie on another machine, or in no service.
    """
    from aboveboard.apps.keeper.remembered import Remembered
    from aboveboard.apps.keys.access import key_home

    require_service()
    with keys_alone():
        remembered = Remembered(key_home())
        owed = [entry.hex() for entry in remembered.owed(datetime.now(UTC))]
        remembered.forget_owed()
        remembered.close()
    return owed


def require_erased_seen() -> None:
    """Refuse to lay keys back where nobody could tell whose must be shredded again.

    Raises:
        KeyUnavailable: when the cell does not say here who was erased.
    """
    from django.db import DatabaseError

    from aboveboard.apps.vault.models import Person

    try:
        Person.objects.exclude(erased_at=None).exists()
    except DatabaseError:
        raise KeyUnavailable(NOT_TOLD_ERASED) from None


def require_service() -> None:
    """Refuse where no key service is spoken of.

    Raises:
        Invalid: naming the options.
    """
    from aboveboard.apps.keys.access import at_a_distance

    if not at_a_distance():
        raise Invalid(NO_SERVICE)


def papers_here() -> "Papers":
    """Give where this side's certificates lie.

    Raises:
        Invalid: where no key service listens on a network.
    """
    from pathlib import Path

    from aboveboard.apps.keys.access import address, papers

    require_service()
    if isinstance(address(), Path):
        raise Invalid(NO_NETWORK)
    return papers()


def serve_keys(listen: str | None) -> None:
    """Serve the keys of this machine until told to stop, at the address of the options or at *listen*.

    Raises:
        KeyUnavailable: when they are not here, or there is no certificate to show.
        Conflict: while somebody else has them in hand, or the address is taken.
        Invalid: when *listen* cannot be read, or is a network's while the cell lies in SQLite.
    """
    import signal

    from aboveboard.apps.keeper import committed
    from aboveboard.apps.keeper.doors import door_at
    from aboveboard.apps.keeper.serving import KeyService, alone, lay_secrets, read_secrets
    from aboveboard.apps.keys import access

    require_service()
    home, where = access.key_home(), listening(listen)
    committed.read_only()
    with alone(home):
        lay_secrets(home)
        service = KeyService(door_at(where, access.papers()), access.by_itself(), read_secrets(home), home)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: service.stop())
        service.run()


def listening(listen: str | None) -> "Address":
    """Give where a key service of this machine listens.

    Raises:
        Invalid: when *listen* cannot be read, is not asked for by the options, or SQLite could not be seen from there.
    """
    from pathlib import Path

    from django.db import connections

    from aboveboard.apps.keys.access import address
    from aboveboard.apps.keys.address import is_of_this_machine, listened

    where = address()
    if listen is None:
        return where
    if isinstance(where, Path):
        raise Invalid(NO_NETWORK)
    where = listened(listen)
    if connections["vault"].vendor == "sqlite" and not is_of_this_machine(where):
        raise Invalid(NOT_SEEN)
    return where
