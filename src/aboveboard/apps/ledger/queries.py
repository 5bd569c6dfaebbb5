"""Reading the ledger's own rows: what kind of cell this is, and where an entry has gone."""

from dataclasses import dataclass

from django.db import DatabaseError, connections

from aboveboard.apps.ledger.actions import CELL


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a committed entry stands: its lowest index and how many leaves it has."""

    index: int
    leaves: int


def settled(entry_hash: bytes) -> Settled | None:
    """Give where an entry stands in the log; None while it is committed and not yet signed."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT seq, leaves FROM ledger_receipt WHERE entry_hash = %s", [entry_hash])
        row = cursor.fetchone()
    return None if row is None else Settled(int(row[0]), int(row[1]))


def is_sample() -> bool:
    """Tell whether this cell was laid down as a fictional sample; unknown counts as real."""
    try:
        with connections[CELL].cursor() as cursor:
            cursor.execute("SELECT sample FROM ledger_cell WHERE id = 1")
            row = cursor.fetchone()
    except DatabaseError:
        return False
    return bool(row and row[0])
