"""Keys kept apart: what each process of a server is told of them, and the key service among its children."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from aboveboard.core.errors import Invalid
from aboveboard.faces.cli.supervising import Child, own_command

NO_SERVICE = (
    "No key service keeps these keys: set ABOVEBOARD_KEY_SERVICE to its socket, and ABOVEBOARD_KEY_HOME where they are."
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


def require_service() -> None:
    """Refuse where no key service is spoken of.

    Raises:
        Invalid: naming the options.
    """
    from aboveboard.apps.keys.access import at_a_distance

    if not at_a_distance():
        raise Invalid(NO_SERVICE)


def serve_keys() -> None:
    """Serve the keys of this machine until told to stop.

    Raises:
        KeyUnavailable: when they are not here.
        Conflict: while somebody else has them in hand.
    """
    import signal
    from pathlib import Path

    from django.conf import settings

    from aboveboard.apps.keeper import committed
    from aboveboard.apps.keeper.serving import KeyService, alone, lay_secrets, read_secrets
    from aboveboard.apps.keys import access

    require_service()
    home = access.key_home()
    committed.read_only()
    with alone(home):
        lay_secrets(home)
        service = KeyService(Path(str(settings.OPTIONS.key_service)), access.by_itself(), read_secrets(home), home)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: service.stop())
        service.run()
