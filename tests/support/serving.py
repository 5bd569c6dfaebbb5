"""`aboveboard serve` in earnest: in a session of its own, each of its processes known, so that it can be killed."""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.support.cli import Home

PARTS = ("worker", "web", "sequence", "work")
"""What serves beside the supervisor: a web process, the one that starts these again, the sequencer, the worker."""
SESSION_FIELD, PARENT_FIELD = 3, 1


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; that it comes about at all is what a test asks, not when."""
    while not holds():
        time.sleep(0.05)


class Serving:
    """A running server of a home, on a port of this machine."""

    def __init__(self, home: Home, port: int) -> None:
        """Start it; `wait` says when it answers."""
        self.port = port
        self.said = home.folder / "said"
        served = replace(home, more={**home.more, "ABOVEBOARD_PORT": str(port)})
        with self.said.open("a") as said:
            self._begun_at = said.tell()
            self.process = subprocess.Popen(
                served.command("serve"),
                env=served.environment,
                cwd=home.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until it answers; what it said instead is told where it ended."""
        until(lambda: "answers on" in self.words() or self.process.poll() is not None)
        assert self.process.poll() is None, self.words()

    def words(self) -> str:
        """What it has said since it was started."""
        with self.said.open("rb") as said:
            said.seek(self._begun_at)
            return said.read().decode()

    def members(self) -> dict[int, str]:
        """Every process of it by its number: supervisor, web, worker, sequence or work."""
        found = {}
        for folder in Path("/proc").iterdir():
            try:
                after_name = (folder / "stat").read_text().rpartition(") ")[2].split()
                words = (folder / "cmdline").read_text().split("\0")
            except OSError:
                continue
            if after_name[SESSION_FIELD] != str(self.process.pid) or after_name[0] == "Z":
                continue
            found[int(folder.name)] = self._part(int(folder.name), words, after_name[PARENT_FIELD])
        return found

    def of(self, part: str) -> set[int]:
        """The processes that are such a part."""
        return {number for number, name in self.members().items() if name == part}

    def kill(self, number: int) -> None:
        """Kill one of its processes, as `kill -9` does."""
        os.kill(number, signal.SIGKILL)

    def kill_all(self, chance: random.Random) -> None:
        """Kill all of its processes at once, in any order, until none is left."""
        while members := list(self.members()):
            chance.shuffle(members)
            for number in members:
                try:
                    self.kill(number)
                except ProcessLookupError:
                    continue
            self.process.poll()
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end in order; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait()

    def _part(self, number: int, words: list[str], parent: str) -> str:
        if number == self.process.pid:
            return "supervisor"
        if "granian" in words:
            return "web" if parent == str(self.process.pid) else "worker"
        return next((part for part in (*PARTS, "ask-witnesses") if part in words), "other")


@contextmanager
def served(home: Home, port: int | None = None) -> Iterator[Serving]:
    """Serve *home* until the block ends, whatever became of the server by then."""
    serving = Serving(home, port or free_port())
    try:
        serving.wait()
        yield serving
    finally:
        if serving.process.poll() is None:
            serving.stop()
        serving.kill_all(random.Random(0))  # noqa: S311 - nothing is left of it as a rule
