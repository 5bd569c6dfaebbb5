"""The key service itself: a door that clients come in by, a thread a connection, one answer after the other.

It says in its diagnostics which verb was refused and why, in fixed words and without an id. Whoever does not prove a
secret, sends something malformed, too long or too slow is cut off.
"""

import fcntl
import logging
import os
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections

from aboveboard.apps.files.durable import write_file
from aboveboard.apps.keeper import committed
from aboveboard.apps.keeper.doors import Door, Guest, TurnedAway
from aboveboard.apps.keeper.remembered import Remembered
from aboveboard.apps.keeper.verbs import VERBS, Kept, answer
from aboveboard.apps.keys import wire
from aboveboard.apps.keys.client import ERRORS
from aboveboard.apps.keys.embedded import EmbeddedKeys
from aboveboard.core.errors import AboveboardError, Conflict, Invalid, KeyUnavailable

MOST_AT_THE_DOOR, MOST_CONNECTIONS = 64, 256
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
    """Serves the keys of one cell at a door, until it is stopped."""

    def __init__(self, door: Door, keys: EmbeddedKeys, secrets: dict[wire.Role, bytes], home: Path) -> None:
        """Serve whoever comes in by *door* and proves one of *secrets*."""
        self._secrets, self._door = secrets, door
        self._kept = Kept(keys, Remembered(home), self._is_closed)
        self._looked_at, self._gone, self._look = -LOOK_EVERY_S, 0, threading.Lock()
        self._stopping = threading.Event()
        # Whoever has proved nothing yet takes no place from those who have.
        self._at_the_door = threading.BoundedSemaphore(MOST_AT_THE_DOOR)
        self._inside = threading.BoundedSemaphore(MOST_CONNECTIONS)

    def run(self) -> None:
        """Answer until `stop`; connections that are open then are cut."""
        listening = self._door.listening
        listening.settimeout(0.2)
        while not self._stopping.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            except OSError:
                break
            if not self._at_the_door.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
        self._door.close()

    def stop(self) -> None:
        """Have `run` end."""
        self._stopping.set()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with self._let_in(connection) as (guest, role):
                while not self._stopping.is_set() and _asks(guest.connection):
                    if not guest.may_stay():
                        raise TurnedAway("its certificate is no longer pinned, or has expired")  # noqa: TRY301
                    self._one(guest.connection, role)
        except (OSError, wire.Ended):
            pass  # whoever asked has gone
        except TurnedAway as why:
            if str(why):
                logger.warning("a client was turned away: %s", why)
        except Invalid:
            logger.warning("a client was cut off: malformed message")
        finally:
            self._kept.keys.close()
            connections.close_all()

    @contextmanager
    def _let_in(self, connection: socket.socket) -> Iterator[tuple[Guest, wire.Role]]:
        """Hold a place inside for a client that has shown at the door what it must, and proved a role's secret."""
        with ExitStack() as leaving:
            with ExitStack() as at_the_door:
                at_the_door.callback(self._at_the_door.release)
                guest = self._door.admitted(connection, GREETING_S)
                leaving.enter_context(closing(guest.connection))
                role = self._greeted(guest.connection)
                if not self._inside.acquire(blocking=False):
                    raise TurnedAway("too many connections")
                leaving.callback(self._inside.release)
            yield guest, role

    def _greeted(self, connection: socket.socket) -> wire.Role:
        """Give the role a client has proved; TurnedAway for who has not."""
        mine = wire.nonce()
        wire.send(connection, {"nonce": mine.hex()}, GREETING_S)
        told = wire.receive(connection, GREETING_S, wire.GREETING_MOST)
        try:
            role, theirs, shown = wire.Role(told["role"]), bytes.fromhex(told["nonce"]), bytes.fromhex(told["proof"])
            held = told["v"] == wire.VERSION and len(theirs) == wire.NONCE
        except (KeyError, TypeError, ValueError):
            raise Invalid("A greeting does not have the form of one.") from None
        if not held or not wire.same(shown, wire.proof(self._secrets[role], "client", role.value, mine, theirs)):
            raise TurnedAway("secret not proved")
        own = wire.proof(self._secrets[role], "service", role.value, mine, theirs)
        wire.send(connection, {"proof": own.hex()}, GREETING_S)
        return role

    def _one(self, connection: socket.socket, role: wire.Role) -> None:
        request = wire.receive(connection, MESSAGE_S)
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
        wire.send(connection, told, MESSAGE_S)

    def _is_closed(self) -> bool:
        """Tell whether an entry that values were opened for has vanished; looked at every few seconds."""
        with self._look:
            if time.monotonic() - self._looked_at >= LOOK_EVERY_S:
                self._gone = self._kept.remembered.gone(datetime.now(UTC), committed.place_of)
                self._looked_at = time.monotonic()
                if self._gone:
                    logger.error("closed: %d entries that values were opened for have vanished", self._gone)
            return self._gone > 0


def _asks(connection: socket.socket) -> bool:
    """Wait for a question: between two of them a client may be silent for as long as it likes."""
    if isinstance(connection, ssl.SSLSocket) and connection.pending():
        return True
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll())
