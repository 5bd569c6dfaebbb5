"""Renewing and opening sealed lines when it is time: one entry a line, each in one transaction with its row (ADR 8).

Done again and again by the `work` process. A crash between two lines leaves the rest for the next round; the next step
of a line waits until the one before is in the log, so that their leaves stand in the right order.
"""

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from aboveboard.apps.ledger.actions import CELL, append
from aboveboard.apps.ledger.leaves import log_number
from aboveboard.apps.ledger.models import Delay, Pending, Sealed
from aboveboard.apps.ledger.sealing import act_chain, successors
from aboveboard.core.entries import SYSTEM_ACTOR, Entry, EntryKind, SubjectLine
from aboveboard.core.entries.sealed import OPENING, RENEWING, day_number, day_of, utc_day
from aboveboard.core.terms import Verdict

AT_ONCE = 500


def settle_sealed(now: datetime) -> int:
    """Give renewed lines their later day, and open those whose day has come or whose order was ended; how many."""
    done = 0
    while ready := list(_ready(now)):
        for start in range(0, len(ready), AT_ONCE):
            with transaction.atomic(using=CELL, durable=True):
                for row, entry in ready[start : start + AT_ONCE]:
                    row.step = append(entry)
                    row.save(update_fields=["step", "open_by", "opened"])
        done += len(ready)
    return done


def _ready(now: datetime) -> Iterator[tuple[Sealed, Entry]]:
    today, orders = day_number(utc_day(now)), {bytes(row.act): row for row in Delay.objects.exclude(ordered_us=None)}
    after = successors(orders.values())
    ended = [act for act, row in orders.items() if row.ended_us is not None]
    waiting = Sealed.objects.filter(log=log_number(), opened=False).filter(Q(open_by__lte=today) | Q(act__in=ended))
    for row in waiting.order_by("number"):
        chain = [orders[act] for act in act_chain(bytes(row.act), after) if act in orders]
        last = chain[-1]
        over = last.ended_us is not None or last.open_by <= today
        if not over and last.open_by <= row.open_by:
            continue
        if row.step and Pending.objects.filter(entry_hash=bytes(row.step)).exists():
            continue
        if over:
            row.opened = True
            yield row, _opening(row, chain, now)
        else:
            row.open_by = last.open_by
            yield row, _renewing(row, last, now)


def _opening(row: Sealed, chain: Iterable[Delay], now: datetime) -> Entry:
    chain = tuple(chain)
    nonces = tuple(bytes(order.nonce).hex() for order in chain if order.nonce is not None)
    # Of an erased person nobody may know any more whose line this was: it is joined to nobody.
    person = bytes(row.person) if row.person is not None else secrets.token_bytes(16)
    body = {
        "log": row.log,
        "number": row.number,
        "index": row.seq,
        "acts": [bytes(order.act).hex() for order in chain],
    }
    return _entry(EntryKind.OPENED, OPENING, body, (SubjectLine(person, (), nonces),), now)


def _renewing(row: Sealed, order: Delay, now: datetime) -> Entry:
    body = {
        "log": row.log,
        "number": row.number,
        "act": bytes(order.act).hex(),
        "open_by": day_of(order.open_by).isoformat(),
    }
    return _entry(EntryKind.RENEWED, RENEWING, body, (), now)


def _entry(
    kind: EntryKind, operation: str, body: dict[str, object], subjects: tuple[SubjectLine, ...], now: datetime
) -> Entry:
    return Entry(
        kind=kind,
        at=now,
        operation=operation,
        actor=SYSTEM_ACTOR,
        role="system",
        entity="",
        country="ZZ",
        established="unknown",
        purpose="governance",
        verdict=Verdict.PERMIT.value,
        subjects=subjects,
        body=body,
        named=False,
    )
