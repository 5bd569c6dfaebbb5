"""The port of the keys: everything the rest of the program may ask of whoever holds them.

Two keep it: `embedded`, in this process, and `remote`, which asks a key service in another process, on another
machine perhaps. No verb hands out K_facts or the seed of the log's signature: what lies under them is opened, sealed
and signed by whoever holds them, and opened only for a committed entry.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.tlog.note import Signer

Token = tuple[int, bytes]
"""A search token with the person it finds."""


class SealedValue(Protocol):
    """A value as it lies in the vault, with the place it is bound to."""

    @property
    def id(self) -> bytes:
        """Of the fact."""

    @property
    def person(self) -> bytes:
        """Whom it is about."""

    @property
    def category(self) -> str:
        """Category of the catalogue."""

    @property
    def retention(self) -> str:
        """Retention class: the part of K_facts it is sealed under."""

    @property
    def sealed(self) -> bytes:
        """The sealed bytes."""


class NewValue(NamedTuple):
    """A value to be sealed for a known person."""

    person: bytes
    id: bytes
    category: str
    retention: str
    value: str
    evidence: str


class Sealed(NamedTuple):
    """Values sealed, in their order, and for each person the keyed digest of what was recorded about them."""

    values: list[bytes]
    digests: dict[bytes, str]


class Marks(NamedTuple):
    """How persons are found and recognised by values that are held: both are keyed, and tell no value."""

    tokens: set[Token]
    suppression: dict[bytes, set[bytes]]
    """By person; only persons of whom a value opened."""


class Keys(Protocol):
    """Whoever holds the keys of this cell."""

    def note_entry(self, entry_hash: bytes, says: bytes) -> None:
        """Take note of an entry that is about to be committed; opening against its hash rests on what it says."""

    # -- values under K_facts, which nobody is given

    def open_values(self, entry_hash: bytes, facts: Sequence[SealedValue]) -> list[bytes | None]:
        """Open what the committed entry of that hash released; None where the key has been shredded.

        Raises:
            KeyUnavailable: when the keys cannot be had, or no committed entry releases one of the facts.
        """

    def seal_values(self, values: Sequence[NewValue]) -> Sealed:
        """Seal values of known persons, under keys made on first use; Shredded for who has no K_log (any more)."""

    def matching(self, held: Sequence[SealedValue], wanted: Sequence[Sequence[str]]) -> list[int]:
        """Tell for each value held which of the values wanted beside it is the same; -1 for none."""

    def marks_of(self, held: Sequence[SealedValue]) -> Marks:
        """Give the tokens of values that can still be opened; nothing else of them."""

    # -- the search index, which nobody is given

    def find(self, tokens: Sequence[int], limit: int) -> list[bytes]:
        """Give at most *limit* subjects that have all *tokens*."""

    def has_token(self, tokens: Sequence[int], subject: bytes) -> bool:
        """Tell whether *subject* is found under any of *tokens*."""

    def phones_indexed(self) -> bool:
        """Tell whether every telephone number held is in the index."""

    def say_phones_indexed(self) -> None:
        """Keep that every telephone number held is in the index."""

    def index(self, rows: Iterable[Token]) -> None:
        """Add tokens to the index."""

    def unindex(self, rows: Iterable[Token]) -> None:
        """Take tokens out of the index."""

    def unindex_beginning(self, heads: Sequence[bytes]) -> int:
        """Take every token out whose subject begins with one of *heads* (4 bytes)."""

    def tokens_after(self, after: Token, most: int) -> list[Token]:
        """Give at most so many tokens in the order of the index, behind *after*."""

    def subjects_of(self, tokens: Sequence[int]) -> dict[int, list[bytes]]:
        """Give the subjects that have each of *tokens*."""

    # -- keys that are handed out

    def key(self, kind: KeyKind, owner: bytes, part: str = "") -> bytes:
        """Give one key; Shredded when there is none (any more)."""

    def keys(self, kind: KeyKind, owners: Sequence[bytes]) -> dict[tuple[bytes, str], bytes]:
        """Give every key of *kind* that *owners* have, by owner and part."""

    def cell_key(self, kind: KeyKind, part: str = "") -> bytes:
        """Give a key of the cell itself, made on first use."""

    def actor_key(self, staff: bytes) -> bytes:
        """Give K_actor of an employee, made on first use."""

    def signer(self, origin: str, which: str = "") -> Signer:
        """Give whoever signs for the log of *origin* with one of its keys (`signing`), which is made on first use."""

    def has(self, kind: KeyKind, owner: bytes) -> bool:
        """Tell whether *owner* has any key of *kind*."""

    def parts_of(self, kind: KeyKind, owners: Sequence[bytes]) -> set[tuple[bytes, str]]:
        """Tell which keys of *kind* these *owners* have, by owner and part; no key is given."""

    def owners(self, kind: KeyKind) -> Iterator[bytes]:
        """Give every owner that has a key of *kind*."""

    def counts(self) -> Mapping[str, int]:
        """Count the keys of each kind."""

    def copies(self) -> list[tuple[str, str, str]]:
        """Give the living copies of the key store made where it is kept elsewhere: id, moment, day it must be gone."""

    # -- making and shredding

    def make(self, kind: KeyKind, owner: bytes, part: str = "") -> bytes:
        """Give the key of *owner*, made on first use."""

    def make_many(self, wanted: Iterable[tuple[KeyKind, bytes, str]]) -> None:
        """Make those of the *wanted* keys that do not exist."""

    def put_many(self, fresh: Iterable[tuple[KeyKind, bytes, str, bytes]], tokens: Iterable[Token]) -> None:
        """Keep keys made elsewhere for new owners, and their tokens."""

    def shred(self, owner: bytes, kind: KeyKind, part: str | None = None, tokens: Iterable[int] = ()) -> int:
        """Shred the keys of *owner* (one part or all) with the search tokens given; how many went."""

    def shred_many(self, owners: Sequence[bytes], kind: KeyKind, tokens: Iterable[Token] = ()) -> int:
        """Shred every key of *kind* that *owners* have, with the search tokens given; how many went."""

    def shred_parts(self, parts: Iterable[tuple[bytes, str]], kind: KeyKind, tokens: Iterable[Token]) -> int:
        """Shred single keys of *kind* by owner and part, with the search tokens given; how many went."""

    def settle(self) -> None:
        """Leave nothing of a shredded key in any log of the store."""

    def suppress(self, tokens: Iterable[bytes], on: date) -> None:
        """Keep suppression tokens of an erased person."""

    def suppressed(self) -> list[tuple[bytes, date]]:
        """Give every suppression token, with the day of the erasure."""

    def close(self) -> None:
        """Close what this thread holds open."""
