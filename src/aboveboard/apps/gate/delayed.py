"""Orders as people read them, with how many lines each has sealed; and what the log itself says of sealed lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from aboveboard.apps.accounts import queries as accounts
from aboveboard.apps.ledger.index import last_index_leaf
from aboveboard.apps.ledger.leaves import log_number
from aboveboard.apps.ledger.models import Delay, Sealed
from aboveboard.apps.ledger.publishing import stored_head
from aboveboard.core.entries.sealed import UNTOLD, Tally, day_number, day_of, utc_day
from aboveboard.core.terms import PurposeId


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order that took effect or is proposed: what it covers, until when, and how many lines it has sealed."""

    act: bytes
    person: bytes | None
    """None once the person was erased."""
    purposes: tuple[PurposeId, ...]
    law: str
    article: str
    open_by: date
    state: str
    """``proposed``, ``standing``, ``renewed``, ``ended`` or ``over``: its day has come."""
    sealed: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class SealedState:
    """What the last index leaf says of sealed lines, and whether an opening is overdue today."""

    tally: Tally
    overdue: bool

    @property
    def first(self) -> date | None:
        """The earliest day on which a line is to be opened; None where none is sealed."""
        return day_of(self.tally.first) if self.tally.first else None

    @property
    def last(self) -> date | None:
        """The latest day on which a line is to be opened; None where none is sealed."""
        return day_of(self.tally.last) if self.tally.last else None


def sealed_state(now: datetime) -> SealedState:
    """Give what the log says of sealed lines at *now*: as far as it is sequenced."""
    last = last_index_leaf(stored_head()[0])
    tally = last.tally if last is not None else UNTOLD
    return SealedState(tally, tally.overdue_on(utc_day(now)))


def orders_listed(now: datetime) -> Sequence[OrderLine]:
    """List the orders, the one that opens first at the top."""
    counted = Sealed.objects.filter(log=log_number()).values("act")
    counted = counted.annotate(all=Count("id"), waiting=Count("id", filter=Q(opened=False)))
    sealed = {bytes(row["act"]): (row["all"], row["waiting"]) for row in counted}
    rows = list(Delay.objects.order_by("open_by", "act"))
    renewed = {bytes(row.renews) for row in rows if row.renews and row.ordered_us is not None}
    return tuple(_line(row, now, renewed, sealed.get(bytes(row.act), (0, 0))) for row in rows)


def _line(row: Delay, now: datetime, renewed: set[bytes], counted: tuple[int, int]) -> OrderLine:
    act = accounts.act(bytes(row.act))
    body = act.body if act is not None else {}
    return OrderLine(
        bytes(row.act),
        bytes(row.person) if row.person is not None else None,
        tuple(PurposeId(part) for part in row.purposes.split(",")),
        str(body.get("law", "")),
        str(body.get("article", "")),
        day_of(row.open_by),
        _state(row, now, renewed),
        *counted,
    )


def _state(row: Delay, now: datetime, renewed: set[bytes]) -> str:
    if row.ordered_us is None:
        return "proposed"
    if bytes(row.act) in renewed:
        return "renewed"
    if row.ended_us is not None:
        return "ended"
    return "over" if row.open_by <= day_number(utc_day(now)) else "standing"
