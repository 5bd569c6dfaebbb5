"""The mirror as a WSGI application."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aboveboard.apps.files.tiles import FileTiles
from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.tiles import parse_path

TEXT, BYTES = "text/plain; charset=utf-8", "application/octet-stream"
FOR_NOW, FOR_GOOD, NOT_AT_ALL = "public, max-age=1", "public, max-age=31536000, immutable", "no-store"
CHECKPOINT, TRUST = "checkpoint", "trust"
StartResponse = Callable[[str, list[tuple[str, str]]], object]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    status: int
    body: bytes
    content_type: str = TEXT
    keep: str = NOT_AT_ALL


@dataclass(frozen=True, slots=True)
class Served:
    """What a mirror shows: the files of the log, and the keys by which it is checked."""

    tiles: FileTiles
    trust: bytes

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        method = environ["REQUEST_METHOD"]
        path = str(environ.get("PATH_INFO", "")).removeprefix("/")
        reply = self.reply(path) if method in ("GET", "HEAD") else _no(HTTPStatus.METHOD_NOT_ALLOWED)
        headers = [
            ("Content-Type", reply.content_type),
            ("Content-Length", str(len(reply.body))),
            ("Cache-Control", reply.keep),
            ("Access-Control-Allow-Origin", "*"),
        ]
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", headers)
        return [reply.body if method != "HEAD" else b""]

    def reply(self, path: str) -> Reply:
        """Say what is answered to whoever fetches *path*."""
        if path == TRUST:
            return Reply(HTTPStatus.OK, self.trust, keep=FOR_NOW)
        if path == CHECKPOINT:
            return _found(self.tiles.get(CHECKPOINT), TEXT, FOR_NOW)
        try:
            return _found(self.tiles.get(parse_path(path).path), BYTES, FOR_GOOD)
        except Invalid:
            return _no(HTTPStatus.NOT_FOUND)


def _found(data: bytes | None, content_type: str, keep: str) -> Reply:
    return _no(HTTPStatus.NOT_FOUND) if data is None else Reply(HTTPStatus.OK, data, content_type, keep)


def _no(status: HTTPStatus) -> Reply:
    return Reply(status, f"{status.phrase}\n".encode())
