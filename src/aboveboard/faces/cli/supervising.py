"""Keeping children running: started, watched, started again with growing pauses, and stopped in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_AFTER = 60.0
"""Seconds after which a child counts as running well, and its next pause is the first one again."""
PATIENCE = 30.0
"""Seconds a child has for ending by itself; for the sequencer that is its last batch."""
_PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """One process that should always run."""

    name: str
    command: Sequence[str]
    fatal: frozenset[int] = frozenset()
    """Exit codes after which nothing is started again: going on would be wrong."""
    environment: Mapping[str, str] | None = None
    """Its variables; None: those of this process."""
    ready: Callable[[], bool] | None = None
    """Where given, it is started before the others, which wait until this holds."""
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    again_at: float = 0.0
    pause: float = FIRST_PAUSE

    def start(self) -> None:
        """Start it; it ends when this process dies, however that comes about."""
        self.process = subprocess.Popen(  # noqa: S603 - our own words
            self.command,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - one thread only
            stdin=subprocess.DEVNULL,
            env=self.environment,
        )
        self.started_at = time.monotonic()

    def ended(self) -> int | None:
        """Give its exit code if it has just ended."""
        if self.process is None:
            return None
        code = self.process.poll()
        if code is not None:
            self._sweep()
            now = time.monotonic()
            self.pause = FIRST_PAUSE if now - self.started_at > STEADY_AFTER else min(self.pause * 2, LONGEST_PAUSE)
            self.again_at = now + self.pause
        return code

    def is_alive(self) -> bool:
        """Tell whether it runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask it to end, wait, and end it where it does not."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._sweep()

    def _sweep(self) -> None:
        """End what it leaves behind: a web server that is killed leaves its workers, which would go on answering."""
        if self.process is not None:
            # Its group bears its number, and lives on as long as anybody of it does.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process = None


@dataclass(slots=True)
class Supervisor:
    """Runs children until told to stop, or until one says that going on would be wrong."""

    children: Sequence[Child]
    tell: Callable[[str], None]
    _stopping: bool = field(default=False, init=False)

    def run(self, ready: Callable[[], bool], answered: Callable[[], None]) -> int:
        """Start all, say when *ready* holds for the first time, watch; 0, or the exit code that was fatal."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        waiting, code = True, 0
        try:
            for child in sorted(self.children, key=lambda child: child.ready is None):
                child.start()
                self._wait_for(child)
            while not self._stopping and not code:
                code = self._look_after()
                if waiting and ready():
                    waiting = False
                    answered()
                time.sleep(0.1)
        finally:
            self._stop_all()
        return code

    def _wait_for(self, child: Child) -> None:
        while child.ready is not None and child.is_alive() and not child.ready() and not self._stopping:
            time.sleep(0.05)

    def _asked_to_stop(self, *_: object) -> None:
        self._stopping = True

    def _look_after(self) -> int:
        for child in self.children:
            code = child.ended()
            if code is not None and code in child.fatal:
                return code
            if code is not None:
                self.tell(f"{child.name} ended ({code}); it is started again in {child.pause:.0f} s.")
            if child.process is None and time.monotonic() >= child.again_at:
                child.start()
        return 0

    def _stop_all(self) -> None:
        """Stop in the order given."""
        for child in self.children:
            child.stop()


def own_command(*arguments: str) -> list[str]:
    """Give the command line that runs this program with *arguments*."""
    return [sys.executable, "-m", "aboveboard", *arguments]


def end_with_parent() -> None:
    """Have this process asked to end when the one that started it dies, however that comes about (on Linux)."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _die_with_parent() -> None:
    # A group of its own: Ctrl-C reaches the supervisor alone, which stops the children in order.
    os.setpgid(0, 0)
    end_with_parent()
