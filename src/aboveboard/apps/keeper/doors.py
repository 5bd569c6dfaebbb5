"""Where a key service lets clients in: a socket in a folder that keeps others out, or a port behind TLS.

A door admits nobody who has not shown at it what it wants to see; that he knows a secret is asked behind it.
"""

import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from aboveboard.apps.keys import tls
from aboveboard.apps.keys.address import Address, Network
from aboveboard.apps.keys.tls import Papers
from aboveboard.core.errors import Conflict, KeyUnavailable

BACKLOG = 128
_EXPIRED = (9, 10)
_NO_CERTIFICATE = "PEER_DID_NOT_RETURN_A_CERTIFICATE"


class Guest(NamedTuple):
    """A client that was let in, and whether it may stay."""

    connection: socket.socket
    may_stay: Callable[[], bool]


class TurnedAway(Exception):
    """Somebody is not let in; the text says why in fixed words, and is empty where there is nothing to say."""


class Door(Protocol):
    """Where clients come in."""

    listening: socket.socket

    def admitted(self, connection: socket.socket, seconds: float) -> Guest:
        """Let a client in that has shown what it must; TurnedAway, and the connection closed, where it has not."""

    def close(self) -> None:
        """Let nobody in any more."""


class SocketDoor:
    """A unix socket: whoever may enter its folder comes in."""

    def __init__(self, address: Path) -> None:
        """Listen at *address*."""
        address.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A socket left behind by one that died is nobody's: the lock on the folder of the keys says so.
        with suppress(FileNotFoundError):
            address.unlink()
        self._address = address
        self.listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listening.bind(str(address))
        # Its folder says who may come near; whoever does must still prove a secret.
        address.chmod(0o660)
        self.listening.listen(BACKLOG)

    def admitted(self, connection: socket.socket, _seconds: float) -> Guest:
        """Let in whoever came this far."""
        return Guest(connection, lambda: True)

    def close(self) -> None:
        """Take the socket away."""
        self.listening.close()
        self._address.unlink(missing_ok=True)


class NetworkDoor:
    """A port behind TLS: who shows a pinned certificate comes in, and stays while it is pinned and holds."""

    def __init__(self, address: Network, papers: Papers) -> None:
        """Listen at *address*.

        Raises:
            KeyUnavailable: when there is no pair to show, or it has expired.
            Conflict: when the address cannot be listened on.
        """
        papers.context(serving=True)
        self._papers = papers
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        try:
            self.listening = socket.create_server(address, family=family, backlog=BACKLOG)
        except OSError as error:
            raise Conflict(f"Nothing can listen on that host and port here ({error.strerror or 'unknown'}).") from None

    def admitted(self, connection: socket.socket, seconds: float) -> Guest:
        """Shake hands, with the pins and the pair that lie there now."""
        try:
            context, end = self._papers.context(serving=True), time.monotonic() + seconds
        except KeyUnavailable as error:
            connection.close()
            raise TurnedAway(error.code) from None
        try:
            made = tls.secured(connection, context, self._papers, end=end, serving=True)
        except KeyUnavailable:
            raise TurnedAway("certificate not pinned") from None
        except OSError as error:
            raise TurnedAway(_why(error)) from None
        return Guest(made.connection, made.holds)

    def close(self) -> None:
        """Give the port back."""
        self.listening.close()


def door_at(address: Address, papers: Papers) -> Door:
    """Open the door that *address* asks for."""
    return SocketDoor(address) if isinstance(address, Path) else NetworkDoor(address, papers)


def _why(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "handshake not finished in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate expired or not valid yet" if error.verify_code in _EXPIRED else "certificate not pinned"
    if isinstance(error, ssl.SSLEOFError) or not isinstance(error, ssl.SSLError):
        return ""
    if error.reason == _NO_CERTIFICATE:
        return "no certificate shown"
    # The other side's own alert: it does not believe this service, or has gone.
    return "it does not trust this service" if "ALERT" in (error.reason or "") else "no TLS 1.3 spoken"
