"""How far an entry is proved: committed, signed by the log, or witnessed by the quorum of outsiders."""

from enum import StrEnum

from aboveboard.apps.ledger.actions import signed_size
from aboveboard.apps.ledger.confirmed import witnessed_size
from aboveboard.apps.ledger.queries import settled


class Level(StrEnum):
    """The three levels; each includes those before it."""

    COMMITTED = "committed"
    SIGNED = "signed"
    WITNESSED = "witnessed"


def level_of(entry_hash: bytes) -> Level:
    """Tell how far the committed entry *entry_hash* has come."""
    place = settled(entry_hash)
    if place is None:
        return Level.COMMITTED
    end = place.index + place.leaves
    if end <= witnessed_size():
        return Level.WITNESSED
    return Level.SIGNED if end <= signed_size() else Level.COMMITTED
