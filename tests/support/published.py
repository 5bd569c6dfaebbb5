"""Logs as files on a plain web server, for whoever mirrors them: they grow, fork, go back and say wrong things."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from aboveboard.apps.files.tiles import FileTiles
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import IndexLeaf, Leaf
from aboveboard.core.entries.sealed import Tail, tally_of
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.note import NoteSigner
from aboveboard.core.tlog.prefix import in_order, subtree_hash
from aboveboard.core.tlog.tiles import TileBuilder, bundles_for, encode_bundle
from tests.support.tlog import LOG


def line(name: str, kind: EntryKind = EntryKind.LOOK, tail: Tail | None = None) -> bytes:
    """A leaf nobody can open, with labels made of *name*."""
    parts = [sha256(f"{part}{name}".encode()).digest() for part in ("subject", "actor", "commitment")]
    return Leaf(kind, *parts, tail).encode()


@dataclass
class Published:
    """The entries of a log, and the folder it is published in."""

    folder: Path
    entries: list[bytes] = field(default_factory=list)
    signers: Sequence[NoteSigner] = (LOG,)

    def grow(self, *batches: int, salt: str = "") -> "Published":
        """Append batches of so many lines, each ended by its index leaf."""
        for count in batches:
            self.entries += [line(f"{salt}{len(self.entries)}-{number}") for number in range(count)]
            self.entries.append(self.index())
        return self

    def index(self) -> bytes:
        """The index leaf that has to stand behind what there is."""
        labels = [(data[2:34], at) for at, data in enumerate(self.entries) if data[1] != EntryKind.INDEX]
        return IndexLeaf(subtree_hash(in_order(labels)), len(self.entries), tally_of(self.entries)).encode()

    def fork(self, folder: Path, at: int) -> "Published":
        """The same log with its first *at* entries only, in another folder."""
        return Published(folder, self.entries[:at], self.signers)

    def publish(self, size: int | None = None) -> Checkpoint:
        """Lay down tiles and bundles of the first *size* entries, then the checkpoint."""
        entries = self.entries[:size]
        tiles, growth = FileTiles(self.folder), TileBuilder().extend(map(leaf_hash, entries))
        for tile, data in growth.tiles:
            tiles.put(tile.path, data)
        for bundle in bundles_for(0, len(entries)):
            tiles.put(bundle.path, encode_bundle(entries[bundle.span.start : bundle.span.stop]))
        tiles.settle()
        checkpoint = Checkpoint(self.signers[0].key.name, len(entries), growth.root)
        (self.folder / "checkpoint").write_text(sign_checkpoint(checkpoint, *self.signers).encode())
        return checkpoint


class _Quiet(SimpleHTTPRequestHandler):
    """Python's own static server, which knows nothing of logs."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_words: object) -> None:
        """Say nothing on the terminal."""


@contextmanager
def on_the_web(folder: Path) -> Iterator[str]:
    """Serve *folder* as any web server does; its address."""
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
