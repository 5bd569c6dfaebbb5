"""Which witnesses are asked, how many of them are wanted, and what becomes of looks without them.

    the operator's file      a tlog-policy with the witnesses' addresses (ABOVEBOARD_WITNESSES)
    home/log/witnessing      what is recorded of it and of ABOVEBOARD_WITHOUT_QUORUM: a note signed by the log

The sequencer records the choice whenever it has changed, as a line of the log and in this file; whoever asks witnesses
or closes the gate goes by what is recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from aboveboard.apps.calls.calling import split_address
from aboveboard.apps.files.durable import write_file
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.actions import pending_row
from aboveboard.apps.ledger.confirmed import WITNESSING, published_file, recorded
from aboveboard.core.entries.entry import governance
from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.note import Signer, VerifierKey, sign_note
from aboveboard.core.tlog.trust import MAX_POLICY_SIZE, NO_QUORUM, Log, TrustPolicy, Witness
from aboveboard.core.tlog.witnessing import Witnessing, digest_of, read_choice

CHOSEN = "log.witnessing"
"""The operation of the log's own line about the choice."""


@dataclass(frozen=True)
class Plan:
    """What the operator has chosen: a policy without addresses, where its witnesses are reached, and the choice."""

    policy: TrustPolicy
    addresses: Mapping[str, tuple[Witness, ...]]
    """By address the keys of the witness there; one that signs with two keys is asked once."""
    stop_after: int | None

    def stated(self, origin: str, keys: Sequence[VerifierKey], since: datetime) -> Witnessing:
        """Say it as the log *origin* does, which signs with *keys*."""
        logs = tuple(Log(key) for key in keys)
        return Witnessing(origin, since.replace(microsecond=0), self.stop_after, self.policy._replace(logs=logs))

    def is_recorded(self) -> bool:
        """Tell whether what is chosen is what the log says."""
        said = recorded()
        if said is None:
            return not self.policy.witnesses
        chosen = self.policy._replace(logs=said.policy.logs)
        return said.same_choice(Witnessing(said.origin, said.since, self.stop_after, chosen))


def planned() -> Plan:
    """Read what the operator has chosen; without a file there are no witnesses.

    Raises:
        Invalid: when the file cannot be read, or asks for what cannot be.
    """
    path: Path | None = settings.OPTIONS.witnesses
    stop_after = read_choice(settings.OPTIONS.without_quorum)
    policy = TrustPolicy((), (), (), NO_QUORUM) if path is None else _read(path)
    if stop_after is not None and policy.quorum == NO_QUORUM:
        raise Invalid(
            "ABOVEBOARD_WITHOUT_QUORUM stops looks without a quorum, but no quorum is named; name one in the file of"
            " ABOVEBOARD_WITNESSES, or say go-on."
        )
    addresses: dict[str, tuple[Witness, ...]] = {}
    for witness in policy.witnesses:
        if witness.url is not None:
            split_address(witness.url)
            url = witness.url.rstrip("/")
            addresses[url] = (*addresses.get(url, ()), witness)
    silent = tuple(witness._replace(url=None) for witness in policy.witnesses)
    return Plan(policy._replace(logs=(), witnesses=silent), addresses, stop_after)


def record(origin: str, signers: Sequence[Signer], now: datetime) -> None:
    """Record what is chosen where it is not what the log says: a line first, then the file, signed by the first key.

    Only for the sequencer. A crash between the two has the next start write the line once more, which says the same.
    """
    plan, said = planned(), recorded()
    chosen = plan.stated(origin, [signer.key for signer in signers], now)
    if (said is None and not plan.policy.witnesses) or (said is not None and said.same_choice(chosen)):
        return
    text = chosen.encode()
    body = {
        "without_quorum": chosen.choice,
        "quorum": chosen.policy.quorum,
        "witnesses": [f"{known.name} {known.key.key_id.hex()}" for known in chosen.policy.witnesses],
        "statement": digest_of(text),
    }
    row = pending_row(governance(CHOSEN, body, actor=None, place=None, at=now))
    # Past the gate's question whether anybody sequences: what asks here is the sequencer.
    columns = ("id", "sealed", "entry_hash", "committed_us")
    rows.insert("ledger_pending", columns, [(row.id, row.sealed, row.entry_hash, row.committed_us)])
    write_file(published_file(WITNESSING), sign_note(text, signers[0]).encode().encode())


def _read(path: Path) -> TrustPolicy:
    try:
        with path.open("rb") as file:
            return TrustPolicy.parse(file.read(MAX_POLICY_SIZE + 1))
    except OSError as error:
        raise Invalid(f"ABOVEBOARD_WITNESSES names a file that cannot be read ({type(error).__name__}).") from None
    except Invalid as error:
        why = error.sentence.rstrip(".")
        raise Invalid(f"The file of ABOVEBOARD_WITNESSES is not a trust policy: {why}.") from None
