"""Load from outside, in a process of its own: some clients that ask, wait for the answer, and ask the next.

    python -m bench.load < job.json > result.json

Plain sockets and one loop, so that asking costs the machine as little as Python allows.
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

BLANK = b"\r\n\r\n"


@dataclass(frozen=True)
class Load:
    """What came of one round: answers a second and how long they took, in milliseconds."""

    answers: int
    failed: dict[str, int]
    """Answers that were no 2xx, by status."""
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


@dataclass
class Client:
    """One connection with what has come in on it."""

    link: socket.socket
    began: float = 0.0
    came: bytearray = field(default_factory=bytearray)
    length: int = -1

    def answered(self) -> bytes | None:
        """Take in what is there; the first line once the answer is whole."""
        self.came += self.link.recv(1 << 18)
        if self.length < 0:
            end = self.came.find(BLANK)
            if end < 0:
                return None
            head = bytes(self.came[:end]).lower()
            self.length = end + len(BLANK) + int(head.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if len(self.came) < self.length:
            return None
        first = bytes(self.came[:12])
        del self.came[: self.length]
        self.length = -1
        return first


def request(method: str, path: str, token: str, body: bytes = b"", **headers: str) -> str:
    """Put a request into words."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", body.decode()])


def put_on(port: int, clients: int, seconds: float, requests: Sequence[str]) -> Load:
    """Let *clients* ask for *seconds*, each the next of *requests*, from a process of its own."""
    job = json.dumps({"port": port, "clients": clients, "seconds": seconds, "requests": requests})
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=job,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    return Load(**json.loads(done.stdout))


def warm(port: int, clients: int, requests: Sequence[str]) -> None:
    """Ask until answers come at a steady pace; the first ones wait for everything to be imported and prepared."""
    for _ in range(60):
        if put_on(port, clients, 1.0, requests).answers > 5 * clients:
            return
    raise TimeoutError("the server does not answer")


def _run(job: dict[str, Any]) -> Load:
    wanted = cycle([text.encode() for text in job["requests"]])
    selector = selectors.DefaultSelector()
    for _ in range(job["clients"]):
        link = socket.create_connection(("127.0.0.1", job["port"]))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = Client(link, time.perf_counter())
        selector.register(link, selectors.EVENT_READ, client)
        link.sendall(next(wanted))
    took: list[float] = []
    failed: dict[str, int] = {}
    began = time.perf_counter()
    end = began + job["seconds"]
    while (now := time.perf_counter()) < end:
        for key, _ in selector.select(1):
            client = key.data
            first = client.answered()
            if first is None:
                continue
            now = time.perf_counter()
            took.append(now - client.began)
            if not first.startswith(b"HTTP/1.1 2"):
                status = first[9:12].decode()
                failed[status] = failed.get(status, 0) + 1
            client.began = now
            client.link.sendall(next(wanted))
    took.sort()
    at = [1000 * took[int(len(took) * share)] if took else 0.0 for share in (0.5, 0.99)]
    return Load(len(took), failed, now - began, *at)


if __name__ == "__main__":
    json.dump(asdict(_run(json.load(sys.stdin))), sys.stdout)
