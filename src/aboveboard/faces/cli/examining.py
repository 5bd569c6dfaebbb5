"""What a doctor looks at: each check says what it found, and one that cannot be made does not hold."""

import shutil
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aboveboard.core.errors import AboveboardError

LEAST_FREE = 512 * 1024 * 1024
STALE_AFTER = 60
SQLITE_WANTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
POSTGRES_WANTED = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing that was looked at."""

    name: str
    holds: bool
    sentence: str


def examine(*, keys_only: bool = False) -> list[Examined]:
    """Make every check, or those of a machine that only keeps the keys; none of them changes anything."""
    found: list[Examined] = []
    for name, check in (CHECKS_OF_KEYS if keys_only else CHECKS).items():
        try:
            found += check()
        except AboveboardError as error:
            found.append(Examined(name, holds=False, sentence=error.sentence))
        except Exception as error:  # noqa: BLE001 - a check that fails is an answer too
            found.append(Examined(name, holds=False, sentence=f"This could not be looked at ({type(error).__name__})."))
    return found


def _work() -> Iterator[Examined]:
    from aboveboard.apps.ledger.standstill import unfinished

    begun = unfinished()
    sentence = f"`aboveboard {begun.command}` was cut short; run it again." if begun else "Nothing was cut short."
    yield Examined("unfinished work", begun is None, sentence)


def _folders() -> Iterator[Examined]:
    from django.conf import settings

    for name, path in (("home", settings.OPTIONS.home), ("outside", settings.OPTIONS.outside)):
        open_to_others = stat.S_IMODE(path.stat().st_mode) & 0o077
        said = (
            "Others on this machine can look into it; chmod 700." if open_to_others else "Only its owner can look in."
        )
        yield Examined(f"folder {name}", not open_to_others, said)
    free = shutil.disk_usage(settings.OPTIONS.home).free
    yield Examined("disk", free >= LEAST_FREE, f"{free // 2**20} MiB are free; {LEAST_FREE // 2**20} are wanted.")


def _databases() -> Iterator[Examined]:
    from django.db import connections

    for alias in connections:
        wanted = SQLITE_WANTED if connections[alias].vendor == "sqlite" else POSTGRES_WANTED
        with connections[alias].cursor() as cursor:
            for name, value in wanted.items():
                cursor.execute(f"PRAGMA {name}" if wanted is SQLITE_WANTED else f"SHOW {name}")
                (is_now,) = cursor.fetchone()
                yield Examined(f"{alias}: {name}", is_now == value, f"It is {is_now}; {value} is wanted.")


def _tables() -> Iterator[Examined]:
    from aboveboard.faces.cli.health import unapplied

    waiting = unapplied()
    sentence = f"{waiting} steps are waiting; run `aboveboard upgrade`." if waiting else "As new as the program."
    yield Examined("tables", waiting == 0, sentence)


def _keys() -> Iterator[Examined]:
    from aboveboard.faces.cli.examining_keys import examine_keys

    yield from (Examined(*found) for found in examine_keys())


def _sight() -> Iterator[Examined]:
    from aboveboard.faces.cli.examining_keys import examine_sight

    yield from (Examined(*found) for found in examine_sight())


def _pending() -> Iterator[Examined]:
    from django.db.models import Min

    from aboveboard.apps.ledger.models import Pending

    oldest = Pending.objects.aggregate(oldest=Min("committed_us"))["oldest"]
    age = 0 if oldest is None else int(time.time() - oldest / 1_000_000)
    waiting = Pending.objects.count()
    sentence = f"{waiting} entries wait to be sequenced, the oldest for {age} s."
    yield Examined("pending entries", age < STALE_AFTER, sentence)


def _sealed() -> Iterator[Examined]:
    """Look whether every sealed line whose day is past was opened."""
    from datetime import UTC, datetime

    from aboveboard.apps.gate.delayed import sealed_state

    state = sealed_state(datetime.now(UTC))
    tally = state.tally
    sentence = f"{tally.sealed} lines were sealed, {tally.opened} opened, {tally.late} of these after their day."
    if state.overdue:
        sentence += f" An opening was due by {state.first}; start `aboveboard work`: every evidence says so until then."
    yield Examined("sealed lines", not state.overdue, sentence)


def _head() -> Iterator[Examined]:
    from aboveboard.apps.ledger.publishing import check_not_rolled_back, log_origin, stored_head
    from aboveboard.apps.ledger.recovering import require_not_set_back

    require_not_set_back()
    signed = check_not_rolled_back(log_origin())
    size, _ = stored_head()
    reached = signed.size if signed else 0
    yield Examined("log", holds=True, sentence=f"{size} leaves, {reached} signed; the database leads to the last head.")


def _log_keys() -> Iterator[Examined]:
    from aboveboard.apps.ledger.publishing import log_origin
    from aboveboard.apps.ledger.signers import State, checkpoint_signers, known_keys

    signing = len(checkpoint_signers(log_origin()))
    ends = next((key.until for key in known_keys(log_origin()) if key.state is State.IN_FORCE), None)
    said = f"{signing} sign checkpoints" if signing > 1 else "One signs checkpoints"
    until = f"; the one in force until {ends:%Y-%m-%d %H:%M} UTC, then the next" if ends else ""
    yield Examined("keys of the log", holds=True, sentence=f"{said}{until}.")


def _witnesses() -> Iterator[Examined]:
    from aboveboard.faces.cli.examining_witnesses import examine_witnesses

    yield from (Examined(*found) for found in examine_witnesses())


def _audit() -> Iterator[Examined]:
    """Hold every line of the ledger against what was signed; each that is not so is named."""
    from aboveboard.apps.evidence.audit import audit

    findings = audit()
    for finding in findings:
        yield Examined(f"audit: {finding.code}", holds=False, sentence=finding.sentence)
    if not findings:
        yield Examined("audit", holds=True, sentence="Every line, opening, receipt and grant is as it was signed.")


CHECKS: dict[str, Callable[[], Iterator[Examined]]] = {
    "unfinished work": _work,
    "folders": _folders,
    "databases": _databases,
    "tables": _tables,
    "keys": _keys,
    "pending entries": _pending,
    "log": _head,
    "keys of the log": _log_keys,
    "witnesses": _witnesses,
    "sealed lines": _sealed,
    "audit": _audit,
}
CHECKS_OF_KEYS: dict[str, Callable[[], Iterator[Examined]]] = {
    "unfinished work": _work,
    "keys": _keys,
    "ledger": _sight,
}
