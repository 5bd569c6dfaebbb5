"""A text file as lines, read in blocks, with enough memory to go back to where a broken record began."""

import codecs
from collections import deque
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from aboveboard.apps.intake.readers.encoding import TOLERANT, UNREADABLE

BLOCK = 1 << 18
BLOCKS_HELD = 5
"""A record lies in the blocks held: its cells are limited to 131,072 characters each, a block is larger."""
LONGEST_LINE = 1 << 22


def blocks_of(path: Path, encoding: str) -> Iterator[str]:
    """Decode *path* block by block; bytes that are no text become UNREADABLE."""
    decoder = codecs.getincrementaldecoder(encoding)(errors=TOLERANT)
    with path.open("rb") as file:
        while data := file.read(BLOCK):
            yield decoder.decode(data)
        yield decoder.decode(b"", final=True)


class LineFeed:
    """The lines of one text file, by number from 0; only line feeds end a line, unless there are none."""

    def __init__(self, path: Path, encoding: str, *, carriage_returns: bool = False) -> None:
        """Open nothing yet; with *carriage_returns* they alone end the lines, as on an old Macintosh."""
        self._blocks = blocks_of(path, encoding)
        self._carriage_returns = carriage_returns
        self._held: deque[tuple[int, list[str]]] = deque(maxlen=BLOCKS_HELD)
        self._rest = ""
        self._next = 0
        self._ended = False
        self.unreadable_met = False
        """Bytes that are no text have been met somewhere before the line given last."""

    def lines(self, start: int) -> Iterator[str]:
        """Give the lines from number *start*, which must still be held, to the end of the file."""
        while True:
            for first, held in list(self._held):
                if first <= start < first + len(held):
                    yield from held[start - first :] if start > first else held
                    start = first + len(held)
            if self._ended or not self._more():
                return

    def between(self, start: int, end: int) -> list[str] | None:
        """The lines from *start* up to *end*, or nothing where they are no longer held."""
        if not self._held or start < self._held[0][0]:
            return None
        return [line for first, held in self._held for line in held[max(0, start - first) : max(0, end - first)]]

    def holds(self, line: int) -> bool:
        """Whether reading can begin again at *line*."""
        return bool(self._held) and line >= self._held[0][0]

    def _more(self) -> bool:
        """Read until there is at least one more line; false at the end of the file."""
        while True:
            block = next(self._blocks, None)
            if block is None:
                self._ended = True
                text, self._rest = self._rest, ""
            else:
                text = self._rest + (block.replace("\r", "\n") if self._carriage_returns else block)
                self._rest = ""
                if len(text) < LONGEST_LINE:
                    cut = text.rfind("\n") + 1
                    text, self._rest = text[:cut], text[cut:]
            if text:
                break
            if self._ended:
                return False
        self.unreadable_met = self.unreadable_met or UNREADABLE in text
        held = list(StringIO(text, newline="\n"))
        self._held.append((self._next, held))
        self._next += len(held)
        return True
