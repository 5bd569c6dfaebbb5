"""What there is of keys, without a key: public log keys, counts by kind; and changing the root key."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aboveboard.core.tlog.trust import TrustPolicy


def log_keys() -> list[dict[str, Any]]:
    """Give the public keys of the log, and of logs that have ended, with what each does."""
    from aboveboard.apps.ledger.models import Gap
    from aboveboard.apps.ledger.publishing import log_origin
    from aboveboard.apps.ledger.signers import known_keys

    now = log_origin()
    origins = [*Gap.objects.order_by("number").values_list("origin", flat=True), now]
    return [
        {
            "origin": origin,
            "vkey": known.vkey,
            "current": origin == now,
            "state": known.state,
            "until": known.until.isoformat() if known.until else None,
        }
        for origin in origins
        for known in known_keys(origin)
    ]


def trusted_logs(*, retired: bool) -> list[tuple[str, str]]:
    """Give origin and public key of all that a file of trusted keys names, logs that have ended first."""
    from aboveboard.apps.ledger.models import Gap
    from aboveboard.apps.ledger.publishing import log_origin
    from aboveboard.apps.ledger.signers import trusted_keys

    origins = [*Gap.objects.order_by("number").values_list("origin", flat=True), log_origin()]
    return [(origin, key.encode()) for origin in origins for key in trusted_keys(origin, retired=retired)]


def trust_policy(*, retired: bool, witnesses: bool) -> "TrustPolicy":
    """Give what a stranger needs to trust: the log's keys, and the witnesses with their quorum as the log says them.

    Raises:
        Invalid: when what the log says of its witnesses cannot be read.
    """
    from aboveboard.apps.ledger.confirmed import recorded
    from aboveboard.core.tlog.note import VerifierKey
    from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy

    logs = tuple(Log(VerifierKey.parse(vkey)) for _, vkey in trusted_logs(retired=retired))
    said = recorded() if witnesses else None
    if said is None:
        return TrustPolicy(logs, (), (), NO_QUORUM)
    return said.policy._replace(logs=logs)


def keys_by_kind() -> dict[str, int]:
    """Count the wrapped keys of each kind."""
    from aboveboard.apps import keys
    from aboveboard.core.envelope.keys import KeyKind

    found = keys.store().counts()
    return {kind.name.lower(): found.get(kind.name.lower(), 0) for kind in KeyKind}


def rotate_root() -> tuple[int, Path]:
    """Wrap every key under a new root key; how many, and where the old root key lies now.

    The new key lies beside the old one, durably, before the first key is wrapped under it, and takes its place after
    the last: a crash between leaves both, and the same call goes on.
    """
    from aboveboard.apps import keys
    from aboveboard.apps.files.durable import sync_folder
    from aboveboard.apps.keys.access import embedded, root_key_path
    from aboveboard.apps.keys.root import FileRootKey, write_root_key
    from aboveboard.apps.ledger.standstill import begin_work, end_work
    from aboveboard.core.envelope.keys import fingerprint

    path = root_key_path()
    coming = path.with_name("root.key.coming")
    begin_work("key rotate", {})
    if not coming.exists():
        FileRootKey(coming).lay_down()
    present = FileRootKey(path).root_key()
    old = path.with_name(f"root.key.{fingerprint(present)}")
    wrapped = embedded().rotate_root(FileRootKey(coming).root_key())
    if not old.exists():
        write_root_key(old, present)
    coming.replace(path)
    sync_folder(path.parent)
    keys.close()
    end_work()
    return wrapped, old
