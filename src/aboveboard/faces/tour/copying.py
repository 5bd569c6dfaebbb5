"""Copies of the home that the tour may spoil: yesterday's database, and whole homes for the cheater."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings

from aboveboard.core.errors import Invalid

CELL_FILE = "cell.sqlite3"


def keep_yesterday(folder: Path) -> None:
    """Put the cell's database aside, consistently, as a nightly backup does."""
    source = Path(settings.OPTIONS.home) / CELL_FILE
    if not source.is_file():
        raise Invalid("The tour copies database files; it runs on the embedded stores only.")
    folder.mkdir(parents=True, exist_ok=True)
    copy_database(source, folder / "yesterday.sqlite3")


def copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite database that others use, whole."""
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def facts_in_yesterday(folder: Path, person: bytes) -> list[bytes]:
    """Give the sealed values of *person* in yesterday's copy."""
    with closing(sqlite3.connect(folder / "yesterday.sqlite3")) as copy:
        rows = copy.execute("SELECT sealed FROM vault_fact WHERE person_id = ?", (person,)).fetchall()
    return [sealed for (sealed,) in rows]


def copy_home(target: Path) -> tuple[Path, Path]:
    """Copy home and outside below *target*; gives both. The databases are copied whole, the rest file by file."""
    home, outside = Path(settings.OPTIONS.home), Path(settings.OPTIONS.outside)
    shutil.rmtree(target, ignore_errors=True)
    databases = {path.name for path in home.glob("*.sqlite3")}
    spared = shutil.ignore_patterns("*.sqlite3*", "*.lock")
    shutil.copytree(home, target / "home", ignore=spared)
    shutil.copytree(outside, target / "outside")
    for name in databases:
        copy_database(home / name, target / "home" / name)
    return target / "home", target / "outside"
