"""Copies of the two databases and the published log, and laying them back; never the keys, never what lies outside.

TARGET/log/...              the published log: the checkpoint as it stood first, then every tile
TARGET/commercial.*         then the commercial database
TARGET/cell.*               then the cell, which is the truth: it may be ahead of the other, never behind
TARGET/manifest.json        last: sizes, digests, tree size and root; a folder without it is no backup
"""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.files.durable import sync_folder, wait_for_disk, write_file
from aboveboard.apps.ledger import postgres
from aboveboard.apps.ledger.publishing import log_folder
from aboveboard.apps.ledger.standstill import begin_work, end_work
from aboveboard.core.errors import Conflict, Invalid, NotVerified

MANIFEST = "manifest.json"
FORM = 1
COMMERCIAL, CELL = "default", "vault"
_NAMES = {COMMERCIAL: "commercial", CELL: "cell"}


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup as its manifest describes it."""

    folder: Path
    cell: str
    taken_at: datetime
    tree_size: int
    root: bytes
    files: dict[str, str]
    """SHA-256 by path below the folder."""


def back_up(target: Path, now: datetime) -> Backup:
    """Copy both databases and the log into the new folder *target*.

    Raises:
        Conflict: when *target* holds anything already.
    """
    if target.exists() and any(target.iterdir()):
        raise Conflict("The target of a backup must be a new or an empty folder.")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.chmod(0o700)
    for path in _log_files():
        _copy(log_folder().parent / path, target / path)
    _copy_database(COMMERCIAL, target)
    tree_size, root = _copy_database(CELL, target)
    files = {str(path.relative_to(target)): _digest(path) for path in sorted(target.rglob("*")) if path.is_file()}
    made = Backup(target, settings.OPTIONS.cell, now, tree_size, root, files)
    write_file(target / MANIFEST, json.dumps(_manifest(made), indent=1).encode())
    return made


def read_backup(source: Path) -> Backup:
    """Read a backup and check every file against its manifest.

    Raises:
        Invalid: when there is no manifest, or of a form this program does not know.
        NotVerified: when a file is missing or changed.
    """
    try:
        told = json.loads((source / MANIFEST).read_bytes())
        if told["aboveboard_backup"] != FORM:
            raise Invalid("This backup is of a form this program does not know.")
        files: dict[str, str] = dict(told["files"])
        taken_at = datetime.fromisoformat(told["taken_at"]).astimezone(UTC)
        found = Backup(source, told["cell"], taken_at, told["tree_size"], bytes.fromhex(told["root"]), files)
    except (OSError, ValueError, KeyError, TypeError):
        raise Invalid("This folder is not a backup: it holds no manifest that can be read.") from None
    for path, digest in files.items():
        if ".." in Path(path).parts or not (source / path).is_file() or _digest(source / path) != digest:
            raise NotVerified("A file of the backup is missing or was changed; it is not laid back.")
    return found


def restore(source: Path) -> Backup:
    """Lay a backup into this home; the caller stands alone on it. Keys and what lies outside stay as they are.

    A crash between any two steps is finished by the same call.

    Raises:
        Conflict: when the backup is of another cell or of another kind of database.
    """
    found = read_backup(source)
    if found.cell != settings.OPTIONS.cell:
        raise Conflict("This backup is of another cell.")
    for alias, name in _NAMES.items():
        if f"{name}{_suffix(alias)}" not in found.files:
            raise Conflict("This backup was made on another kind of database.")
    begin_work("restore", {"taken_at": found.taken_at.isoformat()})
    keys.close()
    _lay_back_logs(found)
    for alias, name in _NAMES.items():
        _lay_back(alias, source / f"{name}{_suffix(alias)}")
    end_work()
    return found


def _lay_back_logs(found: Backup) -> None:
    """Lay published files back where there are none; those that are there are as new, or newer, and stay."""
    home = log_folder().parent
    folders = {Path(path).parts[0] for path in found.files if path.startswith("log")}
    for folder in folders:
        if (home / folder / "checkpoint").exists():
            continue
        tiles = [path for path in found.files if path.startswith(f"{folder}/") and path != f"{folder}/checkpoint"]
        for path in (*tiles, f"{folder}/checkpoint"):
            if path in found.files:
                _copy(found.folder / path, home / path)


def _manifest(made: Backup) -> dict[str, Any]:
    return {
        "aboveboard_backup": FORM,
        "cell": made.cell,
        "taken_at": made.taken_at.isoformat(),
        "tree_size": made.tree_size,
        "root": made.root.hex(),
        "files": made.files,
    }


def _log_files() -> Iterator[Path]:
    """Give the published files relative to the home: of each log the checkpoint first, then the tiles it stands on."""
    home = log_folder().parent
    for folder in sorted((log_folder(), *home.glob("log-*"))):
        if (folder / "checkpoint").exists():
            yield (folder / "checkpoint").relative_to(home)
        for path in sorted(folder.rglob("*")) if folder.exists() else ():
            if path.is_file() and not path.name.startswith(".") and path.name != "checkpoint":
                yield path.relative_to(home)


def _copy_database(alias: str, target: Path) -> tuple[int, bytes]:
    """Copy one database consistently; size and root of its tree, where it has one."""
    copy = target / f"{_NAMES[alias]}{_suffix(alias)}"
    if connections[alias].vendor == "postgresql":
        return postgres.dump(alias, copy)
    connections[alias].ensure_connection()
    with closing(sqlite3.connect(copy)) as into:
        connections[alias].connection.backup(into)
        # The copy is one file that nobody writes to.
        into.execute("PRAGMA journal_mode=DELETE")
        head = into.execute("SELECT size, root FROM ledger_head").fetchone() if alias == CELL else None
    copy.chmod(0o600)
    wait_for_disk(copy)
    return (int(head[0]), bytes(head[1])) if head else (0, b"")


def _lay_back(alias: str, copy: Path) -> None:
    if connections[alias].vendor == "postgresql":
        postgres.load(alias, copy)
        return
    connections[alias].close()
    live = Path(connections[alias].settings_dict["NAME"])
    arriving = live.with_name(f"{live.name}.arriving")
    _copy(copy, arriving)
    # A log of the old file must not be read into the new one. A crash here leaves the old file without its log,
    # which is why nothing else runs until the restore has been finished.
    for suffix in ("-wal", "-shm"):
        live.with_name(f"{live.name}{suffix}").unlink(missing_ok=True)
    arriving.replace(live)
    sync_folder(live.parent)


def _suffix(alias: str) -> str:
    return ".pgdump" if connections[alias].vendor == "postgresql" else ".sqlite3"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.new")
    shutil.copyfile(source, temporary)
    temporary.chmod(0o600)
    wait_for_disk(temporary)
    temporary.replace(target)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
