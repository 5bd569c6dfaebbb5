"""A client of the key service: one connection a thread, proved from both ends, dropped at the first doubt."""

import os
import select
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from aboveboard.apps.keys import wire
from aboveboard.core.errors import (
    AboveboardError,
    Conflict,
    Denied,
    Invalid,
    KeyUnavailable,
    LedgerUnavailable,
    NotVerified,
    Shredded,
)

CONNECT_S, ANSWER_S = 5.0, 60.0
AWAY = "The key service does not answer. Start it where ABOVEBOARD_KEY_HOME lies (`aboveboard key serve`)."
NOT_PROVED = "The key service and this client share no secret; name the right one in ABOVEBOARD_KEY_SECRET_FILE."
ERRORS: dict[str, type[AboveboardError]] = {
    kind.code: kind for kind in (Conflict, Denied, Invalid, KeyUnavailable, LedgerUnavailable, NotVerified, Shredded)
}
"""What an answer that says no is raised as."""


class Client:
    """Speaks to the key service at *address* in the role of its *secret*."""

    def __init__(self, address: Path, secret: str) -> None:
        """Take the words of the secret's file; nothing is connected yet."""
        self.address = address
        self.role, self._secret = wire.read_secret(secret)
        self._own = threading.local()

    def ask(self, verb: str, **arguments: object) -> Any:
        """Ask one thing and give what is answered.

        Raises:
            KeyUnavailable: when the service cannot be reached, or breaks off; whether it acted is not known then.
            AboveboardError: what the service itself answered with.
        """
        try:
            connection = self._connection()
            wire.send(connection, [verb, arguments])
            answer = wire.receive(connection)
        except (OSError, wire.Ended):
            self.close()
            raise KeyUnavailable(AWAY) from None
        except Invalid:
            self.close()
            raise
        if answer[0] == "ok":
            return answer[1]
        _, base, code, sentence = answer
        raise ERRORS.get(base, KeyUnavailable)(sentence, code=code)

    def close(self) -> None:
        """Close this thread's connection."""
        connection: socket.socket | None = getattr(self._own, "connection", None)
        self._own.connection = None
        if connection is not None:
            with suppress(OSError):
                connection.close()

    def _connection(self) -> socket.socket:
        # A connection belongs to one thread of one process; a forked child must open its own.
        connection: socket.socket | None = getattr(self._own, "connection", None)
        if connection is not None and self._own.process == os.getpid() and not _has_ended(connection):
            return connection
        self.close()
        connection = self._connected()
        self._own.connection, self._own.process = connection, os.getpid()
        return connection

    def _connected(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(CONNECT_S)
            connection.connect(str(self.address))
            self._greet(connection)
            connection.settimeout(ANSWER_S)
        except BaseException:
            connection.close()
            raise
        return connection

    def _greet(self, connection: socket.socket) -> None:
        try:
            theirs, mine = bytes.fromhex(wire.receive(connection, wire.GREETING_MOST)["nonce"]), wire.nonce()
            role = self.role.value
            shown = wire.proof(self._secret, "client", role, theirs, mine)
            wire.send(connection, {"v": wire.VERSION, "role": role, "nonce": mine.hex(), "proof": shown.hex()})
            answer = wire.receive(connection, wire.GREETING_MOST)
            expected = wire.proof(self._secret, "service", role, theirs, mine)
            if not wire.same(bytes.fromhex(answer["proof"]), expected):
                raise KeyUnavailable(NOT_PROVED)
        except wire.Ended:
            raise KeyUnavailable(NOT_PROVED) from None
        except (KeyError, TypeError, ValueError, Invalid):
            raise KeyUnavailable(AWAY) from None


def _has_ended(connection: socket.socket) -> bool:
    """Tell whether the other end has closed a connection on which nothing is awaited."""
    return bool(select.select([connection], [], [], 0)[0])
