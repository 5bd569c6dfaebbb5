"""What is due again and again; a room adds its own in a file ``duties.py``, and no list here is edited.

DUTIES: tuple[Callable[[datetime], int], ...]                 done every round; how many it did
JOBS:   Mapping[str, Callable[[Claim, datetime], None]]       kinds of jobs and what does them
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from aboveboard.apps.jobs import actions as jobs
from aboveboard.apps.jobs.queries import Claim
from aboveboard.core.errors import AboveboardError, Conflict

Duty = Callable[[datetime], int]
JobDoer = Callable[[Claim, datetime], None]
SWEPT_AFTER = timedelta(days=30)
MOST_JOBS = 100
logger = logging.getLogger("aboveboard.work")


def finish_erasures(now: datetime) -> int:
    """Finish erasures that were cut short, and forget the logs of those whose erase leaf is in the log."""
    from aboveboard.apps.gate.deeds import finish_erasures as finish

    return finish(now)


def sweep_jobs(now: datetime) -> int:
    """Delete jobs that were done a month ago."""
    return jobs.sweep(before=now - SWEPT_AFTER)


def duties() -> tuple[Duty, ...]:
    """Give every duty: the two above, and those the rooms declare."""
    return (finish_erasures, sweep_jobs, *(duty for room in _rooms() for duty in getattr(room, "DUTIES", ())))


def doers() -> Mapping[str, JobDoer]:
    """Give what does each kind of job, as the rooms declare it."""
    return {kind: doer for room in _rooms() for kind, doer in getattr(room, "JOBS", {}).items()}


def do_what_is_due(now: datetime) -> dict[str, int]:
    """Do one round; how many each duty did. One that fails is named in the diagnostics and tried again next time."""
    done = {}
    for duty in duties():
        try:
            done[duty.__name__] = duty(now)
        except AboveboardError as error:
            logger.warning("duty %s did not end: %s", duty.__name__, error.code)
    done["jobs"] = _do_jobs(now)
    return done


def _do_jobs(now: datetime) -> int:
    known = doers()
    for count in range(MOST_JOBS):
        claimed = jobs.claim(now=now, kinds=known) if known else None
        if claimed is None:
            return count
        try:
            known[claimed.kind](claimed, now)
            jobs.finish(claimed, now=datetime.now(UTC))
        except Conflict as error:
            logger.warning("job of kind %s: %s", claimed.kind, error.code)
        except Exception as error:
            code = error.code if isinstance(error, AboveboardError) else "unexpected"
            logger.warning("job of kind %s: %s", claimed.kind, code, exc_info=error)
            jobs.retry(claimed, now=datetime.now(UTC), error_code=code.replace("_", "-"))
    return MOST_JOBS


def _rooms() -> Iterator[ModuleType]:
    from django.apps import apps

    for room in apps.get_app_configs():
        if room.name.startswith("aboveboard.apps.") and find_spec(f"{room.name}.duties") is not None:
            yield import_module(f"{room.name}.duties")
