"""What a database that cannot go on is called: whoever asks learns that the ledger is closed, not that all broke."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InternalError, OperationalError

from aboveboard.core.errors import LedgerUnavailable

OUTAGES = (OperationalError, InternalError)
"""Full disk, read-only, locked, unreachable: SQLite and PostgreSQL say these in one of the two classes."""


@contextmanager
def said_as_unavailable() -> Iterator[None]:
    """Turn an outage of the cell's database within the block into LedgerUnavailable; what was begun is undone by then.

    Raises:
        LedgerUnavailable: with the class of the error only, since its words could quote a row.
    """
    try:
        yield
    except OUTAGES as error:
        raise LedgerUnavailable(f"The ledger cannot commit ({type(error).__name__}); no data is released.") from None
