"""What is asked about work for later: how much is open, and what was given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aboveboard.apps.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Claim:
    """A job held by one worker; *attempt* tells a late worker from the present one."""

    id: int
    kind: str
    key: str
    body: dict[str, str]
    attempt: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much work is open, since when it has been due, and how much was given up."""

    open: int
    oldest_due_at: datetime | None
    given_up: int


def backlog(*, now: datetime) -> Backlog:
    """Count the work that is due and the work that was given up."""
    due = Job.objects.filter(done_at=None, given_up_at=None, due_at__lte=now).order_by("due_at")
    oldest = due.values_list("due_at", flat=True).first()
    return Backlog(due.count(), oldest, Job.objects.exclude(given_up_at=None).count())


def given_up() -> Sequence[tuple[str, str, str]]:
    """List kind, key and last error code of what was given up; a person decides what becomes of it."""
    rows = Job.objects.exclude(given_up_at=None).order_by("id")
    return tuple(rows.values_list("kind", "key", "last_error_code"))
