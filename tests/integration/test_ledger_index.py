"""The index of the log: it ends every batch, is a function of the leaves, and its file may be lost at any time."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from aboveboard.apps.files.index import IndexFile
from aboveboard.apps.files.index_apart import IndexApart
from aboveboard.apps.ledger import index, sequencer
from aboveboard.apps.ledger.index import Index, index_of, index_path, places_of
from aboveboard.apps.ledger.models import Head, Leaf
from aboveboard.apps.ledger.sequencer import Sequencer, sequencing
from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.growing import PrefixTree
from aboveboard.core.tlog.prefix import subtree_hash
from tests.support.cell import Cell


@pytest.fixture(autouse=True, params=["in the sequencer", "apart"])
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Batches are hashed into the index by the sequencer itself, or, as large ones are, by a process of its own."""
    if request.param == "apart":
        monkeypatch.setattr(index, "MANY", 1)
    return str(request.param)


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


def forget_file() -> None:
    """Take the file away."""
    for path in index_path().parent.glob("index.sqlite3*"):
        path.unlink()


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
    indexes = [(place, found) for place, data in enumerate(leaves) if (found := IndexLeaf.decode_if(data))]
    assert [found.covered for _, found in indexes] == [place for place, _ in indexes]
    assert len(indexes) == 4


@pytest.mark.parametrize("left", ["none", "garbage", "behind", "of another log", "ahead"])
def test_a_file_that_does_not_fit_is_made_anew(cell: Cell, left):
    """It is no truth: whatever stands there, the next start makes it what the leaves say."""
    looked_at(cell)
    kept = index_path().with_name("kept")
    with closing(IndexFile(index_path())) as file, closing(sqlite3.connect(kept)) as copy:
        file._connection.backup(copy)
    looked_at(cell)
    forget_file()
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

    growing = Index.growing

    @contextmanager
    def crashing(self, *batch: Any) -> Iterator[Callable[[], IndexLeaf]]:
        with growing(self, *batch) as leaf:
            yield leaf
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
    forget_file()
    with sequencing(), pytest.raises(NotVerified, match="do not make the index"):
        Sequencer()
    with pytest.raises(NotVerified, match="do not make the index"):
        index_of(Head.objects.get().size)


@pytest.mark.parametrize("step", ["begin", "grown", "end", "settle"])
def test_a_process_that_dies_loses_nothing(cell: Cell, where, monkeypatch, step):
    """Whenever the process ends that hashes a batch, the sequencer does it itself, or catches up with it."""
    if where != "apart":
        monkeypatch.setattr(index, "MANY", 1)
    with sequencing():
        running = Sequencer()
        for _ in range(2):
            cell.look([cell.person()])
            running.drain()
            with monkeypatch.context() as patch:
                patch.setattr(IndexApart, step, dying(getattr(IndexApart, step)))
                cell.look([cell.person()])
                running.drain()
        cell.look([cell.person()])
        running.drain()
    require_whole()


def dying(then: Callable[..., Any]) -> Callable[..., Any]:
    """Let the process die before each time it is spoken to."""

    def spoken_to(self: IndexApart, *args: Any, **kwargs: Any) -> Any:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        return then(self, *args, **kwargs)

    return spoken_to


@pytest.mark.parametrize("state", ["whole", "behind", "none", "garbage", "of another log", "ahead", "one hidden"])
def test_lines_are_found_by_their_labels_whatever_the_file_says(cell: Cell, state):
    """The file only says where to look."""
    looked_at(cell, 2)
    labels = [bytes(label) for label in Leaf.objects.values_list("subject_label", flat=True) if bytes(label)]
    if state in {"none", "garbage"}:
        forget_file()
    if state == "garbage":
        index_path().write_bytes(b"not a database" * 100)
    elif state == "behind":
        cell.look([cell.person()])
        with closing(IndexFile(index_path())) as file, file.changing():
            file.clear()
            PrefixTree(file).extend([(labels[0], 0)])
            file.cover(1)
    elif state == "one hidden":
        # Everything fits together again, but it is not what the log's own index leaf says.
        with closing(IndexFile(index_path())) as file, file.changing():
            covered = file.covered
            file.clear()
            PrefixTree(file).extend(
                [(label, at) for at, label in enumerate(by_place()) if label and label != labels[1]]
            )
            file.cover(covered)
    elif state in {"of another log", "ahead"}:
        with closing(IndexFile(index_path())) as file, file.changing():
            if state == "ahead":
                PrefixTree(file).extend([(b"a" * 32, 10**6)])
                file.cover(10**6 + 1)
            else:
                file.put({"": b"\x00" + b"w" * 39})
    found = places_of([*labels, b"z" * 32])
    assert found == {label: seq for seq, label in enumerate(by_place()) if label}


def by_place() -> list[bytes]:
    """The labels of the log, in order."""
    return [bytes(label) for label in Leaf.objects.order_by("seq").values_list("subject_label", flat=True)]
