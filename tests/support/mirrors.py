"""A mirror made by hand: the files of a small log as anybody may copy them (c2sp.org/tlog-tiles)."""

import hashlib
from pathlib import Path

from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.entries.sealed import tally_of
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.merkle import leaf_hash, root_of
from aboveboard.core.tlog.note import NoteSigner
from aboveboard.core.tlog.prefix import subtree_hash
from aboveboard.core.tlog.tiles import TileBuilder, bundles_for, encode_bundle
from tests.support.packs import ORIGIN

CHECKPOINT = "checkpoint"


def line(number: int, kind: int = 2) -> bytes:
    """A line of somebody, about whom nothing is known."""
    label = hashlib.sha256(b"label %d" % number).digest()
    return bytes([1, kind]) + label + hashlib.sha256(b"the rest %d" % number).digest() * 2


def indexed(leaves: list[bytes]) -> bytes:
    """The index line that has to stand behind *leaves*."""
    labels = sorted((data[2:34], at) for at, data in enumerate(leaves) if data[1] != 7)
    return IndexLeaf(subtree_hash(labels), len(leaves), tally_of(leaves)).encode()


def log_of(*batches: int) -> list[bytes]:
    """The leaves of a log of batches of so many lines, each with its index behind it."""
    leaves: list[bytes] = []
    for count in batches:
        leaves += [line(len(leaves) + at) for at in range(count)]
        leaves.append(indexed(leaves))
    return leaves


def note_of(leaves: list[bytes], seed: bytes = b"L" * 32) -> bytes:
    """The signed checkpoint over *leaves*."""
    head = Checkpoint(ORIGIN, len(leaves), root_of(map(leaf_hash, leaves)))
    return sign_checkpoint(head, NoteSigner(ORIGIN, seed)).encode().encode()


def files_of(leaves: list[bytes], seed: bytes = b"L" * 32) -> dict[str, bytes]:
    """The files of a mirror of *leaves*, by path."""
    tiles = TileBuilder().extend(map(leaf_hash, leaves)).tiles
    bundles = {bundle.path: encode_bundle([leaves[at] for at in bundle.span]) for bundle in bundles_for(0, len(leaves))}
    return {CHECKPOINT: note_of(leaves, seed), **{tile.path: data for tile, data in tiles}, **bundles}


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    """Lay *files* below *folder*."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder
