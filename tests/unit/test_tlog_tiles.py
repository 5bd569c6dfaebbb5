"""Tiles: where they lie, what they hold, and how the tree grows by them."""

import pytest

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.merkle import EMPTY_ROOT
from aboveboard.core.tlog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    TileBuilder,
    bundles_for,
    decode_bundle,
    encode_bundle,
    entries_path,
    parse_path,
    read_bundle,
    read_tile,
    subtree_reader,
    tile_path,
    tiles_for,
)
from tests.support.tlog import Shelf, leaves_of, root_by_definition


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, None, "tile/0/000"),
        (0, 273, 112, "tile/0/273.p/112"),
        (2, 999, 1, "tile/2/999.p/1"),
        (63, 1000, None, "tile/63/x001/000"),
        (1, 1234067, 255, "tile/1/x001/x234/067.p/255"),
    ],
)
def test_a_tile_has_one_path(level, index, width, path):
    """The index is written in groups of three digits, a partial tile with its width."""
    assert tile_path(level, index, width) == path
    assert parse_path(path).path == path


def test_a_bundle_lies_among_the_entries():
    """Bundles have the places of the lowest tiles."""
    assert entries_path(1234067) == "tile/entries/x001/x234/067"
    assert parse_path("tile/entries/000.p/3") == Tile(ENTRIES, 0, 3)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/001/000",
        "tile/0/x000/000",
        "tile/0/x1/000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/",
        "tile/0/000\n",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/٠٠٠",
        "tile/8/0/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "checkpoint",
    ],
)
def test_any_other_path_is_refused(path):
    """No second spelling and nothing outside the log reaches a store."""
    with pytest.raises(Invalid):
        parse_path(path)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, 2**63, 1), (0, 0, 0), (0, 0, 257)]
)
def test_there_is_no_tile_out_of_range(level, index, width):
    """Levels end at 63, widths lie between 1 and 256."""
    with pytest.raises(Invalid):
        Tile(level, index, width)
    with pytest.raises(Invalid):
        tile_path(ENTRIES, 0)


def test_a_tile_knows_its_entries():
    """Level by level a tile covers 256 times as many."""
    assert Tile(0, 2, 3).span == Tile(ENTRIES, 2, 3).span == range(512, 515)
    assert Tile(1, 1).span == range(65536, 131072)


def test_the_example_of_the_specification_has_its_tiles():
    """70,000 entries are 273 full tiles and one of 112, one full and one of 17, and one of 1."""
    tiles = tiles_for(0, 70_000)
    assert [tile for tile in tiles if tile.width < TILE_WIDTH] == [
        Tile(0, 273, 112),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert [tile for tile in tiles if tile.width == TILE_WIDTH] == [
        *(Tile(0, index) for index in range(273)),
        Tile(1, 0),
    ]
    assert [tile.index for tile in bundles_for(0, 70_000)] == list(range(274))


@pytest.mark.parametrize(
    ("old_size", "new_size", "tiles"),
    [
        (0, 0, []),
        (5, 5, []),
        (0, 1, [Tile(0, 0, 1)]),
        (1, 3, [Tile(0, 0, 3)]),
        (255, 256, [Tile(0, 0), Tile(1, 0, 1)]),
        (256, 257, [Tile(0, 1, 1)]),
        (255, 513, [Tile(0, 0), Tile(0, 1), Tile(0, 2, 1), Tile(1, 0, 2)]),
        (65535, 65536, [Tile(0, 255), Tile(1, 0), Tile(2, 0, 1)]),
    ],
)
def test_growth_writes_only_what_changed(old_size, new_size, tiles):
    """Each tile that is new or wider is listed, and no other."""
    assert tiles_for(old_size, new_size) == tiles
    assert bundles_for(old_size, new_size) == [
        Tile(ENTRIES, tile.index, tile.width) for tile in tiles if tile.level == 0
    ]


def test_a_bundle_is_lengths_and_entries():
    """Two bytes of length stand before each entry, also before an empty one."""
    assert encode_bundle([b"one", b"", b"three"]) == b"\x00\x03one\x00\x00\x00\x05three"
    assert decode_bundle(b"\x00\x03one\x00\x00\x00\x05three", 3) == [b"one", b"", b"three"]
    assert decode_bundle(encode_bundle([bytes(65535)]), 1) == [bytes(65535)]


@pytest.mark.parametrize("entries", [[], [b""] * 257, [bytes(65536)]])
def test_a_bundle_holds_1_to_256_entries_of_at_most_65535_bytes(entries):
    """What the format cannot say is not written."""
    with pytest.raises(Invalid):
        encode_bundle(entries)


@pytest.mark.parametrize(
    ("data", "width"),
    [(b"", 1), (b"\x00", 1), (b"\x00\x01", 1), (b"\x00\x01a", 2), (b"\x00\x01ab", 1), (b"\x00\x01a\x00", 1)],
)
def test_a_bundle_cut_or_continued_is_refused(data, width):
    """A bundle holds exactly the entries that its place promises."""
    with pytest.raises(Invalid):
        decode_bundle(data, width)


def test_a_partial_tile_is_found_in_the_full_one():
    """Partial tiles and bundles may be deleted once the full one stands."""
    hashes, entries = leaves_of(TILE_WIDTH), [bytes([number]) for number in range(TILE_WIDTH)]
    shelf = Shelf({tile_path(0, 0): b"".join(hashes), entries_path(0): encode_bundle(entries)})
    assert read_tile(shelf.get, Tile(0, 0, 3)) == b"".join(hashes[:3])
    assert read_bundle(shelf.get, Tile(ENTRIES, 0, 3)) == entries[:3]
    shelf[entries_path(0, 2)] = encode_bundle(entries[:2])
    assert read_bundle(shelf.get, Tile(ENTRIES, 0, 2)) == entries[:2]


def test_a_missing_tile_verifies_nothing():
    """Without the tile there is no hash to give, and none is invented."""
    with pytest.raises(NotVerified):
        read_tile(Shelf().get, Tile(0, 0, 3))
    with pytest.raises(NotVerified):
        subtree_reader(Shelf().get, 3)(0, 2)


@pytest.mark.parametrize("size", [0, 64, 97])
def test_a_tile_of_the_wrong_length_is_refused(size):
    """Three hashes are 96 bytes."""
    with pytest.raises(Invalid):
        read_tile(Shelf({tile_path(0, 0, 3): bytes(size)}).get, Tile(0, 0, 3))


def test_every_range_of_a_small_tree_can_be_read():
    """Also a range that no proof asks for is hashed as a tree of its own."""
    leaves = leaves_of(9)
    subtree = subtree_reader(Shelf({tile_path(0, 0, 9): b"".join(leaves)}).get, 9)
    for start in range(9):
        for end in range(start + 1, 10):
            assert subtree(start, end) == root_by_definition(leaves[start:end])


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (2, 2), (3, 2), (0, 4)])
def test_there_is_no_subtree_outside_the_tree(start, end):
    """The reader of a tree of three knows three leaves."""
    shelf = Shelf({tile_path(0, 0, 3): b"".join(leaves_of(3)), tile_path(0, 0, 4): b"".join(leaves_of(4))})
    with pytest.raises(Invalid):
        subtree_reader(shelf.get, 3)(start, end)


def test_an_empty_batch_changes_nothing():
    """Without new leaves there is no new tile."""
    growth = TileBuilder().extend([])
    assert (growth.builder, growth.tiles, growth.root) == (TileBuilder(), (), EMPTY_ROOT)


def test_a_full_tree_of_65536_has_a_third_level():
    """Full tiles only are hashed into the level above."""
    leaves = leaves_of(65536)
    growth = TileBuilder().extend(leaves)
    assert [tile for tile, _ in growth.tiles] == tiles_for(0, 65536)
    assert dict(growth.tiles)[Tile(2, 0, 1)] == growth.root == root_by_definition(leaves)


def test_a_leaf_that_is_no_hash_is_refused():
    """One wrong leaf would shift all that follow it."""
    with pytest.raises(Invalid):
        TileBuilder().extend([bytes(31), bytes(33)])


@pytest.mark.parametrize(
    ("size", "edges"),
    [
        (-1, ()),
        (2**63, ()),
        (0, (b"",)),
        (1, ()),
        (1, (bytes(64),)),
        (1, (bytes(31),)),
        (1, (bytes(32), b"")),
        (256, (b"",)),
    ],
)
def test_an_edge_that_does_not_fit_the_size_is_refused(size, edges):
    """A log does not go on from a state that is not its own."""
    with pytest.raises(Invalid):
        TileBuilder(size, edges)
