"""Replaying what a mirror holds: its index can be lost at any time, and is made anew from the entries on its disk."""

from collections.abc import Callable, Iterator

from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.mirror.index import Strides
from aboveboard.apps.mirror.memory import Memory
from aboveboard.core.entries.replay import Replay
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.tiles import TILE_WIDTH, Growth, TileBuilder, bundles_for, read_bundle

STEP = 64 * TILE_WIDTH
OWN_DISK = (
    "Entries or tiles of this mirror were changed on its own disk; `aboveboard mirror check` says where. Make a new"
    " mirror in a folder of its own, and leave this one as it is."
)

Told = Callable[[int, int], None]
"""Is told how many entries are held, of how many."""


def steps(tiles: FileTiles, builder: TileBuilder, size: int) -> Iterator[tuple[list[bytes], Growth]]:
    """Read the entries behind those of *builder* up to *size*, step by step, and what they make of the tree.

    Raises:
        Invalid, NotVerified: when a file is missing or cannot be read.
    """
    while builder.size < size:
        start, end = builder.size, min(size, (builder.size // STEP + 1) * STEP)
        entries = [entry for place in bundles_for(start, end) for entry in read_bundle(tiles.get, place)]
        growth = builder.extend(map(leaf_hash, entries[start % TILE_WIDTH :]))
        yield entries[start % TILE_WIDTH :], growth
        builder = growth.builder


def catch_up(memory: Memory, tiles: FileTiles, size: int, root: bytes) -> None:
    """Bring the index in *memory* to the first *size* entries held in *tiles*, which make *root*.

    Raises:
        NotVerified: when the entries on the disk do not make it, or not the indexes among them.
    """
    for _ in range(2):
        try:
            if _caught_up(memory, tiles, size) == root:
                return
        except (Invalid, NotVerified):
            pass
        # What it was taken up from may be at fault; from nothing, only the entries can be.
        memory.forget()
    raise NotVerified(OWN_DISK)


def _caught_up(memory: Memory, tiles: FileTiles, size: int) -> bytes:
    builder = TileBuilder.load(tiles.get, memory.covered)
    if builder.root() != memory.root:
        raise NotVerified(OWN_DISK)
    for entries, growth in steps(tiles, builder, size):
        with memory.changing():
            Replay(Strides(memory), memory, memory.covered).take(entries)
            memory.hold(growth.builder.size, growth.root)
    return memory.root
