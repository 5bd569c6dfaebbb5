"""GDPR Article 5(1)(e): what may no longer be kept goes, with an entry in the log of each person it was about."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.ledger.actions import CELL, append
from aboveboard.apps.vault.leaving import Leaving, expired, leave
from aboveboard.core.entries import SYSTEM_ACTOR, Entry, EntryKind, SubjectLine
from aboveboard.core.policy.decide import rule_set_hash
from aboveboard.core.terms import Operation, Verdict

AT_ONCE = 500


def expire_facts(now: datetime) -> int:
    """Erase every fact whose time is over, and each key under which nothing is left; how many facts went."""
    total = 0
    while True:
        with transaction.atomic(using=CELL, durable=True):
            leaving = expired(today(now), AT_ONCE)
            if not leaving:
                return total
            append(_entry(leaving, now))
            leave(leaving)
        total += len(leaving)


def _entry(leaving: Sequence[Leaving], now: datetime) -> Entry:
    categories: dict[bytes, set[str]] = {}
    for one in leaving:
        categories.setdefault(one.person, set()).add(one.category)
    return Entry(
        kind=EntryKind.CHANGE,
        at=now,
        operation=Operation.ERASE.value,
        actor=SYSTEM_ACTOR,
        role="system",
        entity="",
        country="ZZ",
        established="unknown",
        purpose="retention",
        verdict=Verdict.PERMIT.value,
        rules=rule_set_hash().hex(),
        subjects=tuple(SubjectLine(person, tuple(sorted(found))) for person, found in categories.items()),
        named=False,
    )
