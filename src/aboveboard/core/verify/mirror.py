"""A whole log, checked: every entry hashed, every tile and every root of the index made anew from the entries alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import IndexLeaf, Leaf
from aboveboard.core.entries.sealed import SealedLines
from aboveboard.core.errors import NotVerified, require
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.merkle import EMPTY_ROOT, leaf_hash
from aboveboard.core.tlog.replaying import Part, grown
from aboveboard.core.tlog.text import HASH_SIZE
from aboveboard.core.tlog.tiles import ENTRIES as ENTRIES_LEVEL
from aboveboard.core.tlog.tiles import TILE_WIDTH, Tile, TileSource, fold, read_bundle, read_tile
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify.growth import GROWN, KEPT, check_kept, open_earlier
from aboveboard.core.verify.report import Checks, Report
from aboveboard.core.verify.shape import CHECKPOINT
from aboveboard.core.verify.witnessed import check_signed, say_outside
from aboveboard.core.verify.words import sentences

ENTRIES, TILES, INDEX = "entries", "tiles", "index"

LIMITS = sentences("""
What the lines say and whom they are about. They are public and silent; each opens only with a key.

That every look left a line. A photographed screen, an export passed on, a second record kept elsewhere, or whoever
runs the machines and reads past the log leaves none.

That the bytes stay where they are. Files in the folder that this checkpoint does not need were not looked at.
""")


@dataclass(slots=True)
class _Index:
    """The index of the log as the entries so far make it."""

    sealed: SealedLines = field(default_factory=SealedLines)
    tree: Part = ()
    fresh: list[bytes] = field(default_factory=list)
    """Labels with their places, since the last index line."""
    lines: int = 0
    """How many index lines there were."""
    covered: int = -1
    """What the last of them covers."""

    def receive(self, data: bytes, index: int) -> None:
        """Take the next entry.

        Raises:
            Invalid, NotVerified: when it is no line of such a log, or claims what the lines before it do not make.
        """
        if data[1:2] != _INDEX:
            leaf = Leaf.decode(data)
            self.fresh.append(leaf.subject_label + index.to_bytes(8, "big"))
            if leaf.tail is not None:
                self.sealed.follow(leaf.kind, leaf.tail)
            return
        said, self.lines = IndexLeaf.decode_if(data), self.lines + 1
        if said is None or said.covered != index:
            raise NotVerified("it does not have the form of an index of all before it")
        fresh, self.fresh, self.covered = self.fresh, [], index
        self.tree, root = grown(self.tree, fresh)
        require(said.root == root, "it says another root than the labels before it make")
        require(said.tally == self.sealed.tally(), "it counts the sealed lines before it otherwise than they are")


_INDEX = bytes([EntryKind.INDEX])


def verify_mirror(get: TileSource, trust: TrustPolicy, since: Sequence[bytes] = ()) -> Report:
    """Check all of a log as `get` gives its files (c2sp.org/tlog-tiles), trusting the keys in *trust* only.

    *since*: checkpoints kept earlier. Missing and wrong files end in checks that do not hold, never in an exception.
    """
    checks = Checks()
    witnessed = check_signed(trust, get(CHECKPOINT), checks)
    if witnessed is not None:
        with checks.part(ENTRIES):
            _check(get, witnessed.checkpoint, trust, since, checks)
    say_outside(witnessed, checks)
    return checks.report(*LIMITS)


def _check(get: TileSource, checkpoint: Checkpoint, trust: TrustPolicy, since: Sequence[bytes], checks: Checks) -> None:
    index, size = _Index(), checkpoint.size
    hashes = _read(get, size, index, checks)
    index.tree = ()  # which was most of the memory
    checks.settle(TILES, "Every tile is what the entries below it make.")
    require(_root(hashes) == checkpoint.root, "the entries do not make the root that the log has signed")
    checks.settle(ENTRIES, f"All {size} entries were read, and make the root that the log has signed.")
    with checks.part(INDEX):
        require(index.covered == size - 1, "the log does not end with an index of all that stands before")
    checks.settle(INDEX, f"Each of the {index.lines} index lines says what the labels before it make.")
    for note in since:
        with checks.part(GROWN):
            old = open_earlier(note, checkpoint, trust)
            then = Checkpoint(old.origin, min(old.size, size), _root(hashes[: HASH_SIZE * old.size]))
            check_kept(old, checkpoint, {checkpoint, then})
    stands = f"The log {checkpoint.origin} stands for these {size} entries, letter by letter"
    each = f"Each of its {index.lines} indexes holds every label before it and no other, none twice"
    checks.proved.append(f"{stands}; who changes, removes or inserts one contradicts this checkpoint.")
    checks.proved.append(f"{each}: what a pack of this log says about lines that are not there can be relied on.")
    if index.sealed.sealed:
        checks.proved.append(f"{index.sealed.sealed} lines were sealed for a time; {index.sealed.opened} are open now.")
    if since:
        checks.settle(GROWN, f"The log only grew: {len(since)} checkpoints that were kept are beginnings of this one.")
        checks.proved.append(KEPT)


def _read(get: TileSource, size: int, index: _Index, checks: Checks) -> bytearray:
    """Read every entry, and compare every tile with the hashes of what lies below it; the hashes of the entries."""
    hashes = bytearray()
    for start in range(0, size, TILE_WIDTH):
        entries = read_bundle(get, Tile(ENTRIES_LEVEL, start // TILE_WIDTH, min(size - start, TILE_WIDTH)))
        hashes += b"".join(map(leaf_hash, entries))
        for place, data in enumerate(entries, start):
            with checks.part(INDEX, place):
                index.receive(data, place)
    below, level = hashes, 0
    while below:
        above = bytearray()
        for start in range(0, len(below), _FULL):
            made = bytes(below[start : start + _FULL])
            tile = Tile(level, start // _FULL, len(made) // HASH_SIZE)
            with checks.part(TILES):
                require(read_tile(get, tile) == made, f"{tile.path} is not what the entries below it make")
            above += fold(made) if len(made) == _FULL else b""
        below, level = above, level + 1
    return hashes


_FULL = TILE_WIDTH * HASH_SIZE


def _root(hashes: bytearray) -> bytes:
    return fold(bytes(hashes)) or EMPTY_ROOT
