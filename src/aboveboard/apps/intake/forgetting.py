"""What intake forgets of an erased person: quarantined values, notices, and the digests that knew them (Art. 17)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.intake.models import Arrival, NoticeGiven, Quarantined
from aboveboard.apps.ledger import rows
from aboveboard.apps.vault.actions import suppress


def forget(people: Sequence[bytes], recognise: bool) -> None:  # noqa: FBT001 - the vault calls it so
    """Delete what is kept of *people*; where they are to be recognised, the digests stay as suppression tokens."""
    if recognise:
        known = rows.select_in("SELECT whole, external, address FROM intake_arrival WHERE person {}", people)
        tokens = {bytes(digest) for arrival in known for digest in arrival if digest is not None}
        suppress(tokens, today(datetime.now(UTC)))
    for model in (Arrival, Quarantined, NoticeGiven):
        rows.execute_in(f"DELETE FROM {model._meta.db_table} WHERE person {{}}", people)
