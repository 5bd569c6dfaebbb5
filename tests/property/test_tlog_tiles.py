"""However a log grows, its tiles are those of the definition, and every proof comes out of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.merkle import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from aboveboard.core.tlog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    TileBuilder,
    decode_bundle,
    encode_bundle,
    parse_path,
    subtree_reader,
    tiles_for,
)
from tests.support.tlog import Shelf, leaves_of, root_by_definition

LEAVES = leaves_of(2400)
patiently = settings(deadline=None)
TILES = st.builds(Tile, st.integers(ENTRIES, 63), st.integers(0, 2**55 - 1), st.integers(1, TILE_WIDTH))
SIZES = st.one_of(st.integers(1, 2000), st.sampled_from([255, 256, 257, 511, 512, 513, 1024, 1280, 1791, 1792, 1793]))


def tiles_by_definition(size: int) -> dict[str, bytes]:
    """All tiles of a tree of *size*, each hash computed from the leaves below it."""
    tiles = {}
    level = 0
    while (count := size // TILE_WIDTH**level) > 0:
        each = TILE_WIDTH**level
        hashes = [root_by_definition(LEAVES[at * each : (at + 1) * each]) for at in range(count)]
        for first in range(0, count, TILE_WIDTH):
            part = hashes[first : first + TILE_WIDTH]
            tiles[Tile(level, first // TILE_WIDTH, len(part)).path] = b"".join(part)
        level += 1
    return tiles


@patiently
@given(st.lists(st.one_of(st.integers(0, 5), st.integers(200, 600)), max_size=4))
def test_any_batches_make_the_tiles_of_the_definition(batches):
    """In steps, restarted from the stored tiles after each, or all at once: the same tiles and roots."""
    shelf, builder, size = Shelf(), TileBuilder(), 0
    for batch in batches:
        growth = TileBuilder.load(shelf.get, size).extend(LEAVES[size : size + batch])
        assert growth == builder.extend(LEAVES[size : size + batch])
        assert [tile for tile, _ in growth.tiles] == tiles_for(size, size + batch)
        for tile, data in growth.tiles:
            shelf.put(tile.path, data)
        builder, size = growth.builder, size + batch
        assert growth.root == builder.root() == root_by_definition(LEAVES[:size])
    expected = tiles_by_definition(size)
    assert {path: shelf[path] for path in expected} == expected
    at_once = TileBuilder().extend(LEAVES[:size])
    assert at_once.builder == builder
    assert {tile.path: data for tile, data in at_once.tiles} == expected


@patiently
@given(SIZES, st.data())
def test_every_proof_comes_out_of_the_tiles(size, data):
    """Also where the log has grown since, and its partial tiles have made way for full ones."""
    grown = data.draw(st.integers(size, 2000))
    shelf = Shelf({tile.path: found for tile, found in TileBuilder().extend(LEAVES[:grown]).tiles})
    for tile, found in TileBuilder().extend(LEAVES[:size]).tiles:
        if tile.full.path not in shelf:
            shelf.put(tile.path, found)
    subtree, root = subtree_reader(shelf.get, size), root_by_definition(LEAVES[:size])
    index, old_size = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    verify_inclusion(index, size, LEAVES[index], inclusion_proof(index, size, subtree), root)
    proof = consistency_proof(old_size, size, subtree)
    verify_consistency(old_size, size, proof, root_by_definition(LEAVES[:old_size]), root)
    assert subtree(index, size) == root_by_definition(LEAVES[index:size])


@given(TILES)
def test_a_path_leads_back_to_its_tile(tile):
    """No two tiles share a path."""
    assert parse_path(tile.path) == tile


@given(st.text(alphabet="0129x/.pentrislt", max_size=30).map(lambda text: "tile/" + text))
def test_a_path_is_read_in_one_spelling_only(path):
    """Whatever is read as a tile's path is that tile's path."""
    try:
        tile = parse_path(path)
    except Invalid:
        return
    assert tile.path == path


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20), st.binary(min_size=1, max_size=5))
def test_a_bundle_comes_back_as_it_went(entries, garbage):
    """Nothing is lost, and nothing can be hung on behind or cut off."""
    data = encode_bundle(entries)
    assert decode_bundle(data, len(entries)) == entries
    for wrong in (data + garbage, data[: -len(garbage)]):
        with pytest.raises(Invalid):
            decode_bundle(wrong, len(entries))


@given(st.binary(max_size=40), st.integers(1, 4))
def test_a_bundle_is_read_in_one_spelling_only(data, width):
    """Whatever is read as a bundle is written as the same bytes."""
    try:
        entries = decode_bundle(data, width)
    except Invalid:
        return
    assert encode_bundle(entries) == data
