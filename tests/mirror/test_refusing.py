"""What a mirror refuses: forks, rollbacks, wrong indexes, files that are not what was signed; both checkpoints stay."""

import sqlite3
from pathlib import Path

import pytest

from aboveboard.apps.mirror.checking import check
from aboveboard.apps.mirror.keeping import Mirror, Refused
from aboveboard.apps.mirror.memory import Kind
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.entries.sealed import Tail, Tally
from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.merkle import leaf_hash, root_of, verify_consistency
from aboveboard.core.tlog.note import NoteSigner, SignedNote
from tests.support.mirroring import KNOWS, fetch, refused, shown, size_shown
from tests.support.published import Published, line, on_the_web
from tests.support.tlog import ORIGIN


@pytest.mark.parametrize("small", [4, 305])
def test_a_fork_is_refused_and_both_checkpoints_are_kept(log: Published, mirror: Mirror, tmp_path: Path, small: int):
    """Of the same size, longer, or shorter: the log has signed what cannot both be, and the pair proves it."""
    log.publish()
    fetch(mirror)
    kept = shown(mirror)
    other = log.fork(tmp_path / "other", small - 1).grow(2, 400, salt="other")
    sizes = sorted({len(log.entries), len(log.entries) - 1, len(other.entries)})
    with on_the_web(other.folder) as url:
        for size in sizes:
            other.publish(size)
            kind, sentence = refused(mirror, url)
            assert (kind, "two" in sentence) == (Kind.FORK, True), sentence
    assert shown(mirror) == kept
    for one in mirror.memory.refusals():
        folder = mirror.folder / "refused" / str(one.number)
        ours, theirs = (KNOWS.open_checkpoint((folder / name).read_bytes()).checkpoint for name in ("ours", "theirs"))
        assert ours.root != theirs.root
        assert SignedNote.parse(one.theirs).signatures == SignedNote.parse((folder / "theirs").read_bytes()).signatures
        if theirs.size > ours.size:
            proof = [bytes.fromhex(each) for each in (folder / "proof").read_text().splitlines()]
            beginning = root_of(map(leaf_hash, other.entries[: ours.size]))
            verify_consistency(ours.size, theirs.size, proof, beginning, theirs.root)
            assert beginning != ours.root, "the proof shows another beginning than the one that was signed"
    assert not check(mirror).holds


def test_a_log_that_was_set_back_is_refused_and_goes_on_where_it_was(log: Published, mirror: Mirror):
    """An older checkpoint is not shown again; it proves nothing, for a stale copy looks the same."""
    log.publish()
    fetch(mirror)
    log.publish(4)
    for _ in range(2):
        assert refused(mirror)[0] is Kind.OLDER
    assert len(mirror.memory.refusals()) == 1
    assert size_shown(mirror) == 307
    assert check(mirror).holds
    log.grow(1)
    log.publish()
    fetch(mirror)
    assert size_shown(mirror) == 309


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda log: IndexLeaf(bytes(32), len(log.entries)).encode(), "another root"),
        (lambda log: IndexLeaf(IndexLeaf.decode_if(log.index()).root, 3).encode(), "covers 3 leaves"),
        (lambda log: IndexLeaf.decode_if(log.index())._replace(tally=Tally(1)).encode(), "another count of sealed"),
        (lambda _: b"no leaf", "not a leaf of the form"),
        (lambda _: line("sealed", EntryKind.SEALED, Tail(1, 20_000)), "a sealed line does not follow"),
        (lambda log: log.index()[:-1] + b"\x01", "does not have the form"),
    ],
)
def test_a_wrong_index_is_refused_by_the_number_of_its_leaf(log: Published, mirror: Mirror, wrong, says: str):
    """The entries that show it lie beside both checkpoints; what was shown before stays, for good."""
    log.publish()
    fetch(mirror)
    log.grow(20)
    log.entries.append(line("one more"))
    log.entries += [wrong(log), line("the last")]
    at = 307 + (24 if "sealed line" in says else 22)
    checkpoint = log.publish()
    for _ in range(2):
        kind, sentence = refused(mirror)
        assert (kind, f"eaf {at} " in sentence, says in sentence) == (Kind.INDEX, True, True), sentence
    (one,) = mirror.memory.refusals()
    folder = mirror.folder / "refused" / str(one.number)
    theirs = KNOWS.open_checkpoint((folder / "theirs").read_bytes()).checkpoint
    assert (theirs, size_shown(mirror)) == (checkpoint, 307)
    assert (folder / "tile" / "entries" / "001.p" / "75").read_bytes() == (
        log.folder / "tile" / "entries" / "001.p" / "75"
    ).read_bytes()
    assert not check(mirror).holds


@pytest.mark.parametrize("again", [5, 306 + 5])
def test_a_label_that_stands_there_twice_is_refused(log: Published, mirror: Mirror, again: int):
    """In one batch or many batches later: no line may be hidden behind another of the same label."""
    log.publish()
    fetch(mirror)
    log.entries += [line(f"fresh{number}") for number in range(10)]
    log.entries.append(log.entries[again])
    log.entries.append(IndexLeaf(bytes(32), len(log.entries)).encode())
    log.publish()
    kind, sentence = refused(mirror)
    assert (kind, "a label that the log has used before" in sentence) == (Kind.INDEX, True), sentence


def test_a_checkpoint_without_an_index_at_its_end_is_refused(log: Published, mirror: Mirror):
    """What follows the last index could not be shown to be all; with the next index it is accepted again."""
    log.publish()
    fetch(mirror)
    log.entries.append(line("dangling"))
    log.publish()
    kind, sentence = refused(mirror)
    assert (kind, "Leaf 307 of the log ends a signed checkpoint" in sentence) == (Kind.INDEX, True), sentence
    assert size_shown(mirror) == 307


@pytest.mark.parametrize("spoilt", ["tile/entries/000", "tile/entries/001.p/51", "tile/0/001.p/51"])
@pytest.mark.parametrize("how", ["gone", "changed", "short"])
def test_files_that_do_not_make_the_signed_root_are_refused(log: Published, mirror: Mirror, spoilt: str, how: str):
    """Nothing of them is taken over, and when the log serves the right ones the mirror goes on."""
    log.publish(4)
    fetch(mirror)
    log.publish()
    path = log.folder / spoilt
    right = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(right[:-1] + bytes([right[-1] ^ 1]) if how == "changed" else right[:-1])
    assert refused(mirror)[0] is Kind.UNEXPLAINED
    assert (size_shown(mirror), mirror.memory.covered) == (4, 4)
    path.write_bytes(right)
    fetch(mirror)
    assert size_shown(mirror) == 307
    assert check(mirror).holds


def test_a_stranger_s_signature_and_another_log_are_refused(log: Published, mirror: Mirror):
    """No key of the file of trust, or the name of another log: nothing is fetched, and the sentence says which."""
    log.publish()
    good = log.folder / "checkpoint"
    other = NoteSigner(ORIGIN, bytes([9]) * 32)
    good.write_text(sign_checkpoint(Checkpoint(ORIGIN, 3, bytes(32)), other).encode())
    with pytest.raises(NotVerified, match="no known key has signed"):
        fetch(mirror)
    elsewhere = NoteSigner(f"{ORIGIN}/2", bytes([9]) * 32)
    good.write_text(sign_checkpoint(Checkpoint(f"{ORIGIN}/2", 3, bytes(32)), elsewhere).encode())
    with pytest.raises(NotVerified, match="now another log"):
        fetch(mirror)
    assert mirror.memory.refusals() == []


def test_refusals_do_not_fill_the_disk(log: Published, mirror: Mirror):
    """Whoever shows old checkpoints again and again is noticed a thousand times and no more."""
    log.publish()
    fetch(mirror)
    with sqlite3.connect(mirror.folder / "mirror.sqlite3") as connection:
        rows = [("older", "", str(number), "", "2026-01-01T00:00:00+00:00") for number in range(1000)]
        connection.executemany("INSERT INTO refusal (kind, ours, theirs, sentence, at) VALUES (?, ?, ?, ?, ?)", rows)
    log.publish(4)
    with pytest.raises(Refused):
        fetch(mirror)
    assert len(mirror.memory.refusals()) == 1000
