"""PostgreSQL on a disk that is full, really: nothing leaves without its entry, and with space again all goes on."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.attack.conftest import STORES, Laid, addresses_of, copied, tell
from tests.support import postgres
from tests.support.audit import require_sound, standing
from tests.support.cli import Home
from tests.support.forked import ForkedHome
from tests.support.load import PERSONAL, Load
from tests.support.outside import Heard
from tests.support.serving import served, until
from tests.support.small_disk import SmallDisk, small_disk

pytestmark = [pytest.mark.kill, pytest.mark.postgres]
CLOSED, SHUT = b'"ledger_unavailable"', b"The log cannot be written, so nothing is shown"
"""How the API says it, and how a page does."""


@dataclass
class Crowded:
    """A home whose databases, or their write-ahead log, lie on a small disk."""

    home: Home
    disk: SmallDisk
    bring_back: Callable[[], None]
    """What an operator does once there is space again."""


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    """A small disk in a folder that the server's account can reach."""
    work = Path(tempfile.mkdtemp(prefix="abdisk", dir="/tmp"))
    work.chmod(0o755)
    try:
        with small_disk(work, 64) as made:
            postgres.hand_over(made.folder)
            yield made
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def rows_on(disk: SmallDisk, laid: Laid, folder: Path) -> Iterator[Crowded]:
    """The tables of both stores lie on the disk."""
    assert laid.cluster is not None
    space = disk.folder / "space"
    space.mkdir()
    postgres.hand_over(space)
    tell(laid.cluster, f"CREATE TABLESPACE small LOCATION '{space}'")
    try:
        with copied(laid, folder, "small") as home:
            try:
                yield Crowded(home, disk, lambda: None)
            finally:
                disk.free()
    finally:
        tell(laid.cluster, "DROP TABLESPACE small")


@contextmanager
def log_on(disk: SmallDisk, laid: Laid, folder: Path) -> Iterator[Crowded]:
    """The write-ahead log lies on the disk; a server that cannot write it gives up, and is started by hand."""
    assert laid.cluster is not None
    log = disk.folder / "log"
    log.mkdir()
    postgres.hand_over(log)
    cluster = postgres.start(durable=True, log=log)
    try:
        for store in STORES:
            laid.cluster.copy(f"laid_{store}", cluster)
        shutil.copytree(laid.folder, folder)
        home = ForkedHome(folder, addresses_of(cluster, "laid"))
        yield Crowded(home, disk, lambda: postgres.bring_back(cluster))
        home.close()
    finally:
        cluster.stop()


@pytest.mark.parametrize("place", [rows_on, log_on], ids=["the tables", "the write-ahead log"])
def test_on_a_full_disk_a_server_sends_nothing_without_its_entry_and_goes_on_afterwards(
    disk: SmallDisk,
    laid_home: Laid,
    tmp_path: Path,
    place: Callable[[SmallDisk, Laid, Path], AbstractContextManager[Crowded]],
):
    """Looks, pages and writes say that the ledger is closed; with space again the same server answers, nothing lost."""
    with place(disk, laid_home, tmp_path / "attacked") as crowded:
        load = Load(crowded.home, laid_home.people[:-8], [])
        with served(crowded.home) as serving:
            with load.put_on(serving, random.SystemRandom().randrange(1 << 30)) as outside:
                outside.wait_for_more(60)
                crowded.disk.fill()
                until(
                    lambda: {one.wish.name for one in closed(outside.heard)} >= {"person", "page", "own page", "write"}
                )
                crowded.disk.free()
                crowded.bring_back()
                outside.wait_for_more(60)
            load.require_kept(serving)
            assert serving.stop() == 0, serving.words()
        crowded.home.json("sequence", "--once")
        load.require_expected()
        require_sound(crowded.home, standing(crowded.home), load.released)
    for one in closed(load.heard):
        assert PERSONAL not in one.body
        assert (CLOSED if b"{" in one.body[:1] else SHUT) in one.body, one.wish.name


def test_a_command_on_a_full_disk_says_so_and_shows_nothing(disk: SmallDisk, laid_home: Laid, tmp_path: Path):
    """The exit code is that of a store out of reach; with space again the same command shows its person.

    The sequencer, with nothing to write, may find that it needs no space; what it signed then is sound like the rest.
    """
    ask = ("ask", laid_home.people[0], "--purpose", "customer-relationship", "--as", "seller-cz")
    with rows_on(disk, laid_home, tmp_path / "attacked") as crowded:
        crowded.disk.fill()
        until(lambda: crowded.home.run(*ask).code != 0)
        ran = crowded.home.run(*ask)
        assert (ran.code, ran.out) == (7, ""), ran.err
        sequenced = crowded.home.run("sequence", "--once")
        assert sequenced.code == 7 or sequenced.out.startswith("0 leaves written"), sequenced.err
        crowded.disk.free()
        assert PERSONAL.decode() in crowded.home.run(*ask).out
        crowded.home.json("sequence", "--once")
        require_sound(crowded.home, standing(crowded.home), set())


def closed(heard: list[Heard]) -> list[Heard]:
    """Those who were told to come again later."""
    return [one for one in heard if one.status == 503]
