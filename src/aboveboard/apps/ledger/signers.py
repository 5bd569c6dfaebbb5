"""The keys the log signs with: one after another, for a time side by side, a post-quantum key beside them by option.

    checkpoint            signed by every key whose time has come and is not over (c2sp.org/signed-note)
    manifests, receipts   signed by the key in force: the oldest of those, so that whoever trusts it alone goes on
    trust files           name them all, also retired ones, which sign nothing new and are needed for what they signed

Seeds lie in the key store, which no restored database sets back: a key there is known though its row may be lost.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from aboveboard.apps import keys
from aboveboard.apps.keys.signing import POST_QUANTUM, part_of
from aboveboard.apps.ledger.actions import OUTSIDE_HEAD
from aboveboard.apps.ledger.models import Gap, LogKey
from aboveboard.core.entries.entry import CELL_OWNER
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Conflict, KeyUnavailable
from aboveboard.core.tlog.cosignature import Verifier
from aboveboard.core.tlog.note import Signer, VerifierKey

FIRST = 1
OLDER_THAN_ROTATION = (
    "The key store does not hold the log's key that is in force: it is older than the last rotation. Lay a newer copy"
    " of the key store back."
)
OLDER_THAN_LOG = (
    "The log {} has signed, and the key store does not hold its key: it is a copy made before `aboveboard recover`"
    " opened that log, or the store of another home. Lay a copy made since then back (`aboveboard key restore`);"
    " without one nothing more can be signed in this log, and no other key is made in its place."
)


class State(StrEnum):
    """What a key of the log does now."""

    MADE = "made"
    """Made for a rotation that has not taken effect; it signs nothing."""
    COMING = "coming"
    """Signs checkpoints beside the key in force, and takes its place when that one's time is over."""
    IN_FORCE = "in force"
    RETIRED = "retired"
    POST_QUANTUM = "post-quantum"
    """Signs checkpoints beside the others."""


@dataclass(frozen=True, slots=True)
class KnownKey:
    """One key of the log."""

    key: VerifierKey
    number: int
    """In the order of rotations, from 1; 0 for the post-quantum key."""
    state: State
    until: datetime | None = None

    @property
    def vkey(self) -> str:
        """The public key as text."""
        return self.key.encode()


def signer_in_force(origin: str) -> Signer:
    """Give the key that signs manifests and receipts for *origin*; the first is made on first use.

    Raises:
        KeyUnavailable: when the key store is older than the key.
    """
    return _signer(origin, min(_signing(origin, datetime.now(UTC))))


def checkpoint_signers(origin: str) -> list[Signer]:
    """Give every key that signs the checkpoints of *origin* now, the one in force first.

    Raises:
        KeyUnavailable: when the key store is older than one of them.
    """
    signers = [_signer(origin, number) for number in sorted(_signing(origin, datetime.now(UTC)))]
    if settings.OPTIONS.log_ml_dsa_44:
        signers.append(keys.store().signer(origin, POST_QUANTUM))
    return signers


def known_keys(origin: str) -> list[KnownKey]:
    """Give every key of *origin*: those with a row, and those the key store holds, which no old database hides."""
    now, held = datetime.now(UTC), _parts_held()
    rows = {row.number: row for row in LogKey.objects.filter(origin=origin)}
    signing = _signing(origin, now)
    found = []
    for number in sorted({*rows, *_numbers(origin, held), FIRST}):
        row = rows.get(number)
        key = VerifierKey.parse(row.vkey) if row else _signer(origin, number).key
        found.append(KnownKey(key, number, _state(number, row, signing), row.until if row else None))
    if settings.OPTIONS.log_ml_dsa_44 or part_of(origin, POST_QUANTUM) in held:
        found.append(KnownKey(keys.store().signer(origin, POST_QUANTUM).key, 0, State.POST_QUANTUM))
    return found


def trusted_keys(origin: str, *, retired: bool = True) -> list[VerifierKey]:
    """Give the keys of *origin* that a file of trust names, the one in force first; by default retired ones, last."""
    wanted = [State.IN_FORCE, State.COMING, State.POST_QUANTUM, *([State.RETIRED] if retired else [])]
    known = known_keys(origin)
    return [one.key for state in wanted for one in known if one.state is state]


def own_verifiers(origin: str) -> list[Verifier]:
    """Give what opens any checkpoint that this log may have signed itself, before a rotation or after it."""
    return [Verifier(known.key) for known in known_keys(origin)]


def make_next(origin: str) -> KnownKey:
    """Make the key that is to follow; it signs nothing until an act has put it in force.

    Raises:
        Conflict: while two keys sign side by side.
    """
    _require_alone(origin, datetime.now(UTC))
    rows = LogKey.objects.filter(origin=origin).values_list("number", flat=True)
    number = max({*rows, *_numbers(origin, _parts_held()), FIRST}) + 1
    return KnownKey(keys.store().signer(origin, str(number)).key, number, State.MADE)


def put_in_force(origin: str, vkey: str, until: datetime, now: datetime) -> str:
    """In the open transaction: have the key *vkey* sign from now on, and the one in force until *until*; this one.

    Raises:
        Conflict: when no such key was made or it has signed before, and while two keys sign side by side.
    """
    _require_alone(origin, now)
    made = next((known for known in known_keys(origin) if known.vkey == vkey), None)
    if made is None or made.state is not State.MADE:
        raise Conflict("There is no such key of the log that awaits being put in force.")
    (number,) = _signing(origin, now)
    before = _signer(origin, number).vkey
    LogKey.objects.get_or_create(origin=origin, number=number, defaults={"vkey": before})
    LogKey.objects.filter(origin=origin, number=number).update(until=until)
    LogKey.objects.create(origin=origin, number=made.number, vkey=vkey, since=now)
    return before


def _require_alone(origin: str, now: datetime) -> None:
    if len(_signing(origin, now)) > 1:
        raise Conflict("Two keys of the log sign side by side until the declared day; the next rotation waits for it.")


def _signing(origin: str, now: datetime) -> set[int]:
    """Give the numbers of the keys that sign at *now*."""
    rows = LogKey.objects.filter(origin=origin).values_list("number", "until")
    return {number for number, until in rows if until is None or now < until} or {FIRST}


def _state(number: int, row: LogKey | None, signing: set[int]) -> State:
    if number in signing:
        return State.IN_FORCE if number == min(signing) else State.COMING
    return State.RETIRED if row is not None else State.MADE


def _signer(origin: str, number: int) -> Signer:
    """Give a key of the log; only the first is made on first use, and only while the log has signed nothing."""
    which = "" if number == FIRST else str(number)
    if (which or _has_signed(origin)) and part_of(origin, which) not in _parts_held():
        raise KeyUnavailable(
            OLDER_THAN_ROTATION if which else OLDER_THAN_LOG.format(origin), code="key_unavailable.log-key"
        )
    return keys.store().signer(origin, which)


def _has_signed(origin: str) -> bool:
    """Tell whether a log of that name has signed a head: it stands outside, or the log was ended after it."""
    head = Path(settings.OPTIONS.outside) / OUTSIDE_HEAD
    # A head that cannot be read as text is no head of any log; whoever verifies it says so.
    if head.exists() and head.read_bytes().partition(b"\n")[0] == origin.encode():
        return True
    return Gap.objects.filter(origin=origin).exists()


def _parts_held() -> set[str]:
    return {part for _, part in keys.store().parts_of(KeyKind.SIGNER, [CELL_OWNER])}


def _numbers(origin: str, held: set[str]) -> set[int]:
    before = f"{origin} "
    tails = [part.removeprefix(before) for part in held if part.startswith(before)]
    return {int(tail) for tail in tails if tail.isdigit()}
