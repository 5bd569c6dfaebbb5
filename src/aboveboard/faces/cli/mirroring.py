"""A mirror as commands: fetching once or again and again, serving, and the words for what was found."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aboveboard.core.errors import AboveboardError, Invalid
from aboveboard.faces.cli.answers import tell

if TYPE_CHECKING:
    from aboveboard.apps.mirror.keeping import Fetched, Mirror
    from aboveboard.apps.mirror.memory import Refusal
    from aboveboard.core.tlog.trust import TrustPolicy
    from aboveboard.faces.mirror.application import Served

THREADS, CONNECTIONS = 8, 256
_TOLD_EVERY = 5.0


def read_trust_of(path: Path, origin: str) -> "TrustPolicy":
    """Read the keys of the log *origin* out of a trust policy; of its one log where *origin* is empty.

    Raises:
        Invalid: when the file cannot be read or does not name the log.
    """
    from aboveboard.apps.mirror.folder import only, read_trust

    trust = read_trust(path)
    if origin and not only(trust, origin).logs:
        raise Invalid("The file of trusted keys does not name this log.")
    return only(trust, origin) if origin else trust


def fetch_once(mirror: "Mirror", url: str) -> "Fetched":
    """Bring *mirror* to what is shown at *url*, or at the address it was made with."""
    from aboveboard.apps.mirror.folder import address_of
    from aboveboard.apps.mirror.source import Source

    with Source(url or address_of(mirror.trust)) as source:
        return mirror.fetch(source, now_and_then("{} of {} entries are held ..."))


def fetch_for_ever(mirror: "Mirror", url: str, seconds: float) -> None:
    """Fetch every *seconds* seconds until told to stop; what goes wrong is said, and tried again."""
    while True:
        try:
            fetched = fetch_once(mirror, url)
            if fetched.checkpoint.size != fetched.before:
                tell(f"{fetched.checkpoint.size} entries are held and shown.")
        except AboveboardError as error:
            tell(f"aboveboard: {error.sentence}")
        time.sleep(seconds)


def now_and_then(words: str) -> Callable[[int, int], None]:
    """Give what says how far something is, every few seconds."""
    last = time.monotonic()

    def told(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last > _TOLD_EVERY:
            last = time.monotonic()
            tell(words.format(done, of))

    return told


def load(folder: Path) -> "Served":
    """Open what the mirror in *folder* shows."""
    from aboveboard.apps.mirror.folder import TRUST, open_mirror, read_trust
    from aboveboard.faces.mirror.application import Served

    mirror = open_mirror(folder, tell)
    mirror.memory.close()
    return Served(mirror.tiles, read_trust(folder / TRUST).encode())


def serve(folder: Path, bind: str, port: int) -> None:
    """Serve the mirror until told to stop; on any network a proxy with TLS, or a CDN, stands before it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    Granian(
        "aboveboard.faces.cli.mirroring:load",
        address=bind,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=30_000),
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,
    ).serve(target_loader=partial(_load_in_worker, folder), wrap_loader=False)


def _load_in_worker(folder: Path) -> "Served":
    from aboveboard.faces.cli.supervising import end_with_parent

    end_with_parent()
    return load(folder)


def told_of(refusal: "Refusal", folder: Path) -> str:
    """Say what was refused and where its evidence lies."""
    from aboveboard.apps.mirror.memory import PROVED
    from aboveboard.apps.mirror.mending import REFUSED

    weight = "Proved" if refusal.kind in PROVED else "Refused, proving nothing by itself"
    return f"{weight}, {refusal.at:%Y-%m-%d}: {refusal.sentence} See {folder / REFUSED / str(refusal.number)}."
