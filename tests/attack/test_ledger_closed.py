"""If the ledger cannot commit, no data leaves: read-only database, no keys, a disk that is full to the last byte."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.attack.conftest import Laid
from tests.support.cli import Home
from tests.support.forked import ForkedHome
from tests.support.small_disk import SmallDisk, small_disk

pytestmark = pytest.mark.kill
UNAVAILABLE = {"ledger_unavailable", "key_unavailable"}
FULL = """
from pathlib import Path
from tests.support.small_disk import SmallDisk
def until_closed(act, disk):
    told = [act()]  # a server that runs already, its databases open
    SmallDisk(Path(disk)).fill()
    while len(told) < 2000 and sum("code" in one for one in told) < 20:
        told.append(act())
    return told
"""
LOOK = "import json\nfrom tests.support.victims import look_and_tell\n"


@pytest.fixture
def on_small_disk(laid_home: Laid, tmp_path: Path) -> Iterator[tuple[Home, SmallDisk]]:
    """A home that lies on a disk of its own, eight MiB large; the disk of a database server is filled elsewhere."""
    shutil.copytree(laid_home.folder, tmp_path / "attacked", ignore=shutil.ignore_patterns("home"))
    with small_disk(tmp_path, 8) as disk:
        shutil.copytree(laid_home.folder / "home", disk.folder / "home")
        (tmp_path / "attacked" / "home").symlink_to(disk.folder / "home")
        home = ForkedHome(tmp_path / "attacked")
        yield home, disk
        home.close()


def looks(home: Home, subject: str, times: int) -> list[dict[str, Any]]:
    """Look again and again in one process, as a server does."""
    return home.script(f"{LOOK}print(json.dumps([look_and_tell({subject!r}) for _ in range({times})]))\n")


def committed(home: Home) -> set[str]:
    """The entries that stand in the queue or in the log."""
    return set(
        home.script(
            "import json\nfrom aboveboard.apps.ledger.models import Pending, Receipt\n"
            "print(json.dumps([bytes(e).hex() for kept in (Pending, Receipt)"
            " for e in kept.objects.values_list('entry_hash', flat=True)]))\n"
        )
    )


@pytest.mark.sqlite
def test_on_a_full_disk_nothing_leaves_and_nothing_is_lost(on_small_disk: tuple[Home, SmallDisk], laid_home: Laid):
    """Every look either has its entry or gives no value; with space again, all works and no entry is missing."""
    (home, disk), subject = on_small_disk, laid_home.people[0]
    where = str(disk.folder)
    told = home.script(f"{LOOK}{FULL}print(json.dumps(until_closed(lambda: look_and_tell({subject!r}), {where!r})))\n")
    closed = [one for one in told if "code" in one]
    assert closed, "the disk was not full"
    assert {one["code"] for one in closed} <= UNAVAILABLE
    disk.free()
    assert looks(home, subject, 1)[0]["values"]
    assert {one["entry"] for one in told if "entry" in one} <= committed(home)
    home.json("sequence", "--once")
    assert {one["entry"] for one in told if "entry" in one} <= committed(home)


CHANGE = """
import json
from tests.support.victims import *
from aboveboard.apps.gate import deeds
from aboveboard.core.errors import AboveboardError
from aboveboard.core.terms import SubjectId
def change(subject):
    asked = question(Operation.RESTRICT, [subject], Role.DPO, OVERSIGHT)
    try:
        return {"entry": deeds.restrict(asked, SubjectId(bytes.fromhex(subject))).entry_hash.hex()}
    except AboveboardError as error:
        return {"code": error.code}
"""


@pytest.mark.sqlite
def test_on_a_full_disk_no_change_is_half_done(on_small_disk: tuple[Home, SmallDisk], laid_home: Laid):
    """A change that cannot be committed is undone and says that the ledger is closed, not that the program broke."""
    (home, disk), subject = on_small_disk, laid_home.people[1]
    where = str(disk.folder)
    told = home.script(f"{CHANGE}{FULL}print(json.dumps(until_closed(lambda: change({subject!r}), {where!r})))\n")
    disk.free()
    closed = [one for one in told if "code" in one]
    assert closed, "the disk was not full"
    assert {one["code"] for one in closed} <= UNAVAILABLE
    assert {one["entry"] for one in told if "entry" in one} <= committed(home)


@pytest.mark.sqlite
def test_a_command_that_begins_on_a_full_disk_says_so_and_shows_nothing(
    on_small_disk: tuple[Home, SmallDisk], laid_home: Laid
):
    """SQLite cannot even be opened then: the exit code is that of a store out of reach."""
    home, disk = on_small_disk
    disk.fill()
    ran = home.run("ask", laid_home.people[0], "--purpose", "customer-relationship", "--as", "seller-cz")
    assert (ran.code, ran.out) == (7, ""), ran.err
    disk.free()
    assert home.run("ask", laid_home.people[0], "--purpose", "customer-relationship", "--as", "seller-cz").code == 0


@pytest.mark.sqlite
def test_on_a_full_disk_the_sequencer_stops_and_goes_on_where_it_stood(
    on_small_disk: tuple[Home, SmallDisk], laid_home: Laid
):
    """What was acknowledged waits; with space again it is sequenced, and the log has no gap."""
    home, disk = on_small_disk
    told = looks(home, laid_home.people[0], 30)
    disk.fill()
    assert home.run("sequence", "--once").code != 0
    disk.free()
    home.json("sequence", "--once")
    assert {one["entry"] for one in told} <= committed(home)


READ_ONLY = """
from django.db import connections
with connections["vault"].cursor() as cursor:
    if connections["vault"].vendor == "sqlite":
        cursor.execute("PRAGMA query_only = ON")
    else:
        cursor.execute("SET default_transaction_read_only = on")
"""


@pytest.mark.database
def test_on_a_read_only_database_nothing_leaves(attacked: Home, laid_home: Laid):
    """Neither a look nor a change: both say that the ledger cannot commit."""
    subject = laid_home.people[0]
    told = attacked.script(f"{CHANGE}{READ_ONLY}print(json.dumps([look_and_tell({subject!r}), change({subject!r})]))\n")
    assert [one["code"] for one in told] == ["ledger_unavailable"] * 2, told


KEYS_GONE = {
    "the root key is missing": lambda home: (home.outside / "root.key").unlink(),
    "another root key lies there": lambda home: _another_root_key(home.outside / "root.key"),
    "the key store is no database": lambda home: _overwrite(home.home / "keys.sqlite3"),
    "the key store is a folder": lambda home: _folder(home.home / "keys.sqlite3"),
}


def _another_root_key(path: Path) -> None:
    import base64
    import os

    head = path.read_text().splitlines()[0]
    path.write_text(f"{head}\n{base64.b64encode(os.urandom(32)).decode()}\n")


def _overwrite(path: Path) -> None:
    path.write_bytes(b"\xff" * path.stat().st_size)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.database
@pytest.mark.parametrize("way", KEYS_GONE)
def test_without_keys_nothing_leaves(attacked: Home, laid_home: Laid, way: str):
    """Missing, wrong or unreadable: the look is answered by one sentence about the keys, and no value."""
    KEYS_GONE[way](attacked)
    (told,) = looks(attacked, laid_home.people[0], 1)
    assert told.get("code") == "key_unavailable", told
