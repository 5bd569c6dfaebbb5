"""The witness as a WSGI application."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Protocol

from aboveboard.apps.witness.memory import Memory
from aboveboard.core.tlog.cosignature import Cosigner
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.tlog.witness import (
    ADD_CHECKPOINT,
    MAX_REQUEST_SIZE,
    SIZE_TYPE,
    Refused,
    Status,
    monitoring_path,
    read_request,
)

TEXT = "text/plain; charset=utf-8"
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class _Body(Protocol):
    def read(self, size: int, /) -> bytes:
        """Give up to *size* bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    status: int
    body: bytes
    content_type: str = TEXT


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its memory, its keys, the logs it knows."""

    memory: Memory
    cosigners: Sequence[Cosigner]
    trust: TrustPolicy

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        reply = self.reply(environ)
        phrase = HTTPStatus(reply.status).phrase
        headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body)))]
        start_response(f"{reply.status} {phrase}", [*headers, ("Cache-Control", "no-store")])
        return [reply.body if environ["REQUEST_METHOD"] != "HEAD" else b""]

    def reply(self, environ: Mapping[str, Any]) -> Reply:
        """Say what is answered to one request."""
        path, method = str(environ.get("PATH_INFO", "")).lstrip("/"), environ["REQUEST_METHOD"]
        if path == ADD_CHECKPOINT:
            return self._add(environ["wsgi.input"]) if method == "POST" else _no(HTTPStatus.METHOD_NOT_ALLOWED)
        if method not in ("GET", "HEAD"):
            return _no(HTTPStatus.METHOD_NOT_ALLOWED)
        if path == "":
            return Reply(HTTPStatus.OK, "".join(f"{cosigner.vkey}\n" for cosigner in self.cosigners).encode())
        return self._latest(path)

    def _add(self, source: _Body) -> Reply:
        body = _read(source)
        if body is None:
            return _no(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        asked = read_request(body, self.trust)
        if isinstance(asked, Refused):
            return _refusal(asked)
        # The memory commits before it returns: what is answered here is on the disk.
        kept = self.memory.cosign(asked, self.cosigners, datetime.now(UTC))
        if isinstance(kept, Refused):
            return _refusal(kept)
        return Reply(Status.COSIGNED, "".join(signature.encode() for signature in kept).encode())

    def _latest(self, path: str) -> Reply:
        for origin in dict.fromkeys(log.key.name for log in self.trust.logs):
            if path == monitoring_path(origin):
                known = self.memory.latest(origin)
                return (
                    _no(HTTPStatus.NOT_FOUND) if known is None else Reply(HTTPStatus.OK, known.note.encode().encode())
                )
        return _no(HTTPStatus.NOT_FOUND)


def _read(source: _Body) -> bytes | None:
    """Read a body whole; None where it is longer than any request is."""
    parts: list[bytes] = []
    room = MAX_REQUEST_SIZE + 1
    while room and (part := source.read(room)):
        parts.append(part)
        room -= len(part)
    return b"".join(parts) if room else None


def _refusal(refused: Refused) -> Reply:
    if refused.status is Status.OTHER_SIZE:
        return Reply(refused.status, refused.sentence.encode(), SIZE_TYPE)
    return Reply(refused.status, f"{refused.sentence}\n".encode())


def _no(status: HTTPStatus) -> Reply:
    return Reply(status, f"{status.phrase}\n".encode())
