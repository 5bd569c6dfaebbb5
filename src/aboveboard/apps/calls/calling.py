"""One HTTP request with a deadline for the whole of it, and a limit to what is read."""

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from typing import Self
from urllib.parse import SplitResult, urlsplit

from aboveboard.core.errors import Invalid

_AGENT = "aboveboard"


class Silence(StrEnum):
    """Why there is no answer."""

    LATE = "it did not answer in time"
    UNREACHED = "it cannot be reached"
    NOT_TRUSTED = "its certificate is not trusted"
    TOO_LONG = "its answer is too long"
    BROKEN = "its answer is not HTTP"


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, whatever its status."""

    status: int
    content_type: str
    body: bytes


class Line:
    """A line to one machine, kept open between calls; for one thread at a time."""

    def __init__(self, url: str, *, seconds: float, most: int) -> None:
        """Call below the address *url*, each time for at most *seconds*, and hear at most *most* bytes.

        Raises:
            Invalid: for anything but http://host... or https://host...
        """
        self._parts = split_address(url)
        self._prefix = self._parts.path.rstrip("/")
        self._seconds, self._most = seconds, most
        self._context = ssl.create_default_context() if self._parts.scheme == "https" else None
        kind = HTTPSConnection if self._context else HTTPConnection
        self._connection: HTTPConnection = kind(str(self._parts.hostname), self._parts.port)
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self.close()

    def close(self) -> None:
        """Hang up; the next call dials again."""
        with suppress(OSError):
            self._connection.close()
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
            self._socket = None

    def get(self, path: str) -> Heard | Silence:
        """Fetch what lies at *path* below the address."""
        return self._call("GET", path, None)

    def post(self, path: str, body: bytes) -> Heard | Silence:
        """Send *body* to *path* below the address."""
        return self._call("POST", path, body)

    def _call(self, method: str, path: str, body: bytes | None) -> Heard | Silence:
        kept_open = self._connection.sock is not None
        heard = self._call_once(method, path, body)
        if kept_open and heard in (Silence.UNREACHED, Silence.BROKEN):
            # The other side may have hung up in the meantime; that says nothing.
            heard = self._call_once(method, path, body)
        return heard

    def _call_once(self, method: str, path: str, body: bytes | None) -> Heard | Silence:
        late = Event()
        # A deadline for the whole: the socket's own would begin anew with every byte that drips in.
        timer = Timer(self._seconds, self._cut, [late])
        timer.daemon = True
        timer.start()
        heard: Heard | Silence = Silence.UNREACHED
        try:
            self._dial()
            # Who was cut off before there was anything to cut stops here.
            heard = Silence.LATE if late.is_set() else self._exchange(method, path, body)
        except TimeoutError:
            heard = Silence.LATE
        except ssl.SSLCertVerificationError:
            heard = Silence.NOT_TRUSTED
        except OSError:
            pass
        except (HTTPException, ValueError):
            heard = Silence.BROKEN
        finally:
            timer.cancel()
        if late.is_set():
            heard = Silence.LATE
        if not isinstance(heard, Heard):
            self.close()
        return heard

    def _exchange(self, method: str, path: str, body: bytes | None) -> Heard | Silence:
        headers = {"User-Agent": _AGENT, "Accept": "*/*"}
        if body is not None:
            headers["Content-Type"] = "application/octet-stream"
        self._connection.request(method, f"{self._prefix}/{path}", body, headers)
        response = self._connection.getresponse()
        data = response.read(self._most + 1)
        if len(data) > self._most:
            return Silence.TOO_LONG
        return Heard(response.status, response.headers.get("Content-Type") or "", data)

    def _cut(self, late: Event) -> None:
        late.set()
        line = self._socket
        if line is not None:
            with suppress(OSError):
                # Past TLS, which would want to say goodbye first and is being used by another thread.
                socket.socket.shutdown(line, socket.SHUT_RDWR)

    def _dial(self) -> None:
        if self._connection.sock is not None:
            return
        host = str(self._parts.hostname)
        port = self._parts.port or self._connection.default_port
        self._socket = line = socket.create_connection((host, port), self._seconds)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._context is not None:
            # Step by step, so that the deadline cuts a handshake too.
            self._socket = secured = self._context.wrap_socket(
                line, server_hostname=host, do_handshake_on_connect=False
            )
            secured.do_handshake()
        self._connection.sock = self._socket


def split_address(url: str) -> SplitResult:
    """Take an address apart.

    Raises:
        Invalid: unless it is http or https with a host, and without a user, a query or a fragment.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid("An address of another machine cannot be read.") from None
    plain = not (parts.query or parts.fragment or parts.username or parts.password) and port != 0
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise Invalid("An address of another machine is not https://host or http://host, with a path at most.")
    return parts
