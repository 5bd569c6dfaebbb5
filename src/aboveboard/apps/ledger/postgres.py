"""Dumping and loading a PostgreSQL database with its own tools, at one snapshot, in one transaction."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from django.db import connections, transaction

from aboveboard.core.errors import KeyUnavailable


def dump(alias: str, target: Path) -> tuple[int, bytes]:
    """Write a dump of the database of *alias* to *target*; size and root of its tree, where it has one."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = str(cursor.fetchone()[0])
        cursor.execute("SELECT to_regclass('ledger_head') IS NOT NULL")
        head = None
        if cursor.fetchone()[0]:
            cursor.execute("SELECT size, root FROM ledger_head WHERE id = 1")
            head = cursor.fetchone()
        _run(alias, "pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}")
    target.chmod(0o600)
    return (int(head[0]), bytes(head[1])) if head else (0, b"")


def load(alias: str, source: Path) -> None:
    """Put the dump at *source* in the place of everything in the database of *alias*, all or nothing."""
    connections[alias].close()
    options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
    _run(alias, "pg_restore", *options, str(source))


def _run(alias: str, program: str, *arguments: str) -> None:
    place = connections[alias].settings_dict
    target = ["--dbname", str(place["NAME"])]
    for option, name in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if place[name]:
            target += [option, str(place[name])]
    command: Sequence[str] = [_found(program), *target, *arguments]
    # The password goes by the environment: a command line can be read by everybody on the machine.
    environment = {**os.environ, "PGPASSWORD": str(place["PASSWORD"])} if place["PASSWORD"] else None
    try:
        subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603 - our own words
    except (OSError, subprocess.CalledProcessError):
        # What it printed could quote rows.
        raise KeyUnavailable(f"{program} failed on the database; nothing was changed by it.", code="postgres") from None


def _found(program: str) -> str:
    packaged = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)
    found = shutil.which(program) or (str(packaged[0]) if packaged else None)
    if found is None:
        raise KeyUnavailable(f"{program} is not installed; it comes with PostgreSQL's client.", code="postgres")
    return found
