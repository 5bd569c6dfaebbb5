"""A mirror whose own file is damaged, lost or old makes it anew from the entries it holds, says so, accuses nobody."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from aboveboard.apps.files.index import IndexFile
from aboveboard.apps.mirror import replaying, taking
from aboveboard.apps.mirror.checking import check
from aboveboard.apps.mirror.folder import open_mirror
from aboveboard.apps.mirror.index import STRIDE, Strides
from aboveboard.apps.mirror.keeping import Mirror, Refused, alone
from aboveboard.apps.mirror.memory import FILE, Kind, Memory
from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.errors import Conflict, Invalid, LedgerUnavailable, NotVerified
from aboveboard.core.tlog.growing import PrefixTree
from tests.support.mirroring import fetch, refused, shown
from tests.support.published import Published, line


def changed(statement: str) -> Callable[[Path], None]:
    """Somebody writes into the index."""

    def change(path: Path) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute(statement)

    return change


def zeroed(start: int) -> Callable[[Path], None]:
    """A bad disk: zeroes from a page of the file on."""

    def zero(path: Path) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        data = path.read_bytes()
        path.write_bytes(data[:start] + bytes(len(data) - start))

    return zero


def gone(path: Path) -> None:
    """Deleted, with what belongs to it."""
    for one in path.parent.glob(f"{FILE}*"):
        one.unlink()


def spoilt(mirror: Mirror, how: Callable[[Path], None]) -> tuple[Mirror, list[str]]:
    """Spoil the memory while nobody has it open; the mirror, opened again, and what it says."""
    mirror.memory.close()
    how(mirror.folder / FILE)
    said: list[str] = []
    return open_mirror(mirror.folder, said.append), said


INDEX = {
    "a page is gone": "DELETE FROM page WHERE key = (SELECT max(key) FROM page)",
    "a page is another": "UPDATE page SET page = zeroblob(length(page)) WHERE key = (SELECT max(key) FROM page)",
    "all pages are gone": "DELETE FROM page",
    "hashes in the first page are others": (
        "UPDATE page SET page = CAST(substr(page, 1, 41) || x'00112233' || substr(page, 46, 36) || x'00112233'"
        " || substr(page, 86) AS BLOB) WHERE key = ''"
    ),
    "the count of sealed lines is another": "INSERT OR REPLACE INTO tally VALUES (1, x'000102')",
}


@pytest.mark.parametrize("how", INDEX)
def test_a_damaged_index_is_made_anew_and_accuses_nobody(log: Published, mirror: Mirror, how: str):
    """Whatever was changed in it, the entries know better; the log is not at fault, and the fetch goes through."""
    log.publish()
    fetch(mirror)
    again, said = spoilt(mirror, changed(INDEX[how]))
    log.grow(1 if "hashes" in how else 300)
    log.publish()
    assert fetch(again).checkpoint.size == len(log.entries)
    assert again.memory.refusals() == []
    assert ["anew from the 307 entries held" in one for one in said] == [True]
    assert check(again).holds
    root = IndexLeaf.decode_if(log.entries[-1])
    assert root is not None
    assert PrefixTree(again.memory).root() == root.root
    again.memory.close()


MEMORY = {"not a database": zeroed(0), "cut off in the middle": zeroed(8192 * 4), "deleted": gone}


@pytest.mark.parametrize("how", MEMORY)
def test_a_memory_that_cannot_be_read_is_made_anew(log: Published, mirror: Mirror, how: str):
    """What is shown stays, the refusals come back under their numbers, and nothing held is fetched again."""
    log.publish()
    fetch(mirror)
    log.publish(4)
    refused(mirror)
    before, kept = shown(mirror), mirror.memory.refusals()
    again, said = spoilt(mirror, MEMORY[how])
    log.grow(5)
    log.publish()
    assert fetch(again).before == 307
    assert any("made anew from what the mirror holds" in one for one in said)
    assert again.memory.refusals() == kept
    assert (how == "deleted") is not bool(list(mirror.folder.glob(f"{FILE}.damaged1")))
    assert before.text != shown(again).text
    assert check(again).holds
    log.publish(4)
    refused(again)
    assert [one.number for one in again.memory.refusals()] == [1, 2]
    again.memory.close()


def test_an_older_memory_laid_back_takes_back_nothing_that_was_shown(log: Published, mirror: Mirror, tmp_path: Path):
    """A copy of the file from before: what was shown since stands in the checkpoint, and is not signed away."""
    log.publish(4)
    fetch(mirror)
    with sqlite3.connect(mirror.folder / FILE) as memory, sqlite3.connect(tmp_path / "copy") as copy:
        memory.backup(copy)
    log.publish()
    fetch(mirror)
    before = shown(mirror)

    def laid_back(path: Path) -> None:
        gone(path)
        shutil.copy(tmp_path / "copy", path)

    again, said = spoilt(mirror, laid_back)
    assert shown(again) == before
    assert ["older than what it shows" in one for one in said] == [True]
    assert fetch(again).before == 307
    assert check(again).holds
    again.memory.close()


def test_without_memory_and_without_a_checkpoint_to_believe_it_says_so(log: Published, mirror: Mirror):
    """It could cosign another history then; so it does nothing, and everything stays where it lies."""
    log.publish()
    fetch(mirror)
    checkpoint = mirror.folder / "log" / "checkpoint"
    checkpoint.write_bytes(b"spoilt" + checkpoint.read_bytes())
    with pytest.raises(Invalid, match="make a new mirror"):
        spoilt(mirror, zeroed(0))
    assert (mirror.folder / f"{FILE}.damaged1").exists()
    with pytest.raises(Invalid, match="make a new mirror"):
        open_mirror(mirror.folder)


def test_a_memory_lost_before_anything_was_shown_begins_again(log: Published, mirror: Mirror):
    """There was nothing to forget."""
    again, said = spoilt(mirror, zeroed(0))
    assert ["damaged, and lies in" in one for one in said] == [True]
    log.publish()
    assert fetch(again).before == 0
    assert check(again).holds
    again.memory.close()


def test_damage_that_shows_in_the_middle_of_a_fetch_is_mended_there(
    log: Published, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
):
    """The file opens, and a page deep in it is found bad when it is read: the fetch starts over with a new memory."""
    log.publish()
    fetch(mirror)
    again, said = spoilt(mirror, lambda _path: None)
    real, failed = Memory.hold, []

    def bad_page(self: Memory, size: int, root: bytes) -> None:
        if not failed:
            failed.append(size)
            error = sqlite3.DatabaseError("database disk image is malformed")
            error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_CORRUPT, "SQLITE_CORRUPT"
            raise error
        real(self, size, root)

    monkeypatch.setattr(Memory, "hold", bad_page)
    log.grow(5)
    log.publish()
    assert fetch(again).checkpoint.size == len(log.entries)
    assert failed
    assert ["damaged, and lies in" in one for one in said] == [True]
    assert check(again).holds
    again.memory.close()


def test_a_disk_at_its_end_is_no_damage(log: Published, mirror: Mirror, monkeypatch: pytest.MonkeyPatch):
    """The file stays where it is, and the sentence says where to look."""
    log.publish()
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode, full.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"

    def filled(*_given: object) -> None:
        raise full

    with monkeypatch.context() as patch, pytest.raises(LedgerUnavailable, match="SQLITE_FULL"):
        patch.setattr(Memory, "hold", filled)
        fetch(mirror)
    assert fetch(mirror).checkpoint.size == 307


def test_a_damaged_memory_is_left_to_whoever_fetches(log: Published, mirror: Mirror):
    """Two who made it anew at once would each put away the other's."""
    log.publish()
    fetch(mirror)
    mirror.memory.close()
    with alone(mirror.folder):
        open_mirror(mirror.folder).memory.close()
        zeroed(0)(mirror.folder / FILE)
        with pytest.raises(Conflict, match="Another process"):
            open_mirror(mirror.folder)
    open_mirror(mirror.folder).memory.close()


def test_entries_that_were_changed_too_are_no_ground_to_build_on(log: Published, mirror: Mirror):
    """Index and entries damaged together: the mirror says that its own disk is at fault, each time."""
    log.publish()
    fetch(mirror)
    again, said = spoilt(mirror, changed("DELETE FROM page"))
    bundle = mirror.folder / "log" / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes()[:-1] + b"\x00\x00")
    log.grow(1)
    log.publish()
    for _ in range(2):
        with pytest.raises(NotVerified, match="own disk"):
            fetch(again)
    assert again.memory.refusals() == []
    assert len(said) == 1
    again.memory.close()


def test_a_log_that_is_wrong_is_accused_once_the_own_index_is_sure(log: Published, mirror: Mirror):
    """The index is made anew before the first accusation, and not at every fetch after it."""
    log.publish()
    fetch(mirror)
    again, said = spoilt(mirror, lambda _path: None)
    log.entries += [line("one"), IndexLeaf(bytes(32), len(log.entries) + 1).encode()]
    log.publish()
    for _ in range(2):
        with pytest.raises(Refused):
            fetch(again)
    assert [one.kind for one in again.memory.refusals()] == [Kind.INDEX]
    assert ["Before that counts against the log" in one for one in said] == [True]
    again.memory.close()


def test_a_crash_while_it_is_made_anew_is_made_up_for(log: Published, mirror: Mirror, monkeypatch: pytest.MonkeyPatch):
    """Step by step: the next fetch goes on from the entries held, and asks the log for none of them."""
    monkeypatch.setattr(replaying, "STEP", 256)
    log.publish()
    fetch(mirror)
    again, _ = spoilt(mirror, gone)
    real, steps = Memory.hold, []

    def dying(self: Memory, size: int, root: bytes) -> None:
        steps.append(size)
        if len(steps) == 2:
            raise SystemExit
        real(self, size, root)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(Memory, "hold", dying)
        fetch(again)
    assert again.memory.covered == 256
    assert fetch(again).before == 307
    assert check(again).holds
    again.memory.close()


class Watched(IndexFile):
    """A store that counts how many pages it was asked for, and given, at once."""

    most = 0

    def pages(self, keys):
        """Give pages."""
        self.most = max(self.most, len(keys))
        return super().pages(keys)

    def put(self, pages):
        """Keep pages."""
        self.most = max(self.most, len(pages))
        super().put(pages)


def test_replaying_holds_the_pages_of_a_stride_and_not_of_a_batch():
    """However large the batch: the same tree, with few pages at once."""
    entries = [(line(str(at))[2:34], at) for at in range(200 * STRIDE)]
    narrow, wide = Watched(Path(":memory:")), Watched(Path(":memory:"))
    for start in (0, 100 * STRIDE):
        some = entries[start : start + 100 * STRIDE]
        assert Strides(narrow).extend(some) == PrefixTree(wide).extend(some)
    assert narrow.most < 2 * STRIDE < wide.most
    assert Strides(narrow).extend([]) == PrefixTree(wide).root()
    narrow.close()
    wide.close()


def test_a_label_that_comes_twice_is_refused_across_strides_too():
    """Sorted, the two may end one stride and begin the next."""
    entries = sorted((line(str(at))[2:34], at) for at in range(3 * STRIDE))
    for at in (0, STRIDE - 1, 3 * STRIDE - 1):
        store = IndexFile(Path(":memory:"))
        with pytest.raises(Invalid, match="one label"):
            Strides(store).extend([*entries, (entries[at][0], 10**6)])
        store.close()
    assert taking.STEP % STRIDE == 0
