"""The network is shut during tests: a socket reaches this machine and no other."""

import socket
from ipaddress import ip_address
from typing import Any

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo


class NetworkShutError(AssertionError):
    """A test tried to reach another machine."""


def shut() -> None:
    """From now on, in this process, refuse every address but loopback and unix sockets."""
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = _guarded_getaddrinfo


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _must_be_here(self.family, address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _must_be_here(self.family, address)
    return _connect_ex(self, address)


def _guarded_getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
    _must_be_loopback(host)
    return _getaddrinfo(host, *rest, **named)


def _must_be_here(family: int, address: Any) -> None:
    if family != socket.AF_UNIX:
        _must_be_loopback(address[0])


def _must_be_loopback(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost") or _is_loopback(name):
        return
    raise NetworkShutError("a test reached for the network; tests stay on this machine")


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback or ip_address(name).is_unspecified
    except ValueError:
        return False
