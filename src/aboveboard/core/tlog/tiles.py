"""Tiles (c2sp.org/tlog-tiles): tree and entries as files that never change, and how they grow."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Protocol, Self

from aboveboard.core.errors import Invalid, NotVerified, expect
from aboveboard.core.tlog.merkle import CompactRange, SubtreeReader, node_hash, split_of
from aboveboard.core.tlog.text import HASH_SIZE, MAX_INTEGER

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_LEVEL = 63
MAX_ENTRY_SIZE = 0xFFFF
ENTRIES = -1
"""The level of an entry bundle, which stands below level 0 and has its places."""

_FULL_TILE_SIZE = TILE_WIDTH * HASH_SIZE
# tlog-tiles, Merkle Tree: /tile/<L>/<N>[.p/<W>], N in groups of three digits, all but the last after an x
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
)

TileSource = Callable[[str], bytes | None]
"""Gives the bytes stored under a path, or None."""


class TileStore(Protocol):
    """A place where tiles and bundles are kept by path; what is under a path never changes."""

    def get(self, path: str) -> bytes | None:
        """Give what is stored under *path*, or None."""

    def put(self, path: str, data: bytes) -> None:
        """Store *data* under *path*, whole or not at all."""

    def settle(self) -> None:
        """Return once all that was put is durable."""


@dataclass(frozen=True, order=True)
class Tile:
    """The place of one tile, or of one entry bundle where the level is `ENTRIES`."""

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Refuse a place that no path can name."""
        possible = ENTRIES <= self.level <= MAX_LEVEL and 1 <= self.width <= TILE_WIDTH
        expect(possible, "a tile's level or width is out of range")
        expect(0 <= self.index <= MAX_INTEGER // TILE_WIDTH, "a tile's index is out of range")

    @property
    def path(self) -> str:
        """The path below the log's prefix."""
        groups = "/x".join(group.zfill(3) for group in f"{self.index:,}".split(","))  # 1234067: x001/x234/067
        head, _, last = groups.rpartition("/x")
        level = "entries" if self.level == ENTRIES else str(self.level)
        suffix = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{f'x{head}/' if head else ''}{last}{suffix}"

    @property
    def span(self) -> range:
        """The indexes of the entries that the tile covers."""
        each = 1 << TILE_HEIGHT * max(self.level, 0)
        first = self.index * TILE_WIDTH * each
        return range(first, first + self.width * each)

    @property
    def full(self) -> "Tile":
        """The same place once it is full."""
        return Tile(self.level, self.index)


def tile_path(level: int, index: int, width: int | None = None) -> str:
    """Give the path of a hash tile; *width* only for a partial one."""
    if level == ENTRIES:
        raise Invalid("a tile's level or width is out of range")
    return Tile(level, index, TILE_WIDTH if width is None else width).path


def entries_path(index: int, width: int | None = None) -> str:
    """Give the path of an entry bundle; *width* only for a partial one."""
    return Tile(ENTRIES, index, TILE_WIDTH if width is None else width).path


def parse_path(path: str) -> Tile:
    """Read the path of a tile or an entry bundle in its one spelling."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise Invalid("the path is not that of a tile")
    level = ENTRIES if match["level"] == "entries" else int(match["level"])
    index = int(match["index"].replace("x", "").replace("/", ""))
    tile = Tile(level, index, int(match["width"]) if match["width"] else TILE_WIDTH)
    if tile.path != path:  # leading zeros, empty groups, a width of 256
        raise Invalid("the path of a tile is not in its canonical form")
    return tile


def tiles_for(old_size: int, new_size: int) -> list[Tile]:
    """List the hash tiles to be written when a log grows: all that are new or wider, level by level."""
    tiles: list[Tile] = []
    level = 0
    while old_size >> TILE_HEIGHT * level < new_size >> TILE_HEIGHT * level:
        tiles += _grown(level, old_size >> TILE_HEIGHT * level, new_size >> TILE_HEIGHT * level)
        level += 1
    return tiles


def bundles_for(old_size: int, new_size: int) -> list[Tile]:
    """List the entry bundles to be written when a log grows."""
    return _grown(ENTRIES, old_size, new_size) if old_size < new_size else []


def _grown(level: int, old_count: int, new_count: int) -> list[Tile]:
    """List the tiles of one level that change while its hashes grow from *old_count* to *new_count*."""
    full, width = divmod(new_count, TILE_WIDTH)
    tiles = [Tile(level, index) for index in range(old_count // TILE_WIDTH, full)]
    return [*tiles, Tile(level, full, width)] if width else tiles


# Entry bundle (tlog-tiles, Log entries): up to 256 times u16be length || entry
def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Write entries as a bundle; a longer bundle begins with the bytes of the shorter one."""
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise Invalid("a bundle holds 1 to 256 entries")
    if any(len(entry) > MAX_ENTRY_SIZE for entry in entries):
        raise Invalid("an entry is longer than 65535 bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Read a bundle of exactly *width* entries."""
    entries, at = list[bytes](), 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    # Where a length or an entry is cut short, *at* lies past the end.
    expect(at == len(data) and len(entries) == width, "a bundle is cut short or has another number of entries")
    return entries


def read_bundle(get: TileSource, bundle: Tile) -> list[bytes]:
    """Read the entries of *bundle*, out of the full one where the partial one has been deleted."""
    found, data = _read(get, bundle)
    return decode_bundle(data, found.width)[: bundle.width]


def read_tile(get: TileSource, tile: Tile) -> bytes:
    """Read the hashes of *tile*, from the full one if the partial one is gone (tlog-tiles, Partial Tiles)."""
    found, data = _read(get, tile)
    expect(len(data) == found.width * HASH_SIZE, "a tile has the wrong length")
    return data[: tile.width * HASH_SIZE]


def _read(get: TileSource, tile: Tile) -> tuple[Tile, bytes]:
    for found in (tile, Tile(tile.level, tile.index)):
        data = get(found.path)
        if data is not None:
            return found, data
    raise NotVerified("a tile or bundle that the tree needs is missing")


def subtree_reader(get: TileSource, size: int) -> SubtreeReader:
    """Give a reader of MTH(D[start:end]) for any range inside the tree of *size*, out of its tiles.

    What it gives is only as good as the tiles: a proof made with it has to be held against a signed root.
    """

    @lru_cache(maxsize=TILE_WIDTH)
    def tile(level: int, index: int) -> bytes:
        width = min((size >> TILE_HEIGHT * level) - index * TILE_WIDTH, TILE_WIDTH)
        return read_tile(get, Tile(level, index, width))

    def subtree(start: int, end: int) -> bytes:
        if not 0 <= start < end <= size:
            raise Invalid("a subtree lies outside the tree")
        width = end - start
        if width & (width - 1) or start % width:  # not one whole subtree: split it as the tree does
            middle = start + split_of(width)
            return node_hash(subtree(start, middle), subtree(middle, end))
        level = (width.bit_length() - 1) // TILE_HEIGHT
        index, place = divmod(start >> TILE_HEIGHT * level, TILE_WIDTH)
        hashes = width >> TILE_HEIGHT * level
        return fold(tile(level, index)[place * HASH_SIZE : (place + hashes) * HASH_SIZE])

    return subtree


def fold(hashes: bytes) -> bytes:
    """Hash concatenated hashes up to one root, promoting an odd last one as it is; here goes the time of a log."""
    while len(hashes) > HASH_SIZE:
        pairs = range(0, len(hashes) - HASH_SIZE, 2 * HASH_SIZE)
        odd = hashes[len(hashes) & -2 * HASH_SIZE :]
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + 2 * HASH_SIZE]).digest() for at in pairs]) + odd
    return hashes


@dataclass(frozen=True)
class Growth:
    """What a batch of leaves makes of a tree: the builder to go on with, the tiles to write, the root."""

    builder: "TileBuilder"
    tiles: tuple[tuple[Tile, bytes], ...]
    root: bytes


@dataclass(frozen=True)
class TileBuilder:
    """The right edge of a tree: each level's partial tile, lowest level first, empty where there is none.

    Everything else of the tree is never needed again to append to it.
    """

    size: int = 0
    edges: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse edges that the size does not have."""
        if not 0 <= self.size <= MAX_INTEGER:
            raise Invalid("the tree size is out of range")
        if [len(edge) for edge in self.edges] != [width * HASH_SIZE for width in _edge_widths(self.size)]:
            raise Invalid("the right edge does not fit the tree size")

    @classmethod
    def load(cls, get: TileSource, size: int) -> Self:
        """Take up the tree of *size* from its tiles; the caller compares `root` with the signed one."""
        edges = tuple(
            read_tile(get, Tile(level, size >> TILE_HEIGHT * (level + 1), width)) if width else b""
            for level, width in enumerate(_edge_widths(size))
        )
        return cls(size, edges)

    def root(self) -> bytes:
        """Give the root hash of the tree so far."""
        peaks: list[bytes] = []
        for edge in reversed(self.edges):
            hashes = (edge[at : at + HASH_SIZE] for at in range(0, len(edge), HASH_SIZE))
            peaks += CompactRange().extend(hashes).peaks
        return CompactRange(self.size, tuple(peaks)).root()

    def extend(self, leaves: Iterable[bytes]) -> Growth:
        """Append leaf hashes and give every tile that is new or wider, as `tiles_for` lists them."""
        batch = tuple(leaves)
        if any(len(leaf) != HASH_SIZE for leaf in batch):
            raise Invalid("a leaf hash is not 32 bytes long")
        edges = list(self.edges)
        tiles: list[tuple[Tile, bytes]] = []
        level, added = 0, b"".join(batch)
        while added:
            if level == len(edges):
                edges.append(b"")
            filled, edges[level] = _cut(edges[level] + added)
            index = self.size >> TILE_HEIGHT * (level + 1)
            tiles += [(Tile(level, index + offset), data) for offset, data in enumerate(filled)]
            if edges[level]:
                tiles.append((Tile(level, index + len(filled), len(edges[level]) // HASH_SIZE), edges[level]))
            # Only full tiles are hashed into the level above (tlog-tiles, Partial Tiles).
            level, added = level + 1, b"".join(fold(data) for data in filled)
        builder = TileBuilder(self.size + len(batch), tuple(edges))
        return Growth(builder, tuple(tiles), builder.root())


def _edge_widths(size: int) -> list[int]:
    """Give the width of the partial tile on each level of a tree: floor(size / 256^level) mod 256."""
    levels = range(-(-size.bit_length() // TILE_HEIGHT))
    return [(size >> TILE_HEIGHT * level) % TILE_WIDTH for level in levels]


def _cut(hashes: bytes) -> tuple[list[bytes], bytes]:
    """Cut a level's hashes into full tiles and what is left over."""
    end = len(hashes) - len(hashes) % _FULL_TILE_SIZE
    return [hashes[at : at + _FULL_TILE_SIZE] for at in range(0, end, _FULL_TILE_SIZE)], hashes[end:]
