"""Laying a mirror down, and opening it."""

import sqlite3
from pathlib import Path

from aboveboard.apps.calls.calling import split_address
from aboveboard.apps.files.durable import write_file
from aboveboard.apps.mirror.keeping import Mirror, alone
from aboveboard.apps.mirror.memory import Memory
from aboveboard.apps.mirror.mending import Say, open_memory
from aboveboard.apps.witness.keys import KEYS, lay_down, read_keys
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.tlog.note import KeyType
from aboveboard.core.tlog.trust import MAX_POLICY_SIZE, NO_QUORUM, TrustPolicy

TRUST = "trust"
STATEMENT = "holds-every-entry-and-replayed-the-index"
"""What a mirror's key says by its name: more than a witness says, so nobody may take one for the other."""


def make(folder: Path, trust: TrustPolicy, url: str, *, cosign_as: str = "", ml_dsa_44: bool = False) -> Mirror:
    """Lay down a mirror in *folder* of the one log in *trust*, served below *url*; with keys where it is to cosign.

    Raises:
        Conflict: when there is one already.
        Invalid: for an address or a name that is none, or another number of logs than one.
    """
    policy = _of_one_log(trust, url)
    if (folder / TRUST).exists():
        raise Conflict("This folder holds a mirror already; a mirror of another log needs a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if cosign_as:
        more = [KeyType.MLDSA44_COSIGNATURE] if ml_dsa_44 else []
        lay_down(folder, f"{cosign_as}/{STATEMENT}", [KeyType.ED25519_COSIGNATURE, *more])
    write_file(folder / TRUST, policy.encode())
    return open_mirror(folder)


def open_mirror(folder: Path, say: Say = lambda _sentence: None) -> Mirror:
    """Open the mirror in *folder*; *say* is told what was damaged there and is made anew.

    Raises:
        Invalid: when there is none, or its memory is lost and what it shows cannot be believed.
        Conflict: when its memory cannot be read while another process fetches.
    """
    cosigners = read_keys(folder) if (folder / KEYS).exists() else ()
    known = read_trust(folder / TRUST)
    # A mirror is ahead of the witnesses, who cosign while it fetches: their quorum is for those whom it serves.
    trust = _of_one_log(known, address_of(known))._replace(quorum=NO_QUORUM)
    mirror = Mirror(folder, _memory(folder, trust, say), trust, cosigners, say)
    mirror.settle()
    return mirror


def _memory(folder: Path, trust: TrustPolicy, say: Say) -> Memory:
    """Open the memory, made anew where it cannot serve; whoever fetches has done so already."""
    try:
        with alone(folder):
            return open_memory(folder, trust, say)
    except Conflict as busy:
        try:
            memory = Memory(folder)
            memory.require_readable()
        except sqlite3.DatabaseError:
            raise busy from None
        return memory


def trust_anew(folder: Path, trust: TrustPolicy) -> TrustPolicy:
    """Trust the keys in *trust* for the log in *folder* from now on, as after the log has changed its key.

    Raises:
        Conflict: when they are keys of another log.
    """
    before = read_trust(folder / TRUST)
    policy = _of_one_log(trust, address_of(before))
    if policy.logs[0].key.name != before.logs[0].key.name:
        raise Conflict("These are keys of another log than the one that is mirrored here.")
    write_file(folder / TRUST, policy.encode())
    return policy


def read_trust(path: Path) -> TrustPolicy:
    """Read a file of trusted keys.

    Raises:
        Invalid: when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return TrustPolicy.parse(file.read(MAX_POLICY_SIZE + 1))
    except FileNotFoundError:
        raise Invalid("There is no mirror in this folder; make one with `aboveboard mirror init`.") from None
    except OSError:
        raise Invalid("The file of trusted keys cannot be read.") from None
    except Invalid as error:
        raise Invalid(f"The file of trusted keys cannot be read: {error.sentence.rstrip('.')}.") from None


def only(trust: TrustPolicy, origin: str) -> TrustPolicy:
    """Reduce *trust* to the log *origin*."""
    return trust._replace(logs=tuple(log for log in trust.logs if log.key.name == origin))


def address_of(trust: TrustPolicy) -> str:
    """Give the address at which the log in *trust* is fetched."""
    return next((log.url for log in trust.logs if log.url), "")


def _of_one_log(trust: TrustPolicy, url: str) -> TrustPolicy:
    split_address(url)
    origins = {log.key.name for log in trust.logs}
    if len(origins) != 1:
        raise Invalid(
            f"The file of trusted keys names {len(origins)} logs, and a mirror is of one; say which with --origin."
        )
    return trust._replace(logs=tuple(log._replace(url=url) for log in trust.logs))
