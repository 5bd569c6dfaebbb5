"""A client of the key service: one connection a thread, proved from both ends, dropped at the first doubt."""

import os
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from aboveboard.apps.keys import tls, wire
from aboveboard.apps.keys.address import Address
from aboveboard.apps.keys.tls import Papers
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
BROKE_OFF = (
    "The key service broke off in the middle of an answer, or did not answer in time; whether it acted is not known."
    " Look at it where ABOVEBOARD_KEY_HOME lies, then try again."
)
NOT_PROVED = "The key service and this client share no secret; name the right one in ABOVEBOARD_KEY_SECRET_FILE."
ERRORS: dict[str, type[AboveboardError]] = {
    kind.code: kind for kind in (Conflict, Denied, Invalid, KeyUnavailable, LedgerUnavailable, NotVerified, Shredded)
}
"""What an answer that says no is raised as."""


class _Line(NamedTuple):
    """An open connection, the process that opened it, and whether it may still be used."""

    connection: socket.socket
    process: int
    holds: Callable[[], bool]


class Client:
    """Speaks to the key service at *address* in the role of its *secret*, from another machine with its *papers*."""

    def __init__(self, address: Address, secret: str, papers: Papers | None = None) -> None:
        """Take the words of the secret's file; nothing is connected yet."""
        self.address, self._papers = address, papers
        self.role, self._secret = wire.read_secret(secret)
        self._own = threading.local()

    def ask(self, verb: str, **arguments: object) -> Any:
        """Ask one thing and give what is answered; nothing is asked twice by itself.

        Raises:
            KeyUnavailable: when the service cannot be reached, or breaks off; whether it acted is not known then.
            AboveboardError: what the service itself answered with.
        """
        message = wire.framed([verb, arguments])
        connection = self._connection()
        try:
            wire.send_framed(connection, message, ANSWER_S)
            answer = wire.receive(connection, ANSWER_S)
        except (OSError, wire.Ended, Invalid):
            self.close()
            raise KeyUnavailable(BROKE_OFF, code="key_unavailable.broken-off") from None
        if answer[0] == "ok":
            return answer[1]
        _, base, code, sentence = answer
        raise ERRORS.get(base, KeyUnavailable)(sentence, code=code)

    def greet(self) -> None:
        """Open this thread's connection, where none is.

        Raises:
            KeyUnavailable: with a sentence that says why that is not possible.
        """
        self._connection()

    def close(self) -> None:
        """Close this thread's connection."""
        line: _Line | None = getattr(self._own, "line", None)
        self._own.line = None
        if line is not None:
            with suppress(OSError):
                line.connection.close()

    def _connection(self) -> socket.socket:
        # A connection belongs to one thread of one process; a forked child must open its own.
        line: _Line | None = getattr(self._own, "line", None)
        if line is not None and line.process == os.getpid() and line.holds() and not _has_ended(line.connection):
            return line.connection
        self.close()
        self._own.line = line = self._connected()
        return line.connection

    def _connected(self) -> _Line:
        end = time.monotonic() + CONNECT_S
        line = self._dialled()
        try:
            self._greet(line.connection, end)
        except BaseException:
            line.connection.close()
            raise
        return line

    def _dialled(self) -> _Line:
        if not isinstance(self.address, Path):
            if self._papers is None:
                raise KeyUnavailable(tls.NO_PIN, code="key_unavailable.no-pin")
            made = tls.dial(self.address, self._papers, CONNECT_S)
            return _Line(made.connection, os.getpid(), made.holds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(CONNECT_S)
            connection.connect(str(self.address))
        except OSError:
            connection.close()
            raise KeyUnavailable(AWAY) from None
        return _Line(connection, os.getpid(), lambda: True)

    def _greet(self, connection: socket.socket, end: float) -> None:
        def left() -> float:
            return end - time.monotonic()

        try:
            theirs = bytes.fromhex(wire.receive(connection, left(), wire.GREETING_MOST)["nonce"])
            mine, role = wire.nonce(), self.role.value
            shown = wire.proof(self._secret, "client", role, theirs, mine)
            told = {"v": wire.VERSION, "role": role, "nonce": mine.hex(), "proof": shown.hex()}
            wire.send(connection, told, left())
            answer = wire.receive(connection, left(), wire.GREETING_MOST)
            expected = wire.proof(self._secret, "service", role, theirs, mine)
            if not wire.same(bytes.fromhex(answer["proof"]), expected):
                raise KeyUnavailable(NOT_PROVED)
        except wire.Ended:
            raise KeyUnavailable(NOT_PROVED) from None
        except OSError as error:
            # Over TLS 1.3 a certificate that is turned away shows here, with the first thing that is read.
            raise (KeyUnavailable(AWAY) if isinstance(self.address, Path) else tls.trouble(error)) from None
        except (KeyError, TypeError, ValueError, Invalid):
            raise KeyUnavailable(AWAY) from None


def _has_ended(connection: socket.socket) -> bool:
    """Tell whether the other end has closed a connection on which nothing is awaited."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))
