"""A permit: leave to open exactly these sealed facts, once, because an entry about it is committed.

Only the gate can make one: it takes the mint when it is imported, and the mint is handed out once a process.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from aboveboard.core.errors import Conflict, Denied


class SealedFact(NamedTuple):
    """A fact as it lies in the vault, in the order of its row: what is plain of it, and the sealed value."""

    id: bytes
    person: bytes
    source: bytes
    retention: str
    sealed: bytes
    # From here on, what the rules are told of it (`gate.weighing`).
    category: str
    purpose: str
    basis: str
    expires_on: date | None
    exception: str
    cleared: bool


class Permit:
    """Leave to open *facts* once; names the entry that was committed for it, and the cell."""

    __slots__ = ("_facts", "_used", "cell", "entry_hash")

    def __init__(self, mint: object, entry_hash: bytes, cell: str, facts: Sequence[SealedFact]) -> None:
        """Make a permit; without the mint there is none (Denied)."""
        if mint is not _MINT or not entry_hash:
            raise Denied("Only the gate can make a permit, and only for a committed entry.")
        self.entry_hash, self.cell = entry_hash, cell
        self._facts: tuple[SealedFact, ...] = tuple(facts)
        self._used = False

    def spend(self, cell: str) -> tuple[SealedFact, ...]:
        """Give the facts, once, in the cell it was made for.

        Raises:
            Denied: the second time, or in another cell.
        """
        if self._used or cell != self.cell:
            raise Denied("A permit is good for one look in its own cell.")
        self._used = True
        facts, self._facts = self._facts, ()
        return facts


_MINT = object()
_handed_out = False

Mint = Callable[[bytes, str, Sequence[SealedFact]], Permit]


def take_mint() -> Mint:
    """Give the one function that makes permits; the second caller gets Conflict."""
    global _handed_out  # noqa: PLW0603 - once a process is the point
    if _handed_out:
        raise Conflict("The mint of permits has been handed out already.")
    _handed_out = True

    def mint(entry_hash: bytes, cell: str, facts: Sequence[SealedFact]) -> Permit:
        return Permit(_MINT, entry_hash, cell, facts)

    return mint
