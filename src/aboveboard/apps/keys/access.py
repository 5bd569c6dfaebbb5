"""The one holder of the keys for this process, found on first use from the settings: embedded, or a key service.

ABOVEBOARD_KEY_SERVICE   socket of the key service, or tls://host:port; not set: the keys lie in this process
ABOVEBOARD_KEY_HOME      folder of key store and root key, where they are on this machine
ABOVEBOARD_KEY_SECRET    what this process proves itself with; beside the keys the operator's is taken
"""

import socket
import threading
from pathlib import Path

from django.conf import settings

from aboveboard.apps.keys import wire
from aboveboard.apps.keys.address import Address, address_of
from aboveboard.apps.keys.certificates import Side
from aboveboard.apps.keys.client import CONNECT_S, Client
from aboveboard.apps.keys.embedded import EmbeddedKeys
from aboveboard.apps.keys.port import Keys
from aboveboard.apps.keys.remote import RemoteKeys
from aboveboard.apps.keys.root import FileRootKey
from aboveboard.apps.keys.tls import Papers
from aboveboard.core.errors import KeyUnavailable

KEY_STORE_FILE = "keys.sqlite3"
ROOT_KEY_FILE = "root.key"
PAPERS_THERE, PAPERS_HERE = "tls", "key-service"
"""Folders of certificates: beside the keys, and in ABOVEBOARD_OUTSIDE of whoever asks for them from elsewhere."""
ELSEWHERE = (
    "A key service keeps the keys, and ABOVEBOARD_KEY_HOME does not say that they lie on this machine. Run this command"
    " where they do."
)
NOT_PROVIDED = (
    "This process has no secret for the key service. Name its file in ABOVEBOARD_KEY_SECRET_FILE; it was made beside"
    " the keys, one for each role."
)

PREFERRED = (wire.Role.OPERATOR, wire.Role.DESK, wire.Role.SEQUENCER)

_lock = threading.Lock()
_opened: dict[str, Keys] = {}
_role: list[wire.Role] = []


def at_a_distance() -> bool:
    """Tell whether a key service keeps the keys."""
    return settings.OPTIONS.key_service is not None


def is_here() -> bool:
    """Tell whether the files of the keys lie on this machine."""
    return not at_a_distance() or settings.OPTIONS.key_home is not None


def keeps_for_others() -> bool:
    """Tell whether this machine keeps the keys of a home that lies on another one."""
    options = settings.OPTIONS
    if options.key_service is None or options.key_home is None or isinstance(address(), Path):
        return False
    # The folder of the log is made with a home and goes with it; no other part of it need lie in a folder.
    return not (Path(options.home) / "log").is_dir()


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


def act_as(role: wire.Role) -> None:
    """Speak to the key service in *role* from now on, where this process has that role's secret."""
    close()
    _role[:] = [role]


def by_itself() -> EmbeddedKeys:
    """Open the files of the keys in this very process from now on, as the key service does.

    Raises:
        KeyUnavailable: when they lie on another machine, or cannot be opened.
    """
    close()
    opened = embedded()
    with _lock:
        _opened[str(settings.OPTIONS.home)] = opened
    return opened


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
                known = _opened[home] = _found() if at_a_distance() else embedded()
    return known


def embedded() -> EmbeddedKeys:
    """Open the files of the keys in this process.

    Raises:
        KeyUnavailable: when the root key or the store cannot be opened.
    """
    root_key = FileRootKey(root_key_path()).root_key()
    return EmbeddedKeys(key_store_path(), settings.OPTIONS.cell, root_key)


def secrets_at_hand() -> dict[wire.Role, str]:
    """Give the secrets this process has, by role: those it was given, or those beside the keys."""
    given = settings.OPTIONS.key_secret.split()
    if not given and is_here():
        paths = [wire.secret_path(key_home(), role) for role in wire.Role]
        given = [path.read_text(encoding="ascii").strip() for path in paths if path.is_file()]
    return {wire.read_secret(secret)[0]: secret for secret in given}


def address() -> Address:
    """Give where the key service listens."""
    return address_of(str(settings.OPTIONS.key_service))


def papers() -> Papers:
    """Give what this side shows over a network, and whom it believes: beside the keys the service's own."""
    if settings.OPTIONS.key_home is not None:
        return Papers(Path(settings.OPTIONS.key_home) / PAPERS_THERE, Side.SERVICE)
    return Papers(Path(settings.OPTIONS.outside) / PAPERS_HERE, Side.CLIENT)


def answers() -> bool:
    """Tell whether somebody listens where the options say; who that is shows when a client greets them."""
    where = address()
    try:
        if not isinstance(where, Path):
            socket.create_connection(where, CONNECT_S).close()
            return True
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(CONNECT_S)
            probe.connect(str(where))
    except OSError:
        return False
    return True


def client() -> Client:
    """Give a client of the key service in the best role that this process can prove.

    Raises:
        KeyUnavailable: when it has no secret.
    """
    secrets = secrets_at_hand()
    role = next((role for role in (*_role, *PREFERRED) if role in secrets), None)
    if role is None:
        raise KeyUnavailable(NOT_PROVIDED)
    return Client(address(), secrets[role], papers())


def _found() -> Keys:
    """Ask the service; a command on the machine of the keys opens them itself while none runs."""
    if is_here() and not settings.OPTIONS.key_secret and not answers():
        return embedded()
    return RemoteKeys(client())


def close() -> None:
    """Forget what was opened, so that the next use opens it anew (after a restore, between tests)."""
    with _lock:
        for opened in _opened.values():
            opened.close()
        _opened.clear()
