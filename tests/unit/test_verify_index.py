"""That nothing was left out: the index of the log knows the lines shown, and none that would follow."""

from base64 import b64decode, b64encode

import pytest

from aboveboard.core.entries.leaf import IndexLeaf, Leaf
from aboveboard.core.tlog.merkle import inclusion_proof
from aboveboard.core.tlog.prefix import cut, subtree_hash
from tests.support.packs import NOW, Draft, SmallLog, again, draft, failed, look


def test_a_pack_with_all_lines_says_that_there_is_no_other():
    """Every check holds, and the sentence reaches to the checkpoint."""
    report = draft()[0].verified()
    assert report.holds
    assert any("no other up to this checkpoint" in sentence for sentence in report.proved)


@pytest.mark.parametrize("left_out", [1, 2])
def test_a_pack_that_leaves_out_the_last_lines_is_found(left_out):
    """Cutting the end off was what counters and hashes alone could not show."""
    made, _ = draft()
    made.entries = made.entries[:-left_out]
    report = made.verified()
    assert failed(report) == {"index"}
    assert "the pack leaves out" in report.failures[0].sentence


def test_an_index_that_does_not_know_a_line_is_found():
    """Whoever hides a label from the index signs a root that no replay of the leaves makes, and the pack says so."""
    made, log = draft()
    hidden = made.entries[-1]["index"]
    forged(made, log, lambda entries: [entry for entry in entries if entry[1] != hidden])
    assert failed(made.verified()) == {"index"}


def test_an_index_that_knows_a_line_elsewhere_is_found():
    """The index has to lead to the line itself."""
    made, log = draft()
    place = made.entries[0]["index"]
    forged(made, log, lambda entries: [(name, 0 if at == place else at) for name, at in entries])
    assert failed(made.verified()) == {"index"}


def test_an_index_of_an_earlier_day_is_found():
    """It has to cover everything before it, and stand at the end."""
    made, log = draft()
    old = made.index
    log.add(look(NOW))
    again(made, log, [])
    made.index = old
    assert "index" in failed(made.verified())


def test_a_log_that_ends_without_an_index_is_found():
    """A checkpoint over a log that does not end with its index proves nothing about what is missing."""
    made, log = draft()
    log.leaves.pop()
    log.add(look(NOW))
    made.entries = [log.line(line["index"]) for line in made.entries]
    made.governance["lines"] = [log.line(line["index"], person=False) for line in made.governance["lines"]]
    made.checkpoint, made.consistency = log.checkpoint(), []
    assert "index" in failed(made.verified())


@pytest.mark.parametrize(
    "change",
    [
        {"tree": ""},
        {"tree": "BQ=="},
        {"tree": "BR=="},
        {"tree": "0"},
        {"tree": 5},
        {"leaf": "00" * 97},
        {"proof": ["00"]},
    ],
)
def test_an_index_that_cannot_be_read_is_found(change):
    """No exception, whatever stands in the file."""
    made, _ = draft()
    made.index = made.index | change
    assert failed(made.verified()) & {"index", "form"}


def test_every_flipped_bit_of_the_index_is_found():
    """Bit by bit, with a manifest signed anew over it: the tree and the proof speak for themselves."""
    made, _ = draft()
    tree = b64decode(made.index["tree"])
    for place in range(0, 8 * len(tree), 23):
        flipped = tree[: place >> 3] + bytes([tree[place >> 3] ^ 1 << (place & 7)]) + tree[(place >> 3) + 1 :]
        changed = made.copy()
        changed.index = made.index | {"tree": b64encode(flipped).decode()}
        assert failed(changed.verified()) == {"index"}


def forged(made: Draft, log: SmallLog, change) -> None:
    """Sign the log with an index of other entries, as only its operator could."""
    entries = [(Leaf.decode(data).subject_label, place) for place, data in enumerate(log.leaves[:-1])]
    forgery = sorted(change(entries))
    log.leaves[-1] = IndexLeaf(subtree_hash(forgery), len(log.leaves) - 1).encode()
    made.entries = [log.line(line["index"]) for line in made.entries]
    made.governance["lines"] = [log.line(line["index"], person=False) for line in made.governance["lines"]]
    made.checkpoint, made.consistency = log.checkpoint(), []
    at = len(log.leaves) - 1
    made.index = {
        "leaf": log.leaves[at].hex(),
        "proof": [one.hex() for one in inclusion_proof(at, at + 1, log.subtree)],
        "tree": b64encode(cut(forgery, sorted(name for name, _ in entries))).decode(),
    }
