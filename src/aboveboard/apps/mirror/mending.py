"""A memory that is damaged, lost or older than what is shown is made anew out of what the mirror holds.

Its file goes aside, nothing of it is deleted. The checkpoint comes from the one that is shown, the refusals from their
folders, and the index from the entries, at the next fetch (`replaying`). Known no more is what the log had shown and
the mirror did not hold yet; that was never shown nor cosigned here.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.mirror.memory import Known, Memory, set_aside
from aboveboard.apps.mirror.refusals import kept_in
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.tiles import TileBuilder
from aboveboard.core.tlog.trust import TrustPolicy

LOG, REFUSED, CHECKPOINT = "log", "refused", "checkpoint"
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
Say = Callable[[str], None]
"""Is told in a sentence what was damaged and is made anew."""


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file is at fault, and not a full disk or somebody who holds it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def open_memory(folder: Path, trust: TrustPolicy, say: Say) -> Memory:
    """Open the memory in *folder*, made anew where it cannot serve.

    Raises:
        Invalid: when it cannot serve, and what is shown cannot be believed either.
    """
    try:
        memory = Memory(folder)
        memory.require_readable()
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return _taken_up(Memory(folder, aside=set_aside(folder)), trust, say)
    return _taken_up(memory, trust, say)


def make_anew(memory: Memory, trust: TrustPolicy, say: Say) -> None:
    """Make the *memory*, which was met damaged in the middle of something, anew.

    Raises:
        Invalid: when what is shown cannot be believed.
    """
    memory.start_anew()
    _taken_up(memory, trust, say)


def _taken_up(memory: Memory, trust: TrustPolicy, say: Say) -> Memory:
    """Take up what is shown where the *memory* knows less."""
    tiles, known = FileTiles(memory.folder / LOG), memory.held()
    shown = _shown(tiles, trust)
    if shown is not None and (known is None or known.checkpoint.size < shown.checkpoint.size):
        memory.see(shown.note)
        memory.show(shown.note)
        for one in kept_in(memory.folder / REFUSED):
            memory.take_up(one)
        say(_said(memory.aside, known))
    elif known is None and tiles.get(CHECKPOINT) is not None:
        memory.close()
        raise Invalid(
            "The memory of this mirror cannot be read, and the checkpoint it shows cannot be believed without it: make"
            " a new mirror in a folder of its own, and leave this one as it is."
        )
    elif memory.aside:
        say(_said(memory.aside, known))
    return memory


def _said(aside: str, known: Known | None) -> str:
    why = "older than what it shows" if known is not None else "lost"
    where = f"damaged, and lies in {aside} now" if aside else why
    return f"The memory of this mirror was {where}; it is made anew from what the mirror holds."


def _shown(tiles: FileTiles, trust: TrustPolicy) -> Known | None:
    """Give the checkpoint that is shown, where it is signed and the tiles make its root."""
    data = tiles.get(CHECKPOINT)
    try:
        note = SignedNote.parse(data or b"")
        trust.open_checkpoint(data or b"")
        found = Known(Checkpoint.parse(note.text), note)
        built = TileBuilder.load(tiles.get, found.checkpoint.size).root()
    except (Invalid, NotVerified):
        return None
    return found if built == found.checkpoint.root else None
