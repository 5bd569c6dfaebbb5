"""Orders that seal looks, taken through all steps for a test, and what the log says of sealed lines."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from aboveboard.core.entries.sealed import Tally, tally_of

if TYPE_CHECKING:
    from tests.support.cell import Cell

LAW, ARTICLE = "Directive (EU) 2015/849", "Art. 39(1)"
CUSTOMER_CARE = "customer-relationship"


def days_ahead(count: int) -> date:
    """The day so many days from now."""
    return datetime.now(UTC).date() + timedelta(days=count)


def order(
    cell: "Cell", person: bytes, *, open_by: date | None = None, renews: bytes = b"", now: datetime | None = None
):
    """Order that looks at *person* for customer care are sealed, through all steps; the act."""
    from aboveboard.apps.accounts.actions import unlock
    from aboveboard.apps.accounts.acts import give_opinion, sign_act
    from aboveboard.apps.gate.delays import DelayDraft, apply_delay, propose_delay

    at = now or datetime.now(UTC)
    first, second = (
        unlock(staff=cell.staff(login), passphrase=cell.sign_ins[login].passphrase)
        for login in ("signatory-cz", "signatory-cz-2")
    )
    draft = DelayDraft(person, (CUSTOMER_CARE,), LAW, ARTICLE, open_by or days_ahead(90), renews)
    answer = propose_delay(draft, by=first, now=at)
    assert answer.done, answer
    assert give_opinion(act=answer.act, in_favour=True, by=cell.staff("dpo-cz"), now=at).done
    assert sign_act(act=answer.act, by=second, now=at).done
    apply_delay(act=answer.act, now=at)
    return answer.act


def leaves() -> list[bytes]:
    """Every leaf of the present log, from the database."""
    from aboveboard.apps.ledger.publishing import stored_head, stored_leaves

    return stored_leaves(0, stored_head()[0])


def told() -> Tally:
    """What the last index leaf says, after holding it against all leaves before it."""
    from aboveboard.apps.ledger.index import last_index_leaf

    found = leaves()
    last = last_index_leaf(len(found))
    assert last is not None
    assert last.tally == tally_of(found)
    return last.tally
