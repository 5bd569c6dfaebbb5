"""The port of the keys at a distance: every verb is a question to the key service (`aboveboard.apps.keeper`)."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from aboveboard.apps.keys.client import Client
from aboveboard.apps.keys.port import Marks, NewValue, Sealed, SealedValue, Token
from aboveboard.apps.keys.wire import MOST
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.tlog.note import Signature, VerifierKey

AT_ONCE = 5000
"""Rows in one message."""
LARGEST_LOT = MOST // 4
"""Of sealed values in one message, in hexadecimal digits; beside each stand its place and what is compared with it."""
MOST_NOTED = 4096
_KEPT = frozenset({KeyKind.LEDGER, KeyKind.CELL, KeyKind.INDEX, KeyKind.SUPPRESSION})
"""Keys of the cell that a client keeps in memory once it was given them."""
T = TypeVar("T")


class RemoteSigner:
    """Signs for the log at the key service, which never gives the seed away."""

    def __init__(self, client: Client, origin: str, which: str, key: VerifierKey) -> None:
        """Sign for *origin* with the key *which*, whose public key is *key*."""
        self._client, self._origin, self._which, self.key = client, origin, which, key

    @property
    def vkey(self) -> str:
        """The public key as text."""
        return self.key.encode()

    def sign(self, text: str) -> Signature:
        """Have *text* signed."""
        made = self._client.ask("sign", origin=self._origin, which=self._which, text=text)
        return Signature(self.key.name, self.key.key_id, bytes.fromhex(made))


class RemoteKeys:
    """The verbs of the port, asked of the service that *client* speaks to."""

    def __init__(self, client: Client) -> None:
        """Ask through *client*."""
        self._ask = client.ask
        self._client = client
        self._cell_keys: dict[tuple[KeyKind, str], bytes] = {}
        self._public: dict[tuple[str, str], VerifierKey] = {}
        self._noted: dict[bytes, bytes] = {}
        self._lock = threading.Lock()

    def note_entry(self, entry_hash: bytes, says: bytes) -> None:
        """Remember what an entry says until values are opened for it; only some thousand of the latest."""
        with self._lock:
            self._noted[entry_hash] = says
            if len(self._noted) > MOST_NOTED:
                del self._noted[next(iter(self._noted))]

    # -- values -------------------------------------------------------------------------------------------------

    def open_values(self, entry_hash: bytes, facts: Sequence[SealedValue]) -> list[bytes | None]:
        """Have opened what the committed entry of that hash released; None where the key has been shredded."""
        found: list[bytes | None] = []
        says = self._noted.get(entry_hash, b"").hex()
        for some in _lots(facts, lambda fact: fact):
            plains = self._ask("open", entry=entry_hash.hex(), says=says, facts=_sealed(some))
            found += [None if plain is None else bytes.fromhex(plain) for plain in plains]
        return found

    def seal_values(self, values: Sequence[NewValue]) -> Sealed:
        """Have values of known persons sealed; the digest of a person needs all of theirs, so it is one message."""
        told = [[v.person.hex(), v.id.hex(), *v[2:]] for v in values]
        made = self._ask("seal", values=told)
        digests = {bytes.fromhex(person): digest for person, digest in made["digests"].items()}
        return Sealed([bytes.fromhex(one) for one in made["values"]], digests)

    def matching(self, held: Sequence[SealedValue], wanted: Sequence[Sequence[str]]) -> list[int]:
        """Have held values compared with those wanted beside each; the index of the same one, or -1."""
        found: list[int] = []
        for some in _lots(list(zip(held, wanted, strict=True)), lambda pair: pair[0]):
            facts, values = [one for one, _ in some], [list(values) for _, values in some]
            found += self._ask("match", facts=_sealed(facts), wanted=values)
        return found

    def marks_of(self, held: Sequence[SealedValue]) -> Marks:
        """Have the tokens of held values made; a person's values must come together for their suppression tokens."""
        made = self._ask("marks", facts=_sealed(held))
        suppression = {
            bytes.fromhex(p): {bytes.fromhex(t) for t in tokens} for p, tokens in made["suppression"].items()
        }
        return Marks(set(_tokens_back(made["tokens"])), suppression)

    # -- the search index ---------------------------------------------------------------------------------------

    def find(self, tokens: Sequence[int], limit: int) -> list[bytes]:
        """Give at most *limit* subjects that have all *tokens*."""
        return _bytes(self._ask("find", tokens=_ints(tokens), limit=limit))

    def has_token(self, tokens: Sequence[int], subject: bytes) -> bool:
        """Tell whether *subject* is found under any of *tokens*."""
        return bool(self._ask("has-token", tokens=_ints(tokens), subject=subject.hex()))

    def phones_indexed(self) -> bool:
        """Tell whether every telephone number held is in the index."""
        return bool(self._ask("phones-indexed"))

    def say_phones_indexed(self) -> None:
        """Keep that every telephone number held is in the index."""
        self._ask("say-phones-indexed")

    def index(self, rows: Iterable[Token]) -> None:
        """Add tokens to the index."""
        for some in _chunks(rows):
            self._ask("index", tokens=_tokens(some))

    def unindex(self, rows: Iterable[Token]) -> None:
        """Take tokens out of the index."""
        for some in _chunks(rows):
            self._ask("unindex", tokens=_tokens(some))

    def unindex_beginning(self, heads: Sequence[bytes]) -> int:
        """Take every token out whose subject begins with one of *heads* (4 bytes)."""
        return int(self._ask("unindex-beginning", heads=_hex(heads)))

    def tokens_after(self, after: Token, most: int) -> list[Token]:
        """Give at most so many tokens in the order of the index, behind *after*."""
        return _tokens_back(self._ask("tokens-after", after=_tokens([after])[0], most=most))

    def subjects_of(self, tokens: Sequence[int]) -> dict[int, list[bytes]]:
        """Give the subjects that have each of *tokens*."""
        found: dict[int, list[bytes]] = {}
        for some in _chunks(tokens):
            for token, subject in _tokens_back(self._ask("subjects-of", tokens=_ints(some))):
                found.setdefault(token, []).append(subject)
        return found

    # -- keys that are handed out -------------------------------------------------------------------------------

    def key(self, kind: KeyKind, owner: bytes, part: str = "") -> bytes:
        """Give one key; Shredded when there is none (any more)."""
        return bytes.fromhex(self._ask("key", kind=int(kind), owner=owner.hex(), part=part))

    def keys(self, kind: KeyKind, owners: Sequence[bytes]) -> dict[tuple[bytes, str], bytes]:
        """Give every key of *kind* that *owners* have, by owner and part."""
        found = {}
        for some in _chunks(owners):
            for owner, part, key in self._ask("keys", kind=int(kind), owners=_hex(some)):
                found[bytes.fromhex(owner), part] = bytes.fromhex(key)
        return found

    def cell_key(self, kind: KeyKind, part: str = "") -> bytes:
        """Give a key of the cell itself, made on first use; those every look needs are kept in memory."""
        known = self._cell_keys.get((kind, part))
        if known is None:
            known = bytes.fromhex(self._ask("cell-key", kind=int(kind), part=part))
            if kind in _KEPT:
                self._cell_keys[kind, part] = known
        return known

    def actor_key(self, staff: bytes) -> bytes:
        """Give K_actor of an employee, made on first use."""
        return bytes.fromhex(self._ask("actor-key", staff=staff.hex()))

    def signer(self, origin: str, which: str = "") -> RemoteSigner:
        """Give whoever signs for the log of *origin* with one of its keys, which is made on first use."""
        if (origin, which) not in self._public:
            self._public[origin, which] = VerifierKey.parse(self._ask("public-key", origin=origin, which=which))
        return RemoteSigner(self._client, origin, which, self._public[origin, which])

    def has(self, kind: KeyKind, owner: bytes) -> bool:
        """Tell whether *owner* has any key of *kind*."""
        return bool(self.parts_of(kind, [owner]))

    def parts_of(self, kind: KeyKind, owners: Sequence[bytes]) -> set[tuple[bytes, str]]:
        """Tell which keys of *kind* these *owners* have, by owner and part; no key is given."""
        found: set[tuple[bytes, str]] = set()
        for some in _chunks(owners):
            told = self._ask("parts-of", kind=int(kind), owners=_hex(some))
            found.update((bytes.fromhex(owner), part) for owner, part in told)
        return found

    def owners(self, kind: KeyKind) -> Iterator[bytes]:
        """Give every owner that has a key of *kind*, some thousand at a time."""
        after = b""
        while some := _bytes(self._ask("owners", kind=int(kind), after=after.hex(), most=AT_ONCE)):
            yield from some
            after = some[-1]

    def counts(self) -> Mapping[str, int]:
        """Count the keys of each kind."""
        return dict(self._ask("counts"))

    def copies(self) -> list[tuple[str, str, str]]:
        """Give the living copies of the key store that were made where it is kept."""
        return [(str(copy), str(made), str(expires)) for copy, made, expires in self._ask("copies")]

    # -- making and shredding -----------------------------------------------------------------------------------

    def make(self, kind: KeyKind, owner: bytes, part: str = "") -> bytes:
        """Give the key of *owner*, made on first use."""
        self.make_many([(kind, owner, part)])
        return self.key(kind, owner, part)

    def make_many(self, wanted: Iterable[tuple[KeyKind, bytes, str]]) -> None:
        """Make those of the *wanted* keys that do not exist."""
        for some in _chunks(wanted):
            self._ask("make", wanted=[[int(kind), owner.hex(), part] for kind, owner, part in some])

    def put_many(self, fresh: Iterable[tuple[KeyKind, bytes, str, bytes]], tokens: Iterable[Token]) -> None:
        """Keep keys made here for new owners, and their tokens; the tokens first, which name nobody by themselves."""
        self.index(tokens)
        for some in _chunks(fresh):
            self._ask("put", fresh=[[int(kind), owner.hex(), part, key.hex()] for kind, owner, part, key in some])

    def shred(self, owner: bytes, kind: KeyKind, part: str | None = None, tokens: Iterable[int] = ()) -> int:
        """Shred the keys of *owner* (one part or all) with the search tokens given; how many went."""
        found = _tokens((token, owner) for token in tokens)
        return int(self._ask("shred", kind=int(kind), parts=[[owner.hex(), part]], tokens=found))

    def shred_many(self, owners: Sequence[bytes], kind: KeyKind, tokens: Iterable[Token] = ()) -> int:
        """Shred every key of *kind* that *owners* have, with the search tokens given; how many went."""
        found = [[owner.hex(), None] for owner in owners]
        return int(self._ask("shred", kind=int(kind), parts=found, tokens=_tokens(tokens)))

    def shred_parts(self, parts: Iterable[tuple[bytes, str]], kind: KeyKind, tokens: Iterable[Token]) -> int:
        """Shred single keys of *kind* by owner and part, with the search tokens given; how many went."""
        found = [[owner.hex(), part] for owner, part in parts]
        return int(self._ask("shred", kind=int(kind), parts=found, tokens=_tokens(tokens)))

    def settle(self) -> None:
        """Leave nothing of a shredded key in any log of the store."""
        self._ask("settle")

    def suppress(self, tokens: Iterable[bytes], on: date) -> None:
        """Keep suppression tokens of an erased person."""
        for some in _chunks(tokens):
            self._ask("suppress", tokens=_hex(some), on=on.isoformat())

    def suppressed(self) -> list[tuple[bytes, date]]:
        """Give every suppression token, with the day of the erasure."""
        return [(bytes.fromhex(token), date.fromisoformat(day)) for token, day in self._ask("suppressed")]

    def close(self) -> None:
        """Close this thread's connection, and forget the keys that were kept."""
        self._cell_keys.clear()
        self._public.clear()
        self._client.close()


def _sealed(facts: Iterable[SealedValue]) -> list[list[str]]:
    return [[f.id.hex(), f.person.hex(), f.category, f.retention, f.sealed.hex()] for f in facts]


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _lots(rows: Iterable[T], value_of: Callable[[T], SealedValue]) -> Iterator[list[T]]:
    """Give lots that fit into one message, however long the values are."""
    lot: list[T] = []
    size = 0
    for row in rows:
        size += 2 * len(value_of(row).sealed)
        if lot and (size > LARGEST_LOT or len(lot) == AT_ONCE):
            yield lot
            lot, size = [], 2 * len(value_of(row).sealed)
        lot.append(row)
    if lot:
        yield lot


def _hex(values: Iterable[bytes]) -> list[str]:
    return [value.hex() for value in values]


def _bytes(values: Iterable[str]) -> list[bytes]:
    return [bytes.fromhex(value) for value in values]


def _ints(tokens: Iterable[int]) -> list[str]:
    return [str(token) for token in tokens]


def _tokens(rows: Iterable[Token]) -> list[list[str]]:
    return [[str(token), subject.hex()] for token, subject in rows]


def _tokens_back(rows: Iterable[Sequence[Any]]) -> list[Token]:
    return [(int(token), bytes.fromhex(subject)) for token, subject in rows]
