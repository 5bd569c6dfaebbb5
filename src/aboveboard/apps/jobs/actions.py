"""Putting, claiming and ending work; everything a crash can interrupt is done again, so work must be idempotent."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from aboveboard.apps.jobs.models import Job
from aboveboard.apps.jobs.queries import Claim
from aboveboard.core.errors import Conflict, Invalid

NAME = re.compile(r"[a-z][a-z0-9.-]{0,39}")
OPAQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:-]{0,79}")
CLAIM = timedelta(minutes=5)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 12


def put(*, kind: str, key: str, body: Mapping[str, str], due_at: datetime) -> None:
    """Put work into the current transaction of the cell; the same kind and key a second time changes nothing.

    Raises:
        Invalid: when kind, key or body hold anything but short opaque names and ids.
    """
    texts = [key, *body.values()]
    if NAME.fullmatch(kind) is None or not all(NAME.fullmatch(name) for name in body):
        raise Invalid("A job's kind and the names in its body are short plain words.")
    if not all(OPAQUE.fullmatch(text) for text in texts):
        raise Invalid("A job holds opaque ids and nothing else.")
    Job.objects.bulk_create([Job(kind=kind, key=key, body=dict(body), due_at=due_at)], ignore_conflicts=True)


def claim(*, now: datetime, kinds: Collection[str] | None = None) -> Claim | None:
    """Take the work that has been due longest and is held by nobody, for five minutes; None when there is none."""
    with transaction.atomic(using="vault"):
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        jobs = Job.objects.filter(free, done_at=None, given_up_at=None, due_at__lte=now)
        if kinds is not None:
            jobs = jobs.filter(kind__in=kinds)
        # SQLite has one writer, so the lock is only taken where it exists (PostgreSQL).
        job = jobs.select_for_update(skip_locked=True).order_by("due_at", "id").first()
        if job is None:
            return None
        job.claimed_until = now + CLAIM
        job.attempts += 1
        job.save(update_fields=["claimed_until", "attempts"])
    return Claim(job.pk, job.kind, job.key, job.body, job.attempts)


def finish(claimed: Claim, *, now: datetime, again_at: datetime | None = None) -> None:
    """End the work, or let it come again at a time (a schedule is work that comes again).

    Raises:
        Conflict: when the claim ran out and somebody else holds the work.
    """
    if again_at is None:
        _end(claimed, done_at=now, claimed_until=None, last_error_code="")
    else:
        _end(claimed, due_at=again_at, attempts=0, claimed_until=None, last_error_code="")


def retry(claimed: Claim, *, now: datetime, error_code: str) -> None:
    """Put the work back with a pause that doubles each time, or give it up after twelve attempts.

    Raises:
        Invalid: when the code is not a code; texts of errors are never kept.
        Conflict: when the claim ran out and somebody else holds the work.
    """
    if re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", error_code) is None:
        raise Invalid("The reason of a failure is kept as a code, not as a text.")
    if claimed.attempt >= MOST_ATTEMPTS:
        _end(claimed, given_up_at=now, claimed_until=None, last_error_code=error_code)
        return
    pause = min(FIRST_PAUSE * 2 ** (claimed.attempt - 1), LONGEST_PAUSE)
    _end(claimed, due_at=now + pause, claimed_until=None, last_error_code=error_code)


def sweep(*, before: datetime) -> int:
    """Delete work that was done before a moment; gives how much."""
    return Job.objects.filter(done_at__lt=before).delete()[0]


def _end(claimed: Claim, **columns: datetime | str | int | None) -> None:
    held = Job.objects.filter(pk=claimed.id, attempts=claimed.attempt, done_at=None, given_up_at=None)
    if not held.exclude(claimed_until=None).update(**columns):
        raise Conflict("The claim on this work ran out and somebody else holds it.")
