"""Opening sealed facts: the one place where a value becomes readable, and only against a permit.

    fact plaintext: "t" || UTF-8 text
                    "e" || u16be length || evidence (UTF-8) || UTF-8 text

A value is bound to cell, person, fact and category.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from aboveboard.apps import keys
from aboveboard.apps.vault.permit import Permit, SealedFact
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.envelope.seal import place, unsealer
from aboveboard.core.errors import NotVerified


class OpenFact(NamedTuple):
    """A fact with its value, as the permit allowed it."""

    fact: SealedFact
    value: str
    evidence: str = ""


_SIZES = tuple(size.to_bytes(2, "big") for size in range(256))


def place_of_fact(cell: str, person: bytes, fact: bytes, category: str) -> bytes:
    """Give the place a value is bound to."""
    # Parts stand behind one another, so what is the same for every fact is put together once.
    return (
        _place_of_facts(cell) + _SIZES[len(person)] + person + _SIZES[len(fact)] + fact + _place_of_category(category)
    )


@lru_cache(maxsize=16)
def _place_of_facts(cell: str) -> bytes:
    return place(b"aboveboard/fact/v1", cell)


@lru_cache(maxsize=256)
def _place_of_category(category: str) -> bytes:
    return place(category)


def plaintext_of(value: str, evidence: str = "") -> bytes:
    """Give what is sealed of a value, with the evidence of an exception if there is some."""
    if not evidence:
        return b"t" + value.encode()
    encoded = evidence.encode()
    return b"e" + len(encoded).to_bytes(2, "big") + encoded + value.encode()


def read_value(plain: bytes) -> tuple[str, str]:
    """Split what was sealed into value and evidence.

    Raises:
        NotVerified: for a form this program does not write.
    """
    if plain[:1] == b"t":
        return plain[1:].decode(), ""
    if plain[:1] == b"e":
        end = 3 + int.from_bytes(plain[1:3], "big")
        return plain[end:].decode(), plain[3:end].decode()
    raise NotVerified("A sealed value is of a form this program does not know.")


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
    ready = {of: unsealer(key) for of, key in found.items()}
    opened = []
    # A list has hundreds of these, so each is taken apart once and put together without ceremony.
    for fact in facts:
        fact_id, person, _source, retention, sealed, category = fact[:6]
        unseal = ready.get((person, retention))
        if unseal is not None:
            plain = unseal(sealed, place_of_fact(cell, person, fact_id, category))
            opened.append(_new(OpenFact, (fact, *read_value(plain))))
    return opened


_new = tuple.__new__
