"""The port of the keys in this very process: the key store's file, opened under the root key.

It opens whatever it is given: here the permit is all that stands before a value (`vault.permit`). A key service looks
for the entry itself before it comes here.
"""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from aboveboard.apps.keys import signing
from aboveboard.apps.keys.marks import search_tokens, suppression_tokens
from aboveboard.apps.keys.port import Marks, NewValue, Sealed, SealedValue, Token
from aboveboard.apps.keys.store import KeyStore, summary
from aboveboard.core.envelope.facts import place_of_fact, plaintext_of, read_value
from aboveboard.core.envelope.keys import KeyKind, log_keys
from aboveboard.core.envelope.seal import sealer, unsealer
from aboveboard.core.errors import Shredded
from aboveboard.core.tlog.note import Signer
from aboveboard.core.verify.recordings import recorded_digest


class EmbeddedKeys(KeyStore):
    """A key store with the verbs of the port."""

    def note_entry(self, entry_hash: bytes, says: bytes) -> None:
        """Do nothing: the permit that comes here was minted for that entry in this very process."""

    def open_values(self, entry_hash: bytes, facts: Sequence[SealedValue]) -> list[bytes | None]:  # noqa: ARG002 - the permit was checked
        """Open values; None where the key has been shredded."""
        return self._opened(facts)

    def seal_values(self, values: Sequence[NewValue]) -> Sealed:
        """Seal values of known persons, under keys made on first use.

        Raises:
            Shredded: for a person who has no K_log (any more).
        """
        people = list({value.person for value in values})
        found = self._keys_of(KeyKind.FACTS, people)
        missing = {(value.person, value.retention) for value in values} - found.keys()
        if missing:
            self.make_many([(KeyKind.FACTS, person, part) for person, part in missing])
            found = self._keys_of(KeyKind.FACTS, people)
        ready = {of: sealer(found[of]) for of in {(value.person, value.retention) for value in values}}
        sealed = []
        recorded: dict[bytes, list[tuple[bytes, str, str]]] = {}
        for person, fact, category, retention, value, evidence in values:
            bound_to = place_of_fact(self.cell, person, fact, category)
            sealed.append(ready[person, retention](plaintext_of(value, evidence), bound_to))
            recorded.setdefault(person, []).append((fact, category, value))
        logs = self._keys_of(KeyKind.LOG, people)
        try:
            digests = {p: recorded_digest(log_keys(logs[p, ""]).digest, said) for p, said in recorded.items()}
        except KeyError:
            raise Shredded("The key of what was asked for has been shredded, or was never made.") from None
        return Sealed(sealed, digests)

    def matching(self, held: Sequence[SealedValue], wanted: Sequence[Sequence[str]]) -> list[int]:
        """Tell for each value held which of the values wanted beside it is the same; -1 for none."""
        found = []
        for plain, values in zip(self._opened(held), wanted, strict=True):
            value = None if plain is None else read_value(plain)[0]
            found.append(values.index(value) if value is not None and value in values else -1)
        return found

    def marks_of(self, held: Sequence[SealedValue]) -> Marks:
        """Give the tokens of values that can still be opened; nothing else of them."""
        index_key, suppressing = self.cell_key(KeyKind.INDEX), self.cell_key(KeyKind.SUPPRESSION)
        tokens: set[Token] = set()
        values: dict[bytes, list[tuple[str, str]]] = {}
        for fact, plain in zip(held, self._opened(held), strict=True):
            if plain is not None:
                pair = fact.category, read_value(plain)[0]
                tokens.update((token, fact.person) for token in search_tokens(index_key, [pair]))
                values.setdefault(fact.person, []).append(pair)
        return Marks(tokens, {person: suppression_tokens(suppressing, pairs) for person, pairs in values.items()})

    def signer(self, origin: str, which: str = "") -> Signer:
        """Give the log's own signer for *origin* with one of its keys, which is made on first use."""
        seed = self.cell_key(KeyKind.SIGNER, signing.part_of(origin, which))
        return signing.signer_of(origin, which, seed)

    def copies(self) -> list[tuple[str, str, str]]:
        """Give none: a copy made on this machine is named outside, where `ledger.key_copies` reads it."""
        return []

    def parts_of(self, kind: KeyKind, owners: Sequence[bytes]) -> set[tuple[bytes, str]]:
        """Tell which keys of *kind* these *owners* have, by owner and part."""
        return set(self.keys(kind, owners))

    def owners_after(self, kind: KeyKind, after: bytes, most: int) -> list[bytes]:
        """Give at most so many owners of a key of *kind*, in order, behind *after*."""
        query = "SELECT DISTINCT owner FROM wrapped_key WHERE kind=? AND owner>? ORDER BY owner LIMIT ?"
        return [bytes(owner) for (owner,) in self._all(query, (int(kind), after, most))]

    def counts(self) -> Mapping[str, int]:
        """Count the keys of each kind."""
        return summary(self)

    def _opened(self, facts: Sequence[SealedValue]) -> list[bytes | None]:
        found = self.keys(KeyKind.FACTS, list({fact.person for fact in facts}))
        ready = {of: unsealer(key) for of, key in found.items()}
        cell, plains = self.cell, []
        # A list has hundreds of these, so each is taken apart once and opened without ceremony.
        for fact_id, person, category, retention, sealed in map(_PARTS, facts):
            unseal = ready.get((person, retention))
            plain = None if unseal is None else unseal(sealed, place_of_fact(cell, person, fact_id, category))
            plains.append(plain)
        return plains

    def _keys_of(self, kind: KeyKind, people: Sequence[bytes]) -> dict[tuple[bytes, str], bytes]:
        if len(people) == 1:
            return {(people[0], part): key for part, key in self.keys_of(kind, people[0]).items()}
        return self.keys(kind, people)


_PARTS = attrgetter("id", "person", "category", "retention", "sealed")
