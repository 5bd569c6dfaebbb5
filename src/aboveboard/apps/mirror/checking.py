"""Checking a mirror by itself: every file hashed anew, the index replayed from nothing, the signature opened."""

from dataclasses import dataclass
from pathlib import Path

from aboveboard.apps.mirror.index import SmallFile, Strides
from aboveboard.apps.mirror.keeping import Mirror
from aboveboard.apps.mirror.memory import PROVED, Refusal
from aboveboard.apps.mirror.mending import CHECKPOINT
from aboveboard.apps.mirror.replaying import Told, steps
from aboveboard.core.entries.replay import Replay, require_index_last
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.tiles import TILE_WIDTH, TileBuilder

SCRATCH = "check.sqlite3"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to: the checkpoint, what does not hold, and the refusals kept."""

    checkpoint: Checkpoint | None
    flaws: tuple[str, ...]
    refusals: tuple[Refusal, ...]

    @property
    def holds(self) -> bool:
        """Whether all holds and nothing is proved against the log."""
        return not self.flaws and not any(one.kind in PROVED for one in self.refusals)


def check(mirror: Mirror, told: Told = lambda _held, _of: None) -> Checked:
    """Check all that the mirror shows; nothing of its memory is believed."""
    refusals = tuple(mirror.memory.refusals())
    note = mirror.tiles.get(CHECKPOINT)
    if note is None:
        return Checked(None, ("The mirror shows no checkpoint yet: fetch first.",), refusals)
    checkpoint = None
    try:
        checkpoint = mirror.trust.open_checkpoint(note).checkpoint
        _require_not_older(mirror, checkpoint)
        _rehash(mirror, checkpoint, told)
    except (Invalid, NotVerified) as error:
        return Checked(checkpoint, (f"{error.sentence[:1].upper()}{error.sentence[1:].rstrip('.')}.",), refusals)
    return Checked(checkpoint, (), refusals)


def _require_not_older(mirror: Mirror, checkpoint: Checkpoint) -> None:
    held = mirror.memory.held()
    if held is not None and held.checkpoint.size > checkpoint.size:
        raise NotVerified(f"It shows {checkpoint.size} entries, and has shown {held.checkpoint.size} before.")


def _rehash(mirror: Mirror, checkpoint: Checkpoint, told: Told) -> None:
    scratch = mirror.folder / SCRATCH
    _remove(scratch)
    index = SmallFile(scratch)
    try:
        replay, builder, leaves = Replay(Strides(index), index, 0), TileBuilder(), [b""]
        for leaves, growth in steps(mirror.tiles, builder, checkpoint.size):
            builder = growth.builder
            for tile, data in growth.tiles:
                last = builder.size == checkpoint.size
                if (tile.width == TILE_WIDTH or last) and mirror.tiles.get(tile.path) != data:
                    raise NotVerified(f"The file {tile.path} is missing, or does not fit the entries.")
            with index.changing():
                replay.take(leaves)
            told(builder.size, checkpoint.size)
        if builder.root() != checkpoint.root:
            raise NotVerified("The entries do not make the root that was signed.")
        if checkpoint.size:
            require_index_last(leaves[-1], checkpoint.size)
    finally:
        index.close()
        _remove(scratch)


def _remove(scratch: Path) -> None:
    for path in scratch.parent.glob(f"{scratch.name}*"):
        path.unlink()
