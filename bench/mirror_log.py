"""A log of leaves nobody can open, made in a folder and served: ``python -m bench.mirror_log FOLDER SIZE MORE``.

Batches of 8,000 leaves, each ended by its index leaf; then MORE batches of 200. The checkpoints lie beside each other
as ``some`` (a tenth), ``all``, ``later0``, ``later1`` ...; whoever measures has one of them shown as ``checkpoint``.
"""

import random
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aboveboard.apps.files.index import IndexFile
from aboveboard.apps.files.tiles import FileTiles
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import IndexLeaf, Leaf
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.growing import PrefixTree
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.tiles import TileBuilder, bundles_for, encode_bundle
from bench.mirror import SIGNER

BATCH, SMALL = 8_000, 200


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_words: object) -> None:
        """Say nothing on the terminal."""


class Maker:
    """Makes the log batch by batch; holds the entries of the last bundle and the right edge of the tree."""

    def __init__(self, folder: Path) -> None:
        """Make it in *folder*."""
        folder.mkdir(parents=True)
        self._folder, self._tiles = folder, FileTiles(folder)
        self._index = IndexFile(folder.with_name("bench-index.sqlite3"))
        self._tree, self._builder = PrefixTree(self._index), TileBuilder()
        self._random, self._last = random.Random(7), list[bytes]()

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._builder.size

    def batch(self, count: int) -> None:
        """Append *count* leaves and their index leaf."""
        start, draw = self.size, self._random.randbytes
        leaves = [Leaf(EntryKind.LOOK, draw(32), draw(32), draw(32)) for _ in range(count)]
        with self._index.changing():
            root = self._tree.extend((leaf.subject_label, start + at) for at, leaf in enumerate(leaves))
        entries = [*(leaf.encode() for leaf in leaves), IndexLeaf(root, start + count).encode()]
        growth = self._builder.extend(map(leaf_hash, entries))
        held = [*self._last, *entries]
        for bundle in bundles_for(start, growth.builder.size):
            first = bundle.span.start - (start - len(self._last))
            self._tiles.put(bundle.path, encode_bundle(held[first : first + bundle.width]))
        for tile, data in growth.tiles:
            self._tiles.put(tile.path, data)
        self._tiles.settle()
        self._builder = growth.builder
        self._last = held[len(held) - self.size % 256 :] if self.size % 256 else []

    def sign(self, name: str) -> None:
        """Lay down a checkpoint over what there is under *name*."""
        note = sign_checkpoint(Checkpoint(SIGNER.key.name, self.size, self._builder.root()), SIGNER)
        (self._folder / name).write_text(note.encode())


def main(folder: Path, size: int, more: int) -> None:
    """Make the log, say where it is served, and serve it until ended."""
    maker = Maker(folder)
    for name, up_to in (("some", size // 10), ("all", size)):
        while maker.size < up_to:
            maker.batch(min(BATCH, max(1, up_to - maker.size - 1)))
        maker.sign(name)
    for number in range(more):
        maker.batch(SMALL)
        maker.sign(f"later{number}")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        server.daemon_threads = True
        print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
