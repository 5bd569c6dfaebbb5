"""A whole log, checked: every entry hashed, every tile and every root of the index made anew from the entries alone."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import IndexLeaf, Leaf
from aboveboard.core.entries.sealed import SealedLines
from aboveboard.core.errors import require
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.shares import SHARES, Grown, Share, deal, grow, roots
from aboveboard.core.tlog.text import HASH_SIZE
from aboveboard.core.tlog.tiles import ENTRIES as ENTRIES_LEVEL
from aboveboard.core.tlog.tiles import TILE_WIDTH, Tile, TileSource, fold, read_bundle, read_tile, root_at
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify.growth import GROWN, KEPT, check_kept, open_earlier
from aboveboard.core.verify.report import Checks, Report
from aboveboard.core.verify.witnessed import check_signed, say_outside
from aboveboard.core.verify.words import sentences

ENTRIES, TILES, INDEX = "entries", "tiles", "index"
WORTH_SHARING_OUT = 1 << 16
"""Entries up to which several processes would cost more time than they save."""

Spread = Callable[[Callable[[Share], Grown], Iterable[Share]], Iterable[Grown]]
"""Does one thing to each of several, in order: `map`, or the like of it in several processes."""

LIMITS = sentences("""
What the lines say and whom they are about. They are public and silent; each opens only with a key.

That every look left a line. A photographed screen, an export passed on, a second record kept elsewhere, or whoever
runs the machines and reads past the log leaves none.

That the bytes stay where they are. Files in the folder that this checkpoint does not need were not looked at.
""")


@dataclass(slots=True)
class _Labels:
    """What the entries so far say of labels, and what their index lines claim."""

    shares: list[Share] = field(default_factory=lambda: [Share() for _ in range(SHARES)])
    sealed: SealedLines = field(default_factory=SealedLines)
    places: "array[int]" = field(default_factory=lambda: array("Q"))
    claimed: bytearray = field(default_factory=bytearray)

    def take(self, data: bytes, index: int) -> None:
        """Take the next entry.

        Raises:
            Invalid, NotVerified: when it is no line of such a log, or claims what the lines before it do not make.
        """
        if data[1:2] != _INDEX:
            deal(self.shares, Leaf.decode(data).subject_label, index, len(self.places))
            self.sealed.take(data)
            return
        said = IndexLeaf.decode_if(data)
        self.places.append(index)
        self.claimed += said.root if said else bytes(HASH_SIZE)
        covers = said is not None and said.covered == index
        require(covers, "it does not have the form of an index of all before it")
        counts = said is not None and said.tally == self.sealed.tally()
        require(counts, "it counts the sealed lines before it otherwise than they are")


_INDEX = bytes([EntryKind.INDEX])


def verify_mirror(get: TileSource, trust: TrustPolicy, since: Sequence[bytes] = (), spread: Spread = map) -> Report:
    """Check all of a log as `get` gives its files (c2sp.org/tlog-tiles), trusting the keys in *trust* only.

    *since*: checkpoints kept earlier. Missing and wrong files end in checks that do not hold, never in an exception.
    """
    checks = Checks()
    witnessed = check_signed(trust.open_checkpoint, get, checks)
    if witnessed is not None:
        _check(get, witnessed.checkpoint, trust, since, spread, checks)
    say_outside(witnessed, checks)
    return checks.report(*LIMITS)


def _check(
    get: TileSource, checkpoint: Checkpoint, trust: TrustPolicy, since: Sequence[bytes], spread: Spread, checks: Checks
) -> None:
    labels, size = _Labels(), checkpoint.size
    with checks.part(ENTRIES):
        _check_tiles(get, size, labels, checks)
        checks.settle(TILES, "Every tile is what the entries below it make.")
        require(root_at(get, size, size) == checkpoint.root, "the entries do not make the root that the log has signed")
        checks.settle(ENTRIES, f"All {size} entries were read, and make the root that the log has signed.")
        _check_index(labels, checkpoint, spread, checks)
        for note in since:
            with checks.part(GROWN):
                old = open_earlier(note, checkpoint, trust)
                then = Checkpoint(old.origin, old.size, root_at(get, old.size, size)) if old.size < size else checkpoint
                check_kept(old, checkpoint, {checkpoint, then})
    _say_proved(checkpoint, labels, checks)
    if since:
        checks.settle(GROWN, f"The log only grew: {len(since)} checkpoints that were kept are beginnings of this one.")
        checks.proved.append(KEPT)


def _check_tiles(get: TileSource, size: int, labels: _Labels, checks: Checks) -> None:
    """Read every entry, and compare every tile with the hashes of what lies below it."""
    above, level = bytearray(), 0
    for start in range(0, size, TILE_WIDTH):
        place, width = start // TILE_WIDTH, min(size - start, TILE_WIDTH)
        entries = read_bundle(get, Tile(ENTRIES_LEVEL, place, width))
        for index, data in enumerate(entries, start):
            with checks.part(INDEX, index):
                labels.take(data, index)
        above += _compared(get, Tile(0, place, width), b"".join(map(leaf_hash, entries)), checks)
    while above:
        below, above, level = bytes(above), bytearray(), level + 1
        for start in range(0, len(below), TILE_WIDTH * HASH_SIZE):
            hashes = below[start : start + TILE_WIDTH * HASH_SIZE]
            tile = Tile(level, start // (TILE_WIDTH * HASH_SIZE), len(hashes) // HASH_SIZE)
            above += _compared(get, tile, hashes, checks)


def _compared(get: TileSource, tile: Tile, hashes: bytes, checks: Checks) -> bytes:
    """Compare a tile with the hashes it has to hold; what the level above holds of it, nothing while it is not full."""
    with checks.part(TILES):
        require(read_tile(get, tile) == hashes, f"{tile.path} is not what the entries below it make")
    return fold(hashes) if tile.width == TILE_WIDTH else b""


def _check_index(labels: _Labels, checkpoint: Checkpoint, spread: Spread, checks: Checks) -> None:
    """Make every root anew that an index line claims, from the labels before it."""
    with checks.part(INDEX):
        ends = not checkpoint.size or labels.places[-1:].tolist() == [checkpoint.size - 1]
        require(ends, "the log does not end with an index of all that stands before")
        share_out = spread if checkpoint.size > WORTH_SHARING_OUT else map
        made = roots(list(share_out(grow, labels.shares)), len(labels.places))
        for number, (index, root) in enumerate(zip(labels.places, made, strict=True)):
            if labels.claimed[HASH_SIZE * number : HASH_SIZE * (number + 1)] != root:
                checks.no(INDEX, f"Entry {index}: it says another root than the labels before it make.", index)
    checks.settle(INDEX, f"Each of the {len(labels.places)} index lines says what the labels before it make.")


def _say_proved(checkpoint: Checkpoint, labels: _Labels, checks: Checks) -> None:
    stands = f"The log {checkpoint.origin} stands for these {checkpoint.size} entries, letter by letter"
    each = f"Each of its {len(labels.places)} indexes holds every label before it and no other, none twice"
    checks.proved += [
        f"{stands}; who changes, removes or inserts one contradicts this checkpoint.",
        f"{each}: what a pack of this log says about lines that are not there can be relied on.",
    ]
    if labels.sealed.sealed:
        count, now = labels.sealed.sealed, labels.sealed.opened
        checks.proved.append(f"{count} lines were sealed for a time; {now} of them are open now.")
