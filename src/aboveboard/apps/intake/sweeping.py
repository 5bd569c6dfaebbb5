"""Sweeping the search index: step by step through it once at start-up and once a day, for tokens that are nobody's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aboveboard.apps.intake.models import RUNNING, UNDOING, Import
from aboveboard.apps.vault.orphans import FIRST, Token, sweep_step

BETWEEN = timedelta(days=1)


@dataclass(slots=True)
class _Pass:
    """How far this process has gone through the index."""

    after: Token | None = FIRST
    begun_at: datetime | None = None


_pass = _Pass()


def sweep_index(now: datetime) -> int:
    """Go one step on through the index; how many tokens went."""
    if _pass.after is None and _pass.begun_at is not None and now - _pass.begun_at < BETWEEN:
        return 0
    if _pass.after is None or _pass.begun_at is None:
        _pass.after, _pass.begun_at = FIRST, now
    _pass.after, swept = sweep_step(_pass.after, half_done)
    return swept


def begin_anew() -> None:
    """Begin at the start of the index, as a new process does."""
    _pass.after, _pass.begun_at = FIRST, None


def half_done() -> bool:
    """Tell whether an import is half done: the tokens of its people go ahead of them, and it takes them back itself."""
    return Import.objects.filter(state__in=(RUNNING, UNDOING)).exists()
