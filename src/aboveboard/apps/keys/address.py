"""Where a key service listens: a socket's path on this machine, or a host and a port, reached over TLS only."""

from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from aboveboard.core.errors import Invalid

SCHEME = "tls://"


class Network(NamedTuple):
    """A host, by name or number, and a port."""

    host: str
    port: int


Address = Path | Network


def address_of(text: str) -> Address:
    """Read what the option ABOVEBOARD_KEY_SERVICE says, which was checked when it was read."""
    return listened(text.removeprefix(SCHEME)) if text.startswith(SCHEME) else Path(text)


def listened(text: str) -> Network:
    """Read HOST:PORT; a number of six groups stands in brackets.

    Raises:
        Invalid: for anything else.
    """
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _malformed() from None
    if not host or not port or text != parts.netloc or "@" in text:
        raise _malformed()
    return Network(host, port)


def is_of_this_machine(address: Address) -> bool:
    """Tell whether only this machine can reach *address*."""
    if isinstance(address, Path) or address.host == "localhost":
        return True
    try:
        return ip_address(address.host).is_loopback
    except ValueError:
        return False


def _malformed() -> Invalid:
    return Invalid("Where the key service listens is said as HOST:PORT, a port between 1 and 65535.")
