"""The one holder of the keys for this process, found on first use from the settings: embedded, or a key service.

ABOVEBOARD_KEY_SERVICE   socket of the key service; not set: the keys lie in this process
ABOVEBOARD_KEY_HOME      folder of key store and root key, where they are on this machine
ABOVEBOARD_KEY_SECRET    what this process proves itself with; beside the keys the operator's is taken
"""

import threading
from pathlib import Path

from django.conf import settings

from aboveboard.apps.keys import wire
from aboveboard.apps.keys.client import Client
from aboveboard.apps.keys.embedded import EmbeddedKeys
from aboveboard.apps.keys.port import Keys
from aboveboard.apps.keys.remote import RemoteKeys
from aboveboard.apps.keys.root import FileRootKey
from aboveboard.core.errors import KeyUnavailable

KEY_STORE_FILE = "keys.sqlite3"
ROOT_KEY_FILE = "root.key"
ELSEWHERE = (
    "A key service keeps the keys, and ABOVEBOARD_KEY_HOME does not say that they lie on this machine. Run this command"
    " where they do."
)
NOT_PROVIDED = (
    "This process has no secret for the key service. Name its file in ABOVEBOARD_KEY_SECRET_FILE; it was made beside"
    " the keys, one for each role."
)

_lock = threading.Lock()
_opened: dict[str, Keys] = {}
_by_itself = False


def at_a_distance() -> bool:
    """Tell whether a key service keeps the keys."""
    return settings.OPTIONS.key_service is not None


def is_here() -> bool:
    """Tell whether the files of the keys lie on this machine."""
    return not at_a_distance() or settings.OPTIONS.key_home is not None


def key_home() -> Path:
    """Give the folder of the keys where a key service keeps them.

    Raises:
        KeyUnavailable: when they lie on another machine.
    """
    if settings.OPTIONS.key_home is None:
        raise KeyUnavailable(ELSEWHERE)
    return Path(settings.OPTIONS.key_home)


def key_store_path() -> Path:
    """Give the path of the key store's file."""
    return (key_home() if at_a_distance() else Path(settings.OPTIONS.home)) / KEY_STORE_FILE


def root_key_path() -> Path:
    """Give the path of the root key's file, outside the data folder."""
    return (key_home() if at_a_distance() else Path(settings.OPTIONS.outside)) / ROOT_KEY_FILE


def by_itself() -> None:
    """Have this process open the files of the keys from now on: the key service, and commands that exchange them.

    Raises:
        KeyUnavailable: when they lie on another machine.
    """
    global _by_itself  # noqa: PLW0603 - once a process is the point
    key_store_path()
    close()
    _by_itself = True


def store() -> Keys:
    """Give whoever holds the keys of this cell.

    Raises:
        KeyUnavailable: when the root key or the store cannot be opened, or there is no secret for the key service.
    """
    home = str(settings.OPTIONS.home)
    known = _opened.get(home)
    if known is None:
        with _lock:
            known = _opened.get(home)
            if known is None:
                known = _opened[home] = embedded() if _by_itself or not at_a_distance() else _remote()
    return known


def embedded() -> EmbeddedKeys:
    """Open the files of the keys in this process.

    Raises:
        KeyUnavailable: when the root key or the store cannot be opened.
    """
    root_key = FileRootKey(root_key_path()).root_key()
    return EmbeddedKeys(key_store_path(), settings.OPTIONS.cell, root_key)


def secret_of(role: wire.Role) -> str:
    """Give the secret of a role as it stands beside the keys.

    Raises:
        KeyUnavailable: when it cannot be read here.
    """
    try:
        return wire.secret_path(key_home(), role).read_text(encoding="ascii").strip()
    except OSError:
        raise KeyUnavailable(NOT_PROVIDED) from None


def _remote() -> RemoteKeys:
    secret, service = settings.OPTIONS.key_secret, settings.OPTIONS.key_service
    if not secret:
        if not is_here():
            raise KeyUnavailable(NOT_PROVIDED)
        secret = secret_of(wire.Role.OPERATOR)
    return RemoteKeys(Client(Path(str(service)), secret))


def close() -> None:
    """Forget what was opened, so that the next use opens it anew (after a restore, between tests)."""
    with _lock:
        for opened in _opened.values():
            opened.close()
        _opened.clear()
