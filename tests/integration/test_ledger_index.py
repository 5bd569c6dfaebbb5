"""The index of the log: it ends every batch, is a function of the leaves, and its file may be lost at any time."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from aboveboard.apps.files.index import IndexFile
from aboveboard.apps.ledger import sequencer
from aboveboard.apps.ledger.index import Index, index_of, index_path
from aboveboard.apps.ledger.models import Head, Leaf
from aboveboard.apps.ledger.sequencer import Sequencer, sequencing
from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.growing import PrefixTree
from aboveboard.core.tlog.prefix import subtree_hash
from tests.support.cell import Cell


def by_hand() -> bytes:
    """The root made anew from every leaf but the last."""
    rows = Leaf.objects.order_by("seq").values_list("subject_label", "seq")
    return subtree_hash(sorted((bytes(label), seq) for label, seq in rows if bytes(label)))


def last() -> IndexLeaf | None:
    """The last leaf of the log, if it is an index."""
    return IndexLeaf.decode_if(bytes(Leaf.objects.latest("seq").data))


def require_whole() -> None:
    """The log ends with the index of all that stands before, and so does the file."""
    size = Head.objects.get().size
    assert last() == IndexLeaf(by_hand(), size - 1)
    with closing(IndexFile(index_path())) as file:
        assert (file.covered, PrefixTree(file).root()) == (size, by_hand())


def looked_at(cell: Cell, times: int = 1) -> bytes:
    """Somebody who was looked at, in as many batches."""
    person = cell.person()
    for _ in range(times):
        cell.look([person])
        cell.drain()
    return person


def test_every_batch_ends_with_the_index_of_all_before_it(cell: Cell):
    """Whoever holds the leaves makes each root anew."""
    looked_at(cell, 3)
    require_whole()
    leaves = [bytes(row.data) for row in Leaf.objects.order_by("seq")]
    indexes = [(place, index) for place, data in enumerate(leaves) if (index := IndexLeaf.decode_if(data))]
    assert [index.covered for _, index in indexes] == [place for place, _ in indexes]
    assert len(indexes) == 4


@pytest.mark.parametrize("left", ["none", "garbage", "behind", "of another log", "ahead"])
def test_a_file_that_does_not_fit_is_made_anew(cell: Cell, left):
    """It is no truth: whatever stands there, the next start makes it what the leaves say."""
    looked_at(cell)
    kept = index_path().with_name("kept")
    with closing(IndexFile(index_path())) as file, closing(sqlite3.connect(kept)) as copy:
        file._connection.backup(copy)
    looked_at(cell)
    for path in index_path().parent.glob("index.sqlite3*"):
        path.unlink()
    if left == "garbage":
        index_path().write_bytes(b"not a database" * 100)
    elif left != "none":
        kept.rename(index_path())
        with closing(IndexFile(index_path())) as file, file.changing():
            if left == "of another log":
                file.put(dict.fromkeys("0123456789abcdef", b"\x00" + b"w" * 40))
            elif left == "ahead":
                file.cover(10**6)
    kept.unlink(missing_ok=True)
    looked_at(cell)
    require_whole()


def test_a_label_that_stands_in_a_foreign_file_already_is_no_crash(cell: Cell):
    """A file of another history may even hold labels of this one."""
    looked_at(cell)
    with closing(IndexFile(index_path())) as file, file.changing():
        file.cover(0)
    looked_at(cell)
    require_whole()


def test_a_crash_between_database_and_file_is_caught_up(cell: Cell, monkeypatch):
    """The database is committed first; the file is behind then, never ahead."""
    person = cell.person()
    cell.look([person])

    @contextmanager
    def crashing(self) -> Iterator[Index]:
        with self._file.changing():
            yield self
            raise SystemExit

    with sequencing(), monkeypatch.context() as patch, pytest.raises(SystemExit):
        running = Sequencer()
        patch.setattr(Index, "growing", crashing)
        running.drain()
    with closing(IndexFile(index_path())) as file:
        assert file.covered < Head.objects.get().size
    looked_at(cell)
    require_whole()


def test_a_batch_that_fails_leaves_the_file_as_it_was(cell: Cell, monkeypatch):
    """What the database undoes, the file undoes."""
    looked_at(cell)
    with closing(IndexFile(index_path())) as file:
        before = file.covered
    cell.look([cell.person()])
    with sequencing(), monkeypatch.context() as patch:
        running = Sequencer()
        patch.setattr(sequencer, "_keep_chains", lambda _chains: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            running.drain()
    with closing(IndexFile(index_path())) as file:
        assert file.covered == before


def test_leaves_that_do_not_make_their_index_stop_the_sequencer(cell: Cell):
    """A label changed in the database is noticed before anything is signed on it."""
    looked_at(cell)
    row = Leaf.objects.filter(month__gt=0).latest("seq")
    Leaf.objects.filter(seq=row.seq).update(subject_label=b"\x01" * 32)
    for path in index_path().parent.glob("index.sqlite3*"):
        path.unlink()
    with sequencing(), pytest.raises(NotVerified, match="do not make the index"):
        Sequencer()
    with pytest.raises(NotVerified, match="do not make the index"):
        index_of(Head.objects.get().size)
