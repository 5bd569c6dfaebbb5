"""Keys: what the key store holds, copies of it, the root key, signing keys of staff."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.faces.cli import acts
from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer, Rows, tell
from aboveboard.faces.cli.command import Needs, group
from aboveboard.faces.cli.readiness import (
    is_founded,
    require_home_or_keys,
    require_key_store,
    require_nothing_unfinished,
)

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting

NEW_FILE = click.Path(path_type=Path, dir_okay=False)


@group
def command() -> None:
    """Show keys, copy the key store, change the root key, add signing keys."""


@command.command("list", needs=Needs.HOME)
def list_keys() -> Answer:
    """List the log's public keys, how many keys of each kind there are, and living copies of the key store."""
    from aboveboard.apps.ledger.key_copies import living_copies
    from aboveboard.faces.cli.key_summary import keys_by_kind, log_keys

    logs, counted = log_keys(), keys_by_kind()
    copies = [
        {"id": copy.id, "made_at": copy.made_at.isoformat(), "expires_on": copy.expires_on.isoformat()}
        for copy in living_copies(datetime.now(UTC))
    ]
    words: list[str | Rows] = [
        f"{'log' if log['current'] else 'former log'}, {log['state']}\t{log['vkey']}" for log in logs
    ]
    words.append(Rows(("kind", "keys"), list(counted.items())))
    if copies:
        words.append(Rows(("copy", "made", "expires"), [tuple(copy.values()) for copy in copies]))
    return Answer({"logs": logs, "keys": counted, "copies": copies}, words)


@command.command("trust", needs=Needs.HOME)
@click.argument("target", type=NEW_FILE)
@click.option("--without-retired", is_flag=True, help="Leave out keys that sign no more; packs from before need them.")
@click.option(
    "--without-witnesses", is_flag=True, help="Leave out the witnesses: what they have not cosigned is trusted as well."
)
def trust(*, target: Path, without_retired: bool, without_witnesses: bool) -> Answer:
    """Write the file of trusted keys that `aboveboard verify --trust` wants: this log's, also of logs that have ended.

    With them go the witnesses that the log says it asks, and their quorum; a proof that they have not cosigned does not
    hold then. Whoever checks proofs takes the file once, from a place they trust, asks the witnesses themselves whether
    the keys are theirs, and adds those they know. A checkpoint counts that any one of a log's keys has signed.
    """
    from aboveboard.core.tlog.trust import NO_QUORUM
    from aboveboard.faces.cli.key_summary import trust_policy

    policy = trust_policy(retired=not without_retired, witnesses=not without_witnesses)
    target.write_bytes(policy.encode())
    count, names = len({log.key.name for log in policy.logs}), [witness.name for witness in policy.witnesses]
    words = [f"Written to {target}: the keys of {count} logs."]
    if names:
        quorum = "none of them has to cosign" if policy.quorum == NO_QUORUM else f"the quorum is {policy.quorum}"
        words.append(f"With them go the witnesses {', '.join(names)}; {quorum}.")
    data = {"file": str(target), "logs": count, "keys": len(policy.logs), "witnesses": names, "quorum": policy.quorum}
    return Answer(data, words)


@command.command("backup", needs=Needs.SETTINGS)
@click.argument("target", type=NEW_FILE)
def backup(*, target: Path) -> Answer:
    """Copy the key store to the new file TARGET; keep it apart from every backup, and delete it within thirty days.

    It holds wrapped keys only; without the root key it opens nothing. Erasure certificates name it while it lives.
    """
    from aboveboard.apps.ledger.key_copies import copy_key_store

    require_home_or_keys()
    made = copy_key_store(target.absolute(), datetime.now(UTC))
    data = {"id": made.id, "expires_on": made.expires_on.isoformat()}
    return Answer(data, [f"Copied as {made.id}; delete it by {made.expires_on} and say so: `aboveboard key deleted`."])


@command.command("deleted", needs=Needs.SETTINGS)
@click.argument("copy")
def deleted(*, copy: str) -> Answer:
    """Keep that the COPY of the key store was deleted, so that certificates no longer name it."""
    from aboveboard.apps.ledger.key_copies import say_deleted

    require_home_or_keys()
    say_deleted(copy, datetime.now(UTC))
    return Answer({"id": copy, "deleted": True}, ["Kept."])


@command.command("restore", needs=Needs.SETTINGS)
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def restore(*, source: Path) -> Answer:
    """Lay a copy of the key store into a home that has none; a key store that is there is never replaced.

    Lay the databases back first (`aboveboard restore`): whoever they say is erased is shredded again.
    """
    from aboveboard.apps.gate.recovery import shred_again
    from aboveboard.apps.keys.access import keeps_for_others
    from aboveboard.apps.ledger.key_copies import lay_back
    from aboveboard.apps.ledger.standstill import standstill
    from aboveboard.faces.cli.apart import keys_alone, require_erased_seen

    if keeps_for_others():
        require_erased_seen()
    with standstill(), keys_alone():
        lay_back(source)
        again = shred_again() if keeps_for_others() or is_founded() else 0
    words = ["Laid back.", f"{again} persons were erased after the copy was made; their keys are shredded again."]
    return Answer({"restored": True, "shredded_again": again}, words)


@command.command("rotate", needs=Needs.SETTINGS)
def rotate() -> Answer:
    """Make a new root key and wrap every key anew under it; nothing else may run. Cut short, it goes on.

    The old root key is kept beside it under its fingerprint: copies of the key store made before need it.
    """
    from aboveboard.apps.ledger.standstill import standstill
    from aboveboard.faces.cli.apart import keys_alone
    from aboveboard.faces.cli.key_summary import rotate_root

    if not require_nothing_unfinished(but="key rotate"):
        require_home_or_keys()
    with standstill(), keys_alone():
        tell("Wrapping every key anew ...")
        wrapped, old = rotate_root()
    words = [f"{wrapped} keys are wrapped under the new root key. Copy it now, as you did the old one."]
    words.append(f"The old one lies in {old}; delete it when the last copy of the key store from before is gone.")
    return Answer({"wrapped": wrapped, "old_root_key": str(old)}, words)


@command.command("rotate-log")
@click.option(
    "--overlap-days",
    default=30,
    show_default=True,
    type=click.IntRange(0, 366),
    help="How long the key before signs beside the new one; 0 where it may have been stolen.",
)
@acts.signing
@acting
def rotate_log(*, overlap_days: int, passphrase_file: Path | None, acting: "Acting") -> Answer:
    """Make the log's next key and propose the act that puts it in force; then opinion, signature and `act apply`.

    From then on both keys sign every checkpoint, and the one before signs manifests and receipts, until the day that
    the act declares; then the new key signs alone. Give everybody who checks proofs the new file of trusted keys
    (`aboveboard key trust`) before that day.
    """
    from aboveboard.apps.accounts.log_keys import KIND, log_key_body

    return acts.propose(KIND, log_key_body(overlap_days=overlap_days, now=acting.now), acting, passphrase_file)


@command.command("add")
@acts.signing
@acting
def add(*, passphrase_file: Path | None, acting: "Acting") -> Answer:
    """Make a signing key for yourself; it signs nothing until an act has put it on record.

    Somebody with a key on record proposes that act: `aboveboard key propose KEY`.
    """
    from aboveboard.apps.accounts.actions import make_key

    key = make_key(
        staff=acting.staff,
        passphrase=acts.passphrase_of(acting, passphrase_file, confirm=True),
        now=acting.now,
        place=acting.place,
    )
    return Answer(
        {"key": key.hex()}, [f"Made: {key.hex()}.", "Next: somebody proposes it with `aboveboard key propose`."]
    )


@command.command("propose")
@click.argument("key", type=acts.ActType())
@acts.signing
@acting
def propose(*, key: bytes, passphrase_file: Path | None, acting: "Acting") -> Answer:
    """Propose that KEY be put on record; then opinion, signature and `aboveboard act apply` as for every act."""
    from aboveboard.apps.accounts.appointments import key_body

    return acts.propose("key", key_body(key), acting, passphrase_file)


@command.command("retire")
@click.option("--yes", is_flag=True, help="Do not ask once more.")
@acting
def retire(*, yes: bool, acting: "Acting") -> Answer:
    """Retire your own signing key at once: lost, told, or leaving. What it signed before still holds."""
    from aboveboard.apps.accounts.actions import retire_key

    if not yes:
        click.confirm("Retire your signing key for good?", abort=True, err=True)
    retire_key(staff=acting.staff, now=acting.now, place=acting.place)
    return Answer({"retired": True}, ["Retired."])


@command.command("prepare", needs=Needs.SETTINGS)
def prepare() -> Answer:
    """Lay down a new root key, an empty key store and the secrets of the clients where ABOVEBOARD_KEY_HOME says.

    For keys that are kept apart from the home; `aboveboard init` does it by itself where it finds ABOVEBOARD_KEY_HOME.
    """
    from aboveboard.faces.cli.founding import prepare_keys

    path = prepare_keys()
    words = [f"Laid down in {path.parent}. Copy the root key to a place apart.", "Next: `aboveboard key serve`."]
    return Answer({"root_key": str(path)}, words)


@command.command("pair", needs=Needs.SETTINGS)
@click.option("--renew", is_flag=True, help="Make the next pair beside the present one, which is shown on.")
@click.option("--switch", is_flag=True, help="Show the next pair from now on; the other side has pinned it.")
@click.option("--days", default=730, show_default=True, type=click.IntRange(1, 3650), help="How long a new one holds.")
def pair(*, renew: bool, switch: bool, days: int) -> Answer:
    """Make this side's key and certificate for a key service on a network, or show them; and what is pinned.

    Where ABOVEBOARD_KEY_HOME is set that is the service's side, elsewhere a client's. Each side pins the other's
    certificate by the fingerprint that this command says there. To renew: `--renew`, pin the new one on the other side
    beside the old, `--switch`, and take the old pin away. No process has to be started again.
    """
    from aboveboard.faces.cli import certified

    if renew and switch:
        raise click.UsageError("Either --renew or --switch; the other side pins the new certificate in between.")
    return certified.pair(renew=renew, switch=switch, days=days)


@command.command("pin", needs=Needs.SETTINGS)
@click.argument("certificate", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("fingerprint")
def pin(*, certificate: Path, fingerprint: str) -> Answer:
    """Believe whoever shows CERTIFICATE, made by `aboveboard key pair` on the other side; it has to have FINGERPRINT.

    The fingerprint is told in another way than the file comes: read out, on paper, over a line you trust.
    """
    from aboveboard.faces.cli import certified

    return certified.pin(certificate, fingerprint)


@command.command("unpin", needs=Needs.SETTINGS)
@click.argument("fingerprint")
def unpin(*, fingerprint: str) -> Answer:
    """Believe the certificate with FINGERPRINT no more; lines that are open end with their next question."""
    from aboveboard.faces.cli import certified

    return certified.unpin(fingerprint)


@command.command("serve", needs=Needs.SETTINGS)
@click.option("--listen", metavar="HOST:PORT", help="Where to listen, if not where ABOVEBOARD_KEY_SERVICE says.")
def serve(*, listen: str | None) -> Answer:
    """Keep the keys in this process, for clients at ABOVEBOARD_KEY_SERVICE, until told to stop.

    That is a socket, or tls://host:port for clients on other machines, which show a certificate that is pinned here
    (`aboveboard key pair`, `aboveboard key pin`). Values are opened only for an entry that this process has seen
    committed itself. `aboveboard serve` runs one by itself where ABOVEBOARD_KEY_HOME is set.
    """
    from aboveboard.faces.cli.apart import require_service, serve_keys

    require_service()
    require_key_store()
    tell("The key service begins; stop with Ctrl-C.")
    serve_keys(listen)
    return Answer({"stopped": True}, ["Stopped."])


@command.command("reopen", needs=Needs.SETTINGS)
def reopen() -> Answer:
    """Open a key service again that closed because an entry vanished that values were opened for.

    Find out first who took it away; the hashes of the entries are named for that. After a restore they are those of
    the declared gap. The service must be stopped.
    """
    from aboveboard.faces.cli.apart import forget_owed

    owed = forget_owed()
    words = [f"{len(owed)} entries are no longer looked for: {', '.join(owed) or 'none'}."]
    return Answer({"entries": owed}, words)
