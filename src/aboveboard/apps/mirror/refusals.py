"""Refusals in folders of their own: the checkpoints, what shows it, and why, so that the evidence needs no memory.

FOLDER/refused/<n>/why     kind, moment and sentence, a line each
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from aboveboard.apps.files.durable import write_file
from aboveboard.apps.mirror.memory import Kind, Refusal
from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.note import SignedNote

WHY, OURS, THEIRS = "why", "ours", "theirs"


def lay_down(folder: Path, refusal: Refusal, evidence: Iterable[tuple[str, bytes]]) -> None:
    """Keep *refusal* in a folder of its own below *folder*, with the *evidence* by path."""
    why = f"{refusal.kind}\n{refusal.at.isoformat()}\n{refusal.sentence}\n"
    files = [(OURS, refusal.ours.encode()), (THEIRS, refusal.theirs.encode()), *evidence, (WHY, why.encode())]
    for name, data in files:
        if data:
            write_file(folder / str(refusal.number) / name, data)


def highest(folder: Path) -> int:
    """Give the highest number of a refusal in *folder*, 0 where there is none."""
    return max((int(path.name) for path in folder.glob("[0-9]*") if path.name.isdecimal()), default=0)


def kept_in(folder: Path) -> list[Refusal]:
    """Read the refusals in *folder* that say why, in their order; what cannot be read is left where it lies."""
    found = []
    for number in sorted(int(path.name) for path in folder.glob("[0-9]*") if path.name.isdecimal()):
        with suppress(OSError, ValueError, Invalid):
            found.append(_read(folder / str(number), number))
    return found


def _read(folder: Path, number: int) -> Refusal:
    kind, moment, sentence = (folder / WHY).read_text(encoding="utf-8").splitlines()
    ours, theirs = folder / OURS, SignedNote.parse((folder / THEIRS).read_bytes()).encode()
    before = SignedNote.parse(ours.read_bytes()).encode() if ours.exists() else ""
    return Refusal(number, Kind(kind), before, theirs, sentence, datetime.fromisoformat(moment))
