"""How a key service and its clients speak: short messages behind their length, and a greeting both must prove.

    message   u32be length || canonical JSON; longer than MOST is refused unread
    greeting  service: {"nonce": 64 hex}
              client:  {"nonce": 64 hex, "proof": 64 hex, "role": text, "v": 1}
              service: {"proof": 64 hex}
    proof     HMAC-SHA256(secret of the role, "aboveboard/key-service/v1" || who || role || both nonces)
    request   [verb, {arguments}]
    answer    ["ok", value] or ["no", code, sentence]

Bytes are hexadecimal digits. Nothing here depends on what carries it: a unix socket whose folder keeps others out, or
TLS between two machines (`tls`); something must, for only the greeting is authenticated, not what follows.
"""

import hmac
import os
import secrets
import socket
import time
from enum import StrEnum
from pathlib import Path
from typing import Any

from aboveboard.core import canonical
from aboveboard.core.errors import Invalid

VERSION = 1
MOST = 4 * 1024 * 1024
"""Bytes of one message."""
GREETING_MOST = 1024
NONCE = 32
_CONTEXT = b"aboveboard/key-service/v1"


class Role(StrEnum):
    """Who a client is; each has a secret of its own, and the verbs it needs."""

    DESK = "desk"
    """Web and work processes, and commands on a machine that does not keep the keys."""
    SEQUENCER = "sequencer"
    OPERATOR = "operator"
    """Commands on the machine that keeps the keys."""


class Ended(Exception):
    """The connection ended between two messages."""


def framed(value: object) -> bytes:
    """Give one message as it is sent.

    Raises:
        Invalid: when it would be longer than the other end takes.
    """
    body = canonical.encode(value)
    if len(body) > MOST:
        raise Invalid("A message to the key service is longer than it may be.")
    return len(body).to_bytes(4, "big") + body


def send(connection: socket.socket, value: object, seconds: float) -> None:
    """Send one message, however slowly it is taken, in so many seconds at most.

    Raises:
        Invalid: when it would be longer than the other end takes.
        TimeoutError: when it was not taken in time; nothing more may be sent then.
    """
    send_framed(connection, framed(value), seconds)


def send_framed(connection: socket.socket, message: bytes, seconds: float) -> None:
    """Send what `framed` made, in so many seconds at most."""
    end, left = time.monotonic() + seconds, memoryview(message)
    while left:
        _until(connection, end)
        left = left[connection.send(left) :]


def receive(connection: socket.socket, seconds: float, most: int = MOST) -> Any:
    """Receive one message whole, however slowly it comes, in so many seconds at most.

    Raises:
        Ended: when the other end closed the connection instead.
        Invalid: when it is too long or not canonical; nothing more may be read from the connection then.
        TimeoutError: when it did not come whole in time.
    """
    end = time.monotonic() + seconds
    size = int.from_bytes(_exactly(connection, 4, end, began=False), "big")
    if size > most:
        raise Invalid("A message is longer than it may be.")
    return canonical.decode(_exactly(connection, size, end, began=True))


def _until(connection: socket.socket, end: float) -> None:
    """Let the next step take as long as is left of the whole: a step's own time would begin anew with every byte."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)


def _exactly(connection: socket.socket, size: int, end: float, *, began: bool) -> bytes:
    parts, left = [], size
    while left:
        _until(connection, end)
        part = connection.recv(min(left, 1 << 16))
        if not part:
            if began or left != size:
                raise Invalid("A message was cut short.")
            raise Ended
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def proof(secret: bytes, who: str, role: str, first: bytes, second: bytes) -> bytes:
    """Prove that *secret* is known: *who* is ``client`` or ``service``, *first* the service's nonce."""
    told = b"\0".join((who.encode(), role.encode()))
    return hmac.digest(secret, _CONTEXT + told + b"\0" + first + second, "sha256")


def nonce() -> bytes:
    """Draw a nonce."""
    return os.urandom(NONCE)


def same(one: bytes, other: bytes) -> bool:
    """Compare without telling where two proofs differ."""
    return hmac.compare_digest(one, other)


def new_secret(role: Role) -> str:
    """Make a secret as it stands in its file: the role it is for, and 32 random bytes."""
    return f"{role.value}:{secrets.token_hex(32)}"


def read_secret(text: str) -> tuple[Role, bytes]:
    """Read what `new_secret` made.

    Raises:
        Invalid: for anything else; the text is not repeated.
    """
    role, _, digits = text.strip().partition(":")
    try:
        found = bytes.fromhex(digits)
        if len(found) != NONCE:
            raise Invalid("The secret of the key service is not of the length it must have.")
        return Role(role), found
    except ValueError:
        raise Invalid("The secret of the key service is not of the form ROLE:HEXADECIMAL.") from None


def secret_path(key_home: Path, role: Role) -> Path:
    """Give the file of a role's secret in the folder of a key service."""
    return key_home / "clients" / role.value
