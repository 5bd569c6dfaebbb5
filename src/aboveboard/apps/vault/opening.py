"""Opening sealed facts: the one place where a value becomes readable, and only against a permit.

    fact plaintext: "t" || UTF-8 text

A value is bound to cell, person, fact and category.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from aboveboard.apps import keys
from aboveboard.apps.vault.permit import Permit, SealedFact
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.envelope.seal import place, seal, unseal
from aboveboard.core.errors import NotVerified


@dataclass(frozen=True, slots=True)
class OpenFact:
    """A fact with its value, as the permit allowed it."""

    fact: SealedFact
    value: str


def place_of_fact(cell: str, person: bytes, fact: bytes, category: str) -> bytes:
    """Give the place a value is bound to."""
    return place(b"aboveboard/fact/v1", cell, person, fact, category)


def seal_value(key: bytes, cell: str, person: bytes, fact: bytes, category: str, value: str) -> bytes:
    """Seal one value at its place."""
    return seal(key, b"t" + value.encode(), place_of_fact(cell, person, fact, category))


def open_facts(permit: Permit) -> list[OpenFact]:
    """Open what *permit* names; facts whose key has been shredded in the meantime are left out.

    Raises:
        Denied: when the permit was used before.
        KeyUnavailable: when the key store does not answer.
    """
    cell = settings.OPTIONS.cell
    facts = permit.spend(cell)
    return list(_opened(cell, facts))


def _opened(cell: str, facts: Sequence[SealedFact]) -> list[OpenFact]:
    found = keys.store().keys(KeyKind.FACTS, list({fact.person for fact in facts}))
    opened = []
    for fact in facts:
        key = found.get((fact.person, fact.retention))
        if key is None:
            continue
        plain = unseal(key, fact.sealed, place_of_fact(cell, fact.person, fact.id, fact.category))
        if plain[:1] != b"t":
            raise NotVerified("A sealed value is of a form this program does not know.")
        opened.append(OpenFact(fact, plain[1:].decode()))
    return opened
