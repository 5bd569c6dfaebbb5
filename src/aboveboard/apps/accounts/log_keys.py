"""What the act says and does that puts the log's next key in force: two people, an overlap, an entry in the log."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aboveboard.apps.accounts.acts import applying
from aboveboard.apps.ledger import signers
from aboveboard.apps.ledger.actions import append
from aboveboard.apps.ledger.publishing import log_origin
from aboveboard.core.entries import governance
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.policy.question import Place

KIND = "log-key"
LONGEST_OVERLAP = 366
"""Days."""


def log_key_body(*, overlap_days: int, now: datetime) -> dict[str, Any]:
    """Make the log's next key; the body that puts it in force, beside the one before until a day counted from *now*.

    Raises:
        Conflict: while two keys sign side by side.
        Invalid: for an overlap of more than a year.
    """
    if not 0 <= overlap_days <= LONGEST_OVERLAP:
        raise Invalid(f"The keys sign side by side for {LONGEST_OVERLAP} days at most.")
    origin = log_origin()
    until = (now + timedelta(days=overlap_days)).astimezone(UTC).date()
    before, made = signers.signer_in_force(origin), signers.make_next(origin)
    return {"origin": origin, "key": made.vkey, "before": before.vkey, "until": until.isoformat()}


def apply_log_key(*, act: bytes, now: datetime, place: Place | None = None) -> None:
    """Put the log's next key in force: both sign checkpoints until the day that was declared, then it alone.

    Raises:
        Conflict: when the log goes on under another name by now, or the key in force is another one.
    """
    with applying(act=act, kind=KIND, now=now, place=place) as (record, signatory):
        body = record.body
        if body.get("origin") != log_origin() or body.get("before") != signers.signer_in_force(log_origin()).vkey:
            raise Conflict("The log signs with another key by now than the one that this act is to follow on.")
        signers.put_in_force(log_origin(), str(body.get("key")), max(_midnight(body), now), now)
        append(governance("key.rotated", dict(body), actor=signatory.actor, place=place, at=now))


def _midnight(body: Mapping[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(str(body["until"])).replace(tzinfo=UTC)
    except (KeyError, ValueError):
        raise Invalid("The act's body has no until of the form it must have.") from None
