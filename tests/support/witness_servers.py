"""Witnesses on loopback: ours as it is, and others that answer whatever a test has them answer."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from aboveboard.apps.witness.keys import lay_down, read_keys
from aboveboard.apps.witness.memory import Memory
from aboveboard.core.tlog.cosignature import Cosigner
from aboveboard.core.tlog.note import KeyType, VerifierKey
from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy
from aboveboard.faces.witness.application import Witness
from tests.support.witnesses import environ

if TYPE_CHECKING:
    from aboveboard.options import Options

Answering = Callable[[BaseHTTPRequestHandler, bytes], None]
"""Answers a request with its body, or does not."""


@contextmanager
def served(answering: Answering) -> Iterator[str]:
    """Serve whatever *answering* does on a free port; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            answering(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def do_GET(self) -> None:
            answering(self, b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes, content_type: str = "text/plain") -> None:
    """Send one whole answer."""
    handler.send_response(status)
    handler.send_header("Content-Type", content_type)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@dataclass
class Own:
    """A witness of ours: its application, its address, its name, how many requests have come."""

    witness: Witness
    name: str
    folder: Path
    url: str = ""
    asked: list[str] = field(default_factory=list)

    @property
    def cosigners(self) -> Sequence[Cosigner]:
        """Its keys."""
        return self.witness.cosigners

    def lines(self) -> list[str]:
        """The lines by which a trust policy names it."""
        keys = [cosigner.key for cosigner in self.cosigners]
        return [f"witness {self.name}{'' if at == 0 else at} {key.encode()} {self.url}" for at, key in enumerate(keys)]

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Answer as our server does."""
        self.asked.append(handler.path)
        said = self.witness.reply(environ(handler.command, handler.path, body))
        reply(handler, said.status, said.body, said.content_type)


@contextmanager
def own_witness(
    folder: Path, name: str, *log_keys: str, types: Sequence[KeyType] = (KeyType.ED25519_COSIGNATURE,)
) -> Iterator[Own]:
    """Serve a witness of ours in *folder*, which knows the logs with *log_keys*."""
    if not folder.exists():
        lay_down(folder, f"{name}.example/witness", types)
    trust = TrustPolicy(tuple(Log(VerifierKey.parse(key)) for key in log_keys), (), (), NO_QUORUM)
    own = Own(Witness(Memory(folder), read_keys(folder), trust), name, folder)
    try:
        with served(own.answer) as own.url:
            yield own
    finally:
        own.witness.memory.close()


def policy_file(path: Path, lines: Sequence[str], quorum: str = "enough", needed: str = "all") -> Path:
    """Write the operator's file: the witnesses in *lines*, of whom *needed* are the quorum."""
    names = [line.split()[1] for line in lines]
    path.write_text("\n".join([*lines, f"group {quorum} {needed} {' '.join(names)}", f"quorum {quorum}"]) + "\n")
    return path


def with_witnesses(options: "Options", path: Path | None, without_quorum: str = "go-on") -> "Options":
    """The options of an operator who names the witnesses in the file *path*."""
    from dataclasses import replace

    return replace(options, witnesses=path, without_quorum=without_quorum)
