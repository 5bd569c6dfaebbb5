"""The process that hashes large batches into the index answers what the file would have answered itself."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from aboveboard.apps.files.index import IndexFile
from aboveboard.apps.files.index_apart import STRIDE, IndexApart
from aboveboard.core.tlog.growing import PrefixTree
from aboveboard.core.tlog.prefix import EMPTY


def by_itself(path: Path, batches: list[list[bytes]]) -> bytes:
    """The root when the file takes each batch in at once, an index leaf behind it."""
    with closing(IndexFile(path)) as file, file.changing():
        tree, size, root = PrefixTree(file), 0, EMPTY
        for labels in batches:
            root = tree.extend([(label, size + at) for at, label in enumerate(labels)])
            size += len(labels) + 1
        return root


@pytest.mark.parametrize("many", [1, STRIDE, STRIDE + 1, 3 * STRIDE + 7])
def test_strides_make_the_root_of_the_whole_batch(tmp_path: Path, many: int):
    """However many labels come at once, and whatever stood there before."""
    batches = [[os.urandom(32) for _ in range(number)] for number in (many, 5, many)]
    apart, size = IndexApart(tmp_path / "apart"), 0
    for labels in batches:
        assert apart.begin(size, labels)
        grown = apart.grown([])
        assert grown is not None
        apart.end(keep=True)
        size += len(labels) + 1
    apart.settle()
    assert grown[0] == by_itself(tmp_path / "itself", batches)
    with closing(IndexFile(tmp_path / "apart")) as file:
        assert (file.covered, PrefixTree(file).root()) == (size, grown[0])
    apart.close()


def test_a_batch_that_is_not_kept_leaves_no_trace_and_the_next_is_taken(tmp_path: Path):
    """Nor does one that does not follow on what the file covers: the process says that it cannot."""
    apart, labels = IndexApart(tmp_path / "apart"), [os.urandom(32) for _ in range(9)]
    assert apart.begin(0, labels)
    first = apart.grown([])
    apart.end(keep=False)
    apart.settle()
    with closing(IndexFile(tmp_path / "apart")) as file:
        assert (file.covered, PrefixTree(file).root()) == (0, EMPTY)
    assert apart.begin(0, labels)
    assert apart.grown([]) == first is not None
    apart.end(keep=True)
    apart.settle()
    assert apart.begin(99, [os.urandom(32)])
    assert apart.grown([]) is None
    apart.close()


def test_where_no_process_can_be_started_nobody_has_taken_the_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The sequencer does it itself then."""
    monkeypatch.setattr("aboveboard.apps.files.index_apart.sys.executable", str(tmp_path / "no python"))
    assert not IndexApart(tmp_path / "apart").begin(0, [os.urandom(32)])
