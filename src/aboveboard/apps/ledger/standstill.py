"""Standing still: whoever exchanges stores as a whole does so alone, and what was cut short is known at the next start.

home/present.lock      shared by every running command, exclusive for restore, recovery, rotation, upgrade
home/unfinished.json   what was begun and not finished; everything else refuses while it lies there
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from aboveboard.apps.files.durable import sync_folder, write_file
from aboveboard.core.errors import Conflict

LOCK_FILE, UNFINISHED_FILE = "present.lock", "unfinished.json"
_held: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Work that was begun: the command that finishes it, and the facts it began with."""

    command: str
    facts: Mapping[str, Any]


def be_present() -> None:
    """Say that this process uses the stores, for as long as it lives.

    Raises:
        Conflict: while another process exchanges them.
    """
    try:
        fcntl.flock(_descriptor(), fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Conflict("The stores of this home are being exchanged right now; try again when that is done.") from None


@contextmanager
def standstill() -> Iterator[None]:
    """Hold the stores alone for as long as the block lasts.

    Raises:
        Conflict: while any other process uses them.
    """
    descriptor = _descriptor()
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        # A lock that is exchanged is given up first, so the shared one is taken again.
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        raise Conflict("Something else runs on this home; stop `aboveboard serve` and every other command.") from None
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_SH)


def begin_work(command: str, facts: Mapping[str, Any]) -> None:
    """Write down, durably, that *command* was begun; from here on only the same command may go on."""
    write_file(_unfinished_path(), json.dumps({"command": command, "facts": dict(facts)}).encode())


def unfinished() -> Unfinished | None:
    """Give what was begun here and not finished, or None."""
    try:
        told = json.loads(_unfinished_path().read_bytes())
    except FileNotFoundError:
        return None
    return Unfinished(told["command"], told["facts"])


def end_work() -> None:
    """Say that what was begun is finished."""
    _unfinished_path().unlink(missing_ok=True)
    sync_folder(_unfinished_path().parent)


def _unfinished_path() -> Path:
    return Path(settings.OPTIONS.home) / UNFINISHED_FILE


def _descriptor() -> int:
    """Give the one descriptor of the lock's file in this process: locks belong to it, not to the process."""
    path = str(Path(settings.OPTIONS.home) / LOCK_FILE)
    if path not in _held:
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _held[path] = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return _held[path]
