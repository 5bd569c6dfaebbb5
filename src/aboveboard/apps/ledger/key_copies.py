"""Copies of the key store: each named before it is made, each expiring in thirty days, all told in certificates.

outside/key-copies.jsonl    one line a copy made or deleted; outside, because no restore may set it back
"""

import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from aboveboard.apps import keys
from aboveboard.apps.files.durable import sync_folder
from aboveboard.apps.keys.access import embedded, key_store_path
from aboveboard.core.errors import Conflict, Invalid

FILE = "key-copies.jsonl"
LIFETIME = timedelta(days=30)
"""After an erasure a copy could still open what an old backup of the cell holds; so none lives longer (Art. 17)."""


@dataclass(frozen=True, slots=True)
class KeyCopy:
    """A copy of the key store: its id, when it was made, and the day it must be gone."""

    id: str
    made_at: datetime
    expires_on: date
    deleted: bool


def copy_key_store(target: Path, now: datetime) -> KeyCopy:
    """Copy the key store to the new file *target*; the copy is named outside before it exists.

    Raises:
        Conflict: when *target* exists.
    """
    if target.exists():
        raise Conflict("A copy of the key store is never written over another file.")
    made = KeyCopy(secrets.token_hex(8), now, (now + LIFETIME).date(), deleted=False)
    _tell({"id": made.id, "made_at": made.made_at.isoformat(), "expires_on": made.expires_on.isoformat()})
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    embedded().backup(target)
    return made


def lay_back(source: Path) -> None:
    """Lay a copy of the key store into a home that has none.

    Raises:
        Conflict: when a key store is there; replacing it would bring shredded keys back.
        Invalid: when *source* is not a key store.
    """
    if key_store_path().exists():
        raise Conflict("A key store lies here already; replacing it would bring shredded keys back.")
    arriving = key_store_path().with_name("keys.arriving")
    shutil.copyfile(source, arriving)
    arriving.chmod(0o600)
    try:
        with closing(sqlite3.connect(arriving)) as copy:
            copy.execute("SELECT count(*) FROM wrapped_key").fetchone()
    except sqlite3.Error:
        arriving.unlink()
        raise Invalid("This file is not a copy of a key store.") from None
    arriving.replace(key_store_path())
    sync_folder(key_store_path().parent)


def say_deleted(copy: str, now: datetime) -> None:
    """Keep that a copy was deleted, by whoever deleted it.

    Raises:
        Conflict: when there is no such living copy.
    """
    if copy not in {known.id for known in _copies() if not known.deleted}:
        raise Conflict("No living copy of the key store that was made on this machine has that id.")
    _tell({"id": copy, "deleted_at": now.isoformat()})


def living_copies(now: datetime) -> tuple[KeyCopy, ...]:
    """Give the copies that nobody has said to be deleted, also those past their day: the certificate names them.

    Raises:
        KeyUnavailable: when the keys are kept elsewhere and whoever keeps them does not answer: there may be more.
    """
    found = {copy.id: copy for copy in own_copies(now)}
    for copy, made, expires in keys.store().copies():
        made_at, expires_on = datetime.fromisoformat(made), date.fromisoformat(expires)
        found.setdefault(copy, KeyCopy(copy, made_at, expires_on, deleted=False))
    return tuple(found.values())


def own_copies(now: datetime) -> tuple[KeyCopy, ...]:
    """Give the living copies that were made on this machine."""
    return tuple(copy for copy in _copies() if not copy.deleted and copy.made_at <= now)


def _copies() -> Iterator[KeyCopy]:
    lines = _path().read_text(encoding="utf-8").splitlines() if _path().exists() else []
    told = [json.loads(line) for line in lines]
    deleted = {line["id"] for line in told if "deleted_at" in line}
    for line in told:
        if "made_at" in line:
            made_at, expires_on = datetime.fromisoformat(line["made_at"]), date.fromisoformat(line["expires_on"])
            yield KeyCopy(line["id"], made_at, expires_on, line["id"] in deleted)


def _tell(line: dict[str, str]) -> None:
    # A machine that only keeps keys has no such folder until the first copy.
    _path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _path().open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(_path().parent)


def _path() -> Path:
    return Path(settings.OPTIONS.outside) / FILE
