"""The key service itself: a socket in a folder of its own, a thread a connection, one answer after the other.

It says in its diagnostics which verb was refused and why, in fixed words and without an id. Whoever does not prove a
secret, sends something malformed or too long is cut off.
"""

import fcntl
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections

from aboveboard.apps.files.durable import write_file
from aboveboard.apps.keeper import committed
from aboveboard.apps.keeper.remembered import Remembered
from aboveboard.apps.keeper.verbs import VERBS, Kept, answer
from aboveboard.apps.keys import wire
from aboveboard.apps.keys.client import ERRORS
from aboveboard.apps.keys.embedded import EmbeddedKeys
from aboveboard.core.errors import AboveboardError, Conflict, Invalid, KeyUnavailable

MOST_CONNECTIONS = 256
GREETING_S, MESSAGE_S = 5.0, 30.0
LOOK_EVERY_S = 5.0
LOCK_FILE = "service.lock"
logger = logging.getLogger("aboveboard.keeper")
_BASES = [(kind, code) for code, kind in ERRORS.items()] + [(AboveboardError, KeyUnavailable.code)]
_SAID = frozenset(name for verbs in VERBS.values() for name in verbs)


@contextmanager
def alone(key_home: Path) -> Iterator[None]:
    """Hold the folder of the keys alone: one service, or one command that exchanges what lies there.

    Raises:
        Conflict: while somebody else does.
    """
    descriptor = os.open(key_home / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("A key service runs on these keys; stop it first.") from None
        yield
    finally:
        os.close(descriptor)


def lay_secrets(key_home: Path) -> None:
    """Make the secrets of the roles that have none yet; an existing one stays."""
    for role in wire.Role:
        path = wire.secret_path(key_home, role)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            write_file(path, f"{wire.new_secret(role)}\n".encode())
            path.chmod(0o600)


def read_secrets(key_home: Path) -> dict[wire.Role, bytes]:
    """Read the secrets of every role.

    Raises:
        KeyUnavailable: when one cannot be read.
    """
    found = {}
    for role in wire.Role:
        try:
            told, secret = wire.read_secret(wire.secret_path(key_home, role).read_text(encoding="ascii"))
        except (OSError, UnicodeDecodeError, Invalid):
            raise KeyUnavailable(f"The secret of the role {role.value} cannot be read beside the keys.") from None
        if told is not role:
            raise KeyUnavailable(f"The secret of the role {role.value} is that of another role.")
        found[role] = secret
    return found


class KeyService:
    """Serves the keys of one cell at a unix socket, until it is stopped."""

    def __init__(self, address: Path, keys: EmbeddedKeys, secrets: dict[wire.Role, bytes], home: Path) -> None:
        """Listen at *address*; its folder should let nobody else in."""
        self._secrets = secrets
        self._kept = Kept(keys, Remembered(home), self._is_closed)
        self._looked_at, self._gone, self._look = -LOOK_EVERY_S, 0, threading.Lock()
        self._address, self._stopping = address, threading.Event()
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._listening = _bound(address)

    def run(self) -> None:
        """Answer until `stop`; connections that are open then are cut."""
        self._listening.settimeout(0.2)
        while not self._stopping.is_set():
            try:
                connection, _ = self._listening.accept()
            except TimeoutError:
                continue
            except OSError:
                break
            if not self._free.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
        self._listening.close()
        self._address.unlink(missing_ok=True)

    def stop(self) -> None:
        """Have `run` end."""
        self._stopping.set()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                role = self._greeted(connection)
                while role is not None and not self._stopping.is_set():
                    self._one(connection, role)
        except (OSError, wire.Ended):
            pass  # whoever asked has gone
        except Invalid:
            logger.warning("a client was cut off: malformed message")
        finally:
            self._kept.keys.close()
            connections.close_all()
            self._free.release()

    def _greeted(self, connection: socket.socket) -> wire.Role | None:
        """Give the role a client has proved; None, and a word in the diagnostics, for who has not."""
        connection.settimeout(GREETING_S)
        mine = wire.nonce()
        wire.send(connection, {"nonce": mine.hex()})
        told = wire.receive(connection, wire.GREETING_MOST)
        try:
            role, theirs, shown = wire.Role(told["role"]), bytes.fromhex(told["nonce"]), bytes.fromhex(told["proof"])
            held = told["v"] == wire.VERSION and len(theirs) == wire.NONCE
        except (KeyError, TypeError, ValueError):
            raise Invalid("A greeting does not have the form of one.") from None
        if not held or not wire.same(shown, wire.proof(self._secrets[role], "client", role.value, mine, theirs)):
            logger.warning("a client was turned away: secret not proved")
            return None
        own = wire.proof(self._secrets[role], "service", role.value, mine, theirs)
        wire.send(connection, {"proof": own.hex()})
        return role

    def _one(self, connection: socket.socket, role: wire.Role) -> None:
        # Between two questions a client may be silent for as long as it likes; within one it may not.
        connection.settimeout(None)
        connection.recv(1, socket.MSG_PEEK)
        connection.settimeout(MESSAGE_S)
        request = wire.receive(connection)
        try:
            told: list[Any] = ["ok", answer(self._kept, role, request)]
        except AboveboardError as error:
            verb = request[0] if isinstance(request, list) and request and request[0] in list(_SAID) else "unknown"
            logger.warning("refused %s to %s: %s", verb, role.value, error.code)
            base = next(code for kind, code in _BASES if isinstance(error, kind))
            told = ["no", base, error.code, error.sentence]
        except DatabaseError as error:
            logger.warning("the cell's database does not answer: %s", type(error).__name__)
            sentence = "The key service cannot see the cell's database, so it opens nothing."
            told = ["no", KeyUnavailable.code, "key_unavailable.database", sentence]
        wire.send(connection, told)

    def _is_closed(self) -> bool:
        """Tell whether an entry that values were opened for has vanished; looked at every few seconds."""
        with self._look:
            if time.monotonic() - self._looked_at >= LOOK_EVERY_S:
                self._gone = self._kept.remembered.gone(datetime.now(UTC), committed.place_of)
                self._looked_at = time.monotonic()
                if self._gone:
                    logger.error("closed: %d entries that values were opened for have vanished", self._gone)
            return self._gone > 0


def _bound(address: Path) -> socket.socket:
    address.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A socket left behind by one that died is nobody's: the lock on the folder of the keys says so.
    with suppress(FileNotFoundError):
        address.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(address))
    # Its folder says who may come near; whoever does must still prove a secret.
    address.chmod(0o660)
    listening.listen(MOST_CONNECTIONS)
    return listening
