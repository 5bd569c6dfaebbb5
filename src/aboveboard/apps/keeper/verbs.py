"""What a key service does for whom: one small function a verb, and for each role the verbs and kinds of key it needs.

Arguments are those of one message: texts, numbers, bytes as hexadecimal digits. A wrong form is Invalid and nothing
happens.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from aboveboard.apps.keeper import committed
from aboveboard.apps.keeper.committed import NotReleased
from aboveboard.apps.keeper.remembered import Remembered
from aboveboard.apps.keys.embedded import EmbeddedKeys
from aboveboard.apps.keys.port import NewValue
from aboveboard.apps.keys.store import CELL
from aboveboard.apps.keys.wire import Role
from aboveboard.apps.ledger.key_copies import own_copies
from aboveboard.core.entries.sealed import DELAY_OWNER
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Denied, Invalid, KeyUnavailable

MOST_ROWS = 10_000
CLOSED = (
    "The key service is closed: an entry that values were opened for is neither waiting nor in the log. Find out why,"
    " then run `aboveboard key reopen` where the keys are kept."
)
DESK_KEYS = frozenset({KeyKind.LOG, KeyKind.ACTOR, KeyKind.QUARANTINE, KeyKind.AUDIT})
DESK_CELL_KEYS = frozenset({KeyKind.LEDGER, KeyKind.CELL, KeyKind.INDEX, KeyKind.SUPPRESSION, KeyKind.AUDIT})
SEQUENCER_KEYS = frozenset({KeyKind.LOG, KeyKind.ACTOR})
SEQUENCER_CELL_KEYS = frozenset({KeyKind.LEDGER, KeyKind.AUDIT})
NEVER = frozenset({KeyKind.FACTS, KeyKind.SIGNER})
"""What lies under these is opened, sealed and signed here; nobody is given them."""
SHREDDED = frozenset({KeyKind.FACTS, KeyKind.LOG, KeyKind.QUARANTINE, KeyKind.ACTOR})


class Lying(NamedTuple):
    """A sealed value as a client names it."""

    id: bytes
    person: bytes
    category: str
    retention: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """What a key service works with."""

    keys: EmbeddedKeys
    remembered: Remembered
    closed: Callable[[], bool]


Arguments = Mapping[str, Any]
Verb = Callable[[Kept, Role, Arguments], Any]


def _open(kept: Kept, _role: Role, told: Arguments) -> list[str | None]:
    """Open what a committed entry releases, once."""
    if kept.closed():
        raise KeyUnavailable(CLOSED, code="key_unavailable.closed")
    facts, entry_hash = _lying(told["facts"]), bytes.fromhex(told["entry"])
    now = datetime.now(UTC)
    committed.released(entry_hash, bytes.fromhex(told["says"]), facts, now)
    # Kept before anything is answered: a death here has opened nothing, and the look is asked anew.
    if not kept.remembered.open_once(entry_hash, {fact.id for fact in facts}, now, committed.OLDEST):
        raise NotReleased("opened-before")
    return [None if plain is None else plain.hex() for plain in kept.keys.open_values(entry_hash, facts)]


def _seal(kept: Kept, _role: Role, told: Arguments) -> dict[str, Any]:
    values = [NewValue(bytes.fromhex(person), bytes.fromhex(one), *rest) for person, one, *rest in _few(told["values"])]
    made = kept.keys.seal_values(values)
    digests = {person.hex(): digest for person, digest in made.digests.items()}
    return {"values": [value.hex() for value in made.values], "digests": digests}


def _match(kept: Kept, _role: Role, told: Arguments) -> list[int]:
    return kept.keys.matching(_lying(told["facts"]), [list(values) for values in told["wanted"]])


def _marks(kept: Kept, _role: Role, told: Arguments) -> dict[str, Any]:
    made = kept.keys.marks_of(_lying(told["facts"]))
    suppression = {person.hex(): sorted(token.hex() for token in some) for person, some in made.suppression.items()}
    return {"tokens": _told(sorted(made.tokens)), "suppression": suppression}


def _find(kept: Kept, _role: Role, told: Arguments) -> list[str]:
    return [subject.hex() for subject in kept.keys.find(_ints(told["tokens"]), int(told["limit"]))]


def _has_token(kept: Kept, _role: Role, told: Arguments) -> bool:
    return kept.keys.has_token(_ints(told["tokens"]), bytes.fromhex(told["subject"]))


def _phones_indexed(kept: Kept, _role: Role, _told: Arguments) -> bool:
    return kept.keys.phones_indexed()


def _say_phones_indexed(kept: Kept, _role: Role, _told: Arguments) -> None:
    kept.keys.say_phones_indexed()


def _index(kept: Kept, _role: Role, told: Arguments) -> None:
    kept.keys.index(_tokens(told["tokens"]))


def _unindex(kept: Kept, _role: Role, told: Arguments) -> None:
    kept.keys.unindex(_tokens(told["tokens"]))


def _unindex_beginning(kept: Kept, _role: Role, told: Arguments) -> int:
    return kept.keys.unindex_beginning(_bytes(told["heads"]))


def _tokens_after(kept: Kept, _role: Role, told: Arguments) -> list[list[str]]:
    return _told(kept.keys.tokens_after(_tokens([told["after"]])[0], min(int(told["most"]), MOST_ROWS)))


def _subjects_of(kept: Kept, _role: Role, told: Arguments) -> list[list[str]]:
    found = kept.keys.subjects_of(_ints(told["tokens"]))
    return _told((token, subject) for token, subjects in found.items() for subject in subjects)


def _key(kept: Kept, role: Role, told: Arguments) -> str:
    owner = bytes.fromhex(told["owner"])
    return kept.keys.key(_kind(told, role, owner), owner, str(told["part"])).hex()


def _keys(kept: Kept, role: Role, told: Arguments) -> list[list[str]]:
    owners = _bytes(told["owners"])
    kind = _kind(told, role, *owners)
    return [[owner.hex(), part, key.hex()] for (owner, part), key in kept.keys.keys(kind, owners).items()]


def _cell_key(kept: Kept, role: Role, told: Arguments) -> str:
    kind = KeyKind(told["kind"])
    allowed = {Role.DESK: DESK_CELL_KEYS, Role.SEQUENCER: SEQUENCER_CELL_KEYS}.get(role, DESK_CELL_KEYS)
    if kind not in allowed:
        raise _not_for(role)
    return kept.keys.cell_key(kind, str(told["part"])).hex()


def _actor_key(kept: Kept, _role: Role, told: Arguments) -> str:
    return kept.keys.actor_key(bytes.fromhex(told["staff"])).hex()


def _public_key(kept: Kept, _role: Role, told: Arguments) -> str:
    return kept.keys.signer(str(told["origin"]), str(told["which"])).vkey


def _sign(kept: Kept, role: Role, told: Arguments) -> str:
    """Sign a text; for the desk no checkpoint, which alone would show somebody another history."""
    origin, text = str(told["origin"]), str(told["text"])
    if role is Role.DESK and text.split("\n", 1)[0] == origin:
        raise _not_for(role)
    return kept.keys.signer(origin, str(told["which"])).sign(text).signature.hex()


def _parts_of(kept: Kept, _role: Role, told: Arguments) -> list[list[str]]:
    found = kept.keys.parts_of(KeyKind(told["kind"]), _bytes(told["owners"]))
    return [[owner.hex(), part] for owner, part in sorted(found)]


def _owners(kept: Kept, _role: Role, told: Arguments) -> list[str]:
    most = min(int(told["most"]), MOST_ROWS)
    found = kept.keys.owners_after(KeyKind(told["kind"]), bytes.fromhex(told["after"]), most)
    return [owner.hex() for owner in found]


def _counts(kept: Kept, _role: Role, _told: Arguments) -> dict[str, int]:
    return dict(kept.keys.counts())


def _copies(_kept: Kept, _role: Role, _told: Arguments) -> list[list[str]]:
    copies = own_copies(datetime.now(UTC))
    return [[copy.id, copy.made_at.isoformat(), copy.expires_on.isoformat()] for copy in copies]


def _make(kept: Kept, role: Role, told: Arguments) -> None:
    wanted = [(KeyKind(kind), bytes.fromhex(owner), str(part)) for kind, owner, part in _few(told["wanted"])]
    allowed = {(KeyKind.LOG, CELL), (KeyKind.LOG, DELAY_OWNER)}
    if role is Role.SEQUENCER and any(k is not KeyKind.ACTOR and (k, o) not in allowed for k, o, _ in wanted):
        raise _not_for(role)
    kept.keys.make_many(wanted)


def _put(kept: Kept, _role: Role, told: Arguments) -> None:
    fresh = [(KeyKind(k), bytes.fromhex(o), str(p), bytes.fromhex(key)) for k, o, p, key in _few(told["fresh"])]
    if any(kind not in {KeyKind.FACTS, KeyKind.LOG} or owner == CELL for kind, owner, _, _ in fresh):
        raise Invalid("Only keys of new persons are taken from outside.")
    kept.keys.put_many(fresh, ())


def _shred(kept: Kept, _role: Role, told: Arguments) -> int:
    kind, parts = KeyKind(told["kind"]), [(bytes.fromhex(o), p) for o, p in _few(told["parts"])]
    if kind not in SHREDDED or any(owner == CELL for owner, _ in parts):
        raise Invalid("Only keys of a person, an employee or an import are shredded.")
    tokens, whole = _tokens(told["tokens"]), [owner for owner, part in parts if part is None]
    if whole:
        return kept.keys.shred_many(whole, kind, tokens)
    return kept.keys.shred_parts([(owner, str(part)) for owner, part in parts], kind, tokens)


def _settle(kept: Kept, _role: Role, _told: Arguments) -> None:
    kept.keys.settle()


def _suppress(kept: Kept, _role: Role, told: Arguments) -> None:
    kept.keys.suppress(_bytes(told["tokens"]), date.fromisoformat(told["on"]))


def _suppressed(kept: Kept, _role: Role, _told: Arguments) -> list[list[str]]:
    return [[token.hex(), day.isoformat()] for token, day in kept.keys.suppressed()]


_DESK: dict[str, Verb] = {
    "open": _open, "seal": _seal, "match": _match, "marks": _marks, "find": _find, "has-token": _has_token,
    "phones-indexed": _phones_indexed, "say-phones-indexed": _say_phones_indexed, "index": _index,
    "unindex": _unindex, "unindex-beginning": _unindex_beginning, "tokens-after": _tokens_after,
    "subjects-of": _subjects_of, "key": _key, "keys": _keys, "cell-key": _cell_key, "actor-key": _actor_key,
    "public-key": _public_key, "sign": _sign, "parts-of": _parts_of, "make": _make, "put": _put, "shred": _shred,
    "settle": _settle, "suppress": _suppress, "counts": _counts, "copies": _copies,
}  # fmt: skip
_SEQUENCER: dict[str, Verb] = {
    "keys": _keys, "cell-key": _cell_key, "public-key": _public_key, "sign": _sign, "parts-of": _parts_of,
    "make": _make,
}  # fmt: skip
VERBS: dict[Role, dict[str, Verb]] = {
    Role.DESK: _DESK,
    Role.SEQUENCER: _SEQUENCER,
    Role.OPERATOR: {**_DESK, "owners": _owners, "suppressed": _suppressed},
}


def answer(kept: Kept, role: Role, request: object) -> Any:
    """Do what *request* asks in *role*.

    Raises:
        Invalid: for a request of a form it does not know.
        Denied: for a verb, or a kind of key, that is not this role's.
    """
    if not isinstance(request, list) or len(request) != 2 or not isinstance(request[1], dict):  # noqa: PLR2004 - a pair
        raise _malformed()
    name, told = request
    verb = VERBS[role].get(name) if isinstance(name, str) else None
    if verb is None:
        raise _not_for(role)
    try:
        return verb(kept, role, told)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise _malformed() from None


def _kind(told: Arguments, role: Role, *owners: bytes) -> KeyKind:
    kind = KeyKind(told["kind"])
    allowed = {Role.DESK: DESK_KEYS, Role.SEQUENCER: SEQUENCER_KEYS}.get(role, DESK_KEYS | SEQUENCER_KEYS)
    of_the_cell = SEQUENCER_CELL_KEYS if role is Role.SEQUENCER else DESK_CELL_KEYS
    if kind not in allowed and (kind not in of_the_cell or any(owner != CELL for owner in owners)):
        raise _not_for(role)
    return kind


def _few(rows: Sequence[Any]) -> Sequence[Any]:
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise _malformed()
    return rows


def _lying(facts: Sequence[Any]) -> list[Lying]:
    return [
        Lying(bytes.fromhex(one), bytes.fromhex(person), str(category), str(retention), bytes.fromhex(sealed))
        for one, person, category, retention, sealed in _few(facts)
    ]


def _bytes(values: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(value) for value in _few(values)]


def _ints(values: Sequence[str]) -> list[int]:
    return [int(value) for value in _few(values)]


def _tokens(rows: Sequence[Any]) -> list[tuple[int, bytes]]:
    return [(int(token), bytes.fromhex(subject)) for token, subject in _few(rows)]


def _told(rows: Any) -> list[list[str]]:
    return [[str(token), subject.hex()] for token, subject in rows]


def _malformed() -> Invalid:
    return Invalid("A request to the key service does not have the form it must have.")


def _not_for(role: Role) -> Denied:
    return Denied(f"The key service does not do this for a client of the role {role.value}.")
