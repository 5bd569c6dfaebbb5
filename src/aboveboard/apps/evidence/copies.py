"""Three copies of every line - database, published bundle, published tile - held against the root that was signed.

A copy is taken as the true one when it leads to the signed root; what the others say differently was changed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connections

from aboveboard.apps.evidence.findings import Finding, about
from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.ledger.actions import CELL
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.text import HASH_SIZE
from aboveboard.core.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, TileBuilder, read_bundle, read_tile

_STEP = 64 * TILE_WIDTH

Hashes = list[bytes | None]
"""Leaf hashes of a range; None where a copy has no line."""


@dataclass(slots=True)
class Copies:
    """Reads the three copies of a log's first *size* lines from its files and the database."""

    tiles: FileTiles
    size: int
    broken: dict[str, str] = field(default_factory=dict)
    """Published files that are missing or cannot be read, with the reason's code."""

    def database(self, start: int, end: int) -> Hashes:
        """Give the hashes of the rows from *start* to *end*."""
        with connections[CELL].cursor() as cursor:
            cursor.execute("SELECT seq, data FROM ledger_leaf WHERE seq >= %s AND seq < %s", [start, end])
            rows = {int(seq): leaf_hash(bytes(data)) for seq, data in cursor.fetchall()}
        return [rows.get(index) for index in range(start, end)]

    def bundles(self, start: int, end: int) -> Hashes:
        """Give the hashes of the published lines."""
        return self._published(ENTRIES, start, end, lambda at: list(map(leaf_hash, read_bundle(self.tiles.get, at))))

    def leaf_tiles(self, start: int, end: int) -> Hashes:
        """Give the published hashes themselves."""
        return self._published(0, start, end, lambda at: _cut(read_tile(self.tiles.get, at)))

    def _published(self, level: int, start: int, end: int, read: Callable[[Tile], list[bytes]]) -> Hashes:
        found: Hashes = []
        for first in range(start, end, TILE_WIDTH):
            tile = Tile(level, first // TILE_WIDTH, min(TILE_WIDTH, end - first))
            try:
                found += read(tile)
            except NotVerified:
                self.broken[tile.path] = "missing"
                found += [None] * tile.width
            except Invalid:
                self.broken[tile.path] = "changed"
                found += [None] * tile.width
        return found


def compare(copies: Copies, signed: Checkpoint) -> list[Finding]:
    """Name every line that a copy holds otherwise than it was signed, and every tile above that does not fit."""
    readers = {"tiles": copies.leaf_tiles, "bundles": copies.bundles, "database": copies.database}
    roots: dict[str, TileBuilder | None] = dict.fromkeys(readers, TileBuilder())
    odd: list[tuple[int, dict[str, Hashes]]] = []
    for start in range(0, copies.size, _STEP):
        found = {name: read(start, min(copies.size, start + _STEP)) for name, read in readers.items()}
        for name, hashes in found.items():
            roots[name] = _extended(roots[name], hashes)
        if not found["tiles"] == found["bundles"] == found["database"]:
            odd.append((start, found))
    true = next((name for name, builder in roots.items() if builder and builder.root() == signed.root), None)
    if true is None:
        return [*_unknown(odd, copies), *_missing_files(copies)]
    findings = _database_findings(odd, true)
    findings += _file_findings(odd, true)
    findings += _missing_files(copies)
    return findings + _upper_tiles(copies, readers[true])


def _extended(builder: TileBuilder | None, hashes: Hashes) -> TileBuilder | None:
    if builder is None:
        return None
    whole = [one for one in hashes if one is not None]
    return builder.extend(whole).builder if len(whole) == len(hashes) else None


def _database_findings(odd: list[tuple[int, dict[str, Hashes]]], true: str) -> list[Finding]:
    signed = {one: start + at for start, found in odd for at, one in enumerate(found[true])}
    deleted, edited, moved = [], [], []
    for start, found in odd:
        for index, (theirs, mine) in enumerate(zip(found[true], found["database"], strict=True), start):
            if mine is None:
                deleted.append(index)
            elif mine != theirs and mine in signed:
                moved.append((signed[mine], index))
            elif mine != theirs:
                edited.append(index)
    return [
        *about("deleted", "deleted from the database", deleted),
        *about("edited", "changed in the database", edited),
        *(Finding("moved", f"Entry {old} was moved to place {new} in the database.", old, new) for old, new in moved),
    ]


def _file_findings(odd: list[tuple[int, dict[str, Hashes]]], true: str) -> list[Finding]:
    findings = []
    for name, what in (("bundles", "changed in its published bundle"), ("tiles", "changed in its published tile")):
        changed = [
            index
            for start, found in odd
            for index, (theirs, mine) in enumerate(zip(found[true], found[name], strict=True), start)
            if mine is not None and mine != theirs
        ]
        findings += about(f"{name}-changed", what, changed)
    return findings


def _unknown(odd: list[tuple[int, dict[str, Hashes]]], copies: Copies) -> list[Finding]:
    differing = [
        start + at
        for start, found in odd
        for at in range(len(found["tiles"]))
        if len({found[name][at] for name in found}) > 1
    ]
    sentence = f"No copy of the first {copies.size} entries leads to the signed root: the log was rewritten as a whole."
    return [Finding("rewritten", sentence), *about("differs", "not the same in database and files", differing)]


def _missing_files(copies: Copies) -> list[Finding]:
    verbs = {"missing": "is missing", "changed": "was cut or lengthened"}
    return [
        Finding(f"file-{reason}", f"The published file {path} {verbs[reason]}.", where=path)
        for path, reason in sorted(copies.broken.items())
    ]


def _upper_tiles(copies: Copies, true: Callable[[int, int], Hashes]) -> list[Finding]:
    """Hash the true lines up once more, and compare every tile above them with its file."""
    findings, builder = [], TileBuilder()
    for start in range(0, copies.size, _STEP):
        growth = builder.extend([one for one in true(start, min(copies.size, start + _STEP)) if one is not None])
        builder = growth.builder
        for tile, data in growth.tiles:
            if tile.level == 0 or (tile.width < TILE_WIDTH and builder.size < copies.size):
                continue
            found = copies.tiles.get(tile.path) or copies.tiles.get(tile.full.path)
            if found is None or found[: len(data)] != data:
                word = "is missing" if found is None else "was changed"
                code = "file-missing" if found is None else "file-changed"
                findings.append(Finding(code, f"The published file {tile.path} {word}.", where=tile.path))
    return findings


def _cut(data: bytes) -> list[bytes]:
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def rows_beyond(size: int) -> Iterator[int]:
    """Give the places of rows outside 0..*size*: nobody sequenced them."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT seq FROM ledger_leaf WHERE seq >= %s OR seq < 0 ORDER BY seq", [size])
        for (seq,) in cursor.fetchall():
            yield int(seq)
