"""A whole log that Tessera wrote, sizes 0 to 15: all its bytes are made here too.

Not compared are four files below `.state`: Tessera's own notes between two runs, which it does not publish.
"""

import pytest

from aboveboard.core.tlog.checkpoint import open_checkpoint
from aboveboard.core.tlog.cosignature import Verifier
from aboveboard.core.tlog.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.tiles import (
    Tile,
    TileBuilder,
    bundles_for,
    encode_bundle,
    entries_path,
    read_bundle,
    subtree_reader,
    tiles_for,
)
from tests.support.shared import shared

ORIGIN = "example.com/log/testdata"
VERIFIER = Verifier.from_vkey(f"{ORIGIN}+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
ENTRIES = [
    word.encode()
    for word in [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eit",
        "nain",
        "ten",
        "ileven",
        "twelf",
        "threeten",
        "fourten",
        "fivten",
    ]
]
SIZES = range(len(ENTRIES) + 1)


def stored(path: str) -> bytes | None:
    """What the log has under *path*."""
    file = shared("vectors/transparency-dev-tessera/log") / path
    return file.read_bytes() if file.exists() else None


def checkpoint(size: int):
    """The log's checkpoint of that size, opened with its key."""
    return open_checkpoint(stored(f"checkpoint.{size}"), VERIFIER, ORIGIN)


@pytest.mark.parametrize("size", SIZES)
def test_the_logs_checkpoints_open_and_have_our_roots(size):
    """Signature, size and root of every checkpoint are right, and its text comes back as it was."""
    found = checkpoint(size)
    assert (found.size, found.root) == (size, root_of(map(leaf_hash, ENTRIES[:size])))
    note = stored(f"checkpoint.{size}")
    assert SignedNote.parse(note).encode().encode() == note
    assert found.encode() == SignedNote.parse(note).text


@pytest.mark.parametrize("size", SIZES[1:])
def test_the_logs_tiles_and_bundles_are_ours_byte_for_byte(size):
    """Grown from the log's own previous tile, each tile and bundle is the one it stored."""
    builder = TileBuilder.load(stored, size - 1)
    growth = builder.extend([leaf_hash(ENTRIES[size - 1])])
    assert [(tile.path, data) for tile, data in growth.tiles] == [
        (f"tile/0/000.p/{size}", stored(f"tile/0/000.p/{size}"))
    ]
    assert growth.root == checkpoint(size).root
    assert [bundle.path for bundle in bundles_for(size - 1, size)] == [entries_path(0, size)]
    assert encode_bundle(ENTRIES[:size]) == stored(entries_path(0, size))
    assert read_bundle(stored, Tile(-1, 0, size)) == ENTRIES[:size]


@pytest.mark.parametrize("size", SIZES[1:])
def test_proofs_made_from_the_logs_tiles_hold_under_its_roots(size):
    """Every entry, and every earlier checkpoint, is proved out of the stored tiles."""
    subtree, root = subtree_reader(stored, size), checkpoint(size).root
    for index in range(size):
        proof = inclusion_proof(index, size, subtree)
        verify_inclusion(index, size, leaf_hash(ENTRIES[index]), proof, root)
    for old_size in range(1, size + 1):
        proof = consistency_proof(old_size, size, subtree)
        verify_consistency(old_size, size, proof, checkpoint(old_size).root, root)


def test_no_published_file_of_the_log_is_left_out():
    """What the tests above compare, and a last checkpoint equal to that of size 15, is all there is to publish."""
    folder = shared("vectors/transparency-dev-tessera/log")
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    grown = {tile.path for size in SIZES[1:] for tile in (*tiles_for(size - 1, size), *bundles_for(size - 1, size))}
    assert {name for name in files if not name.startswith(".state/")} == {
        "checkpoint",
        *(f"checkpoint.{size}" for size in SIZES),
        *grown,
    }
    assert stored("checkpoint") == stored(f"checkpoint.{SIZES[-1]}")
