"""A witness as a server: one process that holds its keys, behind whatever speaks TLS for it; and what it hands on."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aboveboard.core.errors import Conflict, Invalid

if TYPE_CHECKING:
    from aboveboard.apps.witness.memory import Clash
    from aboveboard.core.tlog.note import VerifierKey
    from aboveboard.core.tlog.trust import TrustPolicy
    from aboveboard.faces.witness.application import Witness

THREADS = 8
CONNECTIONS = 128


def witness_lines(keys: "list[VerifierKey]", url: str) -> list[str]:
    """Give the lines by which a trust policy (c2sp.org/tlog-policy) names a witness, one a key."""
    types = [key.key_type for key in keys]
    names = [key.name if at == 0 else f"{key.name}/{key.key_type.name.lower()}" for at, key in enumerate(keys)]
    if len(set(types)) != len(types):
        names = [f"{key.name}/{key.key_id.hex()}" for key in keys]
    return [f"witness {name} {key.encode()} {url}".rstrip() for name, key in zip(names, keys, strict=True)]


def read_logs(path: Path) -> "TrustPolicy":
    """Read which logs a witness knows: the ``log`` lines of a trust policy; others in it say nothing to a witness.

    Raises:
        Invalid: when it cannot be read, or names no log.
    """
    from aboveboard.core.tlog.trust import MAX_POLICY_SIZE, TrustPolicy

    try:
        with path.open("rb") as file:
            policy = TrustPolicy.parse(file.read(MAX_POLICY_SIZE + 1))
    except OSError:
        raise Invalid("The file of logs cannot be read.") from None
    except Invalid as error:
        raise Invalid(f"The file of logs cannot be read: {error.sentence.rstrip('.')}.") from None
    if not policy.logs:
        raise Invalid("The file of logs names no log: a line is `log VKEY`, as `aboveboard key trust` writes it.")
    return policy


def load(folder: Path, logs: Path) -> "Witness":
    """Open the witness in *folder*, which knows the logs in the file *logs*."""
    from aboveboard.apps.witness.keys import read_keys
    from aboveboard.apps.witness.memory import Memory
    from aboveboard.faces.witness.application import Witness

    cosigners = read_keys(folder)
    return Witness(Memory(folder), cosigners, read_logs(logs))


def serve(folder: Path, logs: Path, bind: str, port: int) -> None:
    """Serve the witness until told to stop.

    One process: its memory is one file with one writer. The server in front of a request's body is the one that serves
    Aboveboard itself; it ends TLS for nobody, so a proxy stands before it on any network.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    Granian(
        "aboveboard.faces.cli.witnessing:load",
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
    ).serve(target_loader=partial(_load_in_worker, folder, logs), wrap_loader=False)


def _load_in_worker(folder: Path, logs: Path) -> "Witness":
    from aboveboard.faces.cli.supervising import end_with_parent

    end_with_parent()
    return load(folder, logs)


def write_pairs(out: Path, clashes: "Sequence[Clash]") -> None:
    """Write each pair into the new folder *out*: ``<number>-ours`` and ``<number>-theirs``, signed notes both.

    Raises:
        Conflict: when *out* exists.
    """
    try:
        out.mkdir(parents=True)
    except FileExistsError:
        raise Conflict("The folder for the checkpoints exists already; name a new one.") from None
    for number, clash in enumerate(clashes, 1):
        (out / f"{number}-ours").write_bytes(clash.ours.encode())
        (out / f"{number}-theirs").write_bytes(clash.theirs.encode())
