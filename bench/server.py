"""The product's web server under the bench's addresses, and what processes have spent of the machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

THREADS = 8
_TICK = os.sysconf("SC_CLK_TCK")


@contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """Serve the home of this process with one worker; its port and process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "bench.wsgi:application", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--blocking-threads", str(THREADS), "--backpressure", "64",
        "--no-ws", "--log-level", "error",
    ]  # fmt: skip
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, cwd=root, stderr=subprocess.DEVNULL) as process:
        try:
            _await(port)
            yield port, process.pid
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not answer within twenty seconds")


def spent(pid: int) -> float:
    """Give the seconds of CPU that a process, its children and all who ended under them have used."""
    return sum(_own(one) for one in _family(pid))


def _own(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) / _TICK


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except (FileNotFoundError, ProcessLookupError):
        children = []
    return [pid, *(one for child in children for one in _family(int(child)))]
