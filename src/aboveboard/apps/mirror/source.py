"""The log as it is served (c2sp.org/tlog-tiles): its checkpoint, tiles and bundles, fetched and not yet believed."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Self

from aboveboard.apps.calls.calling import Heard, Line, Silence
from aboveboard.core.entries.leaf import LEAF_SIZE
from aboveboard.core.errors import Invalid, LedgerUnavailable, NotVerified
from aboveboard.core.tlog.note import MAX_NOTE_SIZE
from aboveboard.core.tlog.tiles import TILE_WIDTH, Tile, decode_bundle

SECONDS = 30.0
SIDE_BY_SIDE = 4
_LONGEST_ENTRY = 2 * LEAF_SIZE
_FOUND, _MISSING = 200, (404, 410)
_LONGEST_BUNDLE = TILE_WIDTH * (2 + _LONGEST_ENTRY)


class Source:
    """The log below one address; a few requests go side by side, each bounded in time and size."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        """Fetch below the address *url*.

        Raises:
            Invalid: for what is no address.
        """
        self._lines: SimpleQueue[Line] = SimpleQueue()
        self._all = [Line(url, seconds=seconds, most=MAX_NOTE_SIZE) for _ in range(SIDE_BY_SIDE)]
        for line in self._all:
            self._lines.put(line)
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self._pool.shutdown(cancel_futures=True)
        for line in self._all:
            line.close()

    def checkpoint(self) -> bytes:
        """Fetch the checkpoint.

        Raises:
            LedgerUnavailable: when the log cannot be reached, or shows none.
        """
        found = self.get("checkpoint")
        if found is None:
            raise LedgerUnavailable("At this address there is no checkpoint of a log.")
        return found

    def get(self, path: str) -> bytes | None:
        """Fetch what stands under *path*; None where there is nothing.

        Raises:
            LedgerUnavailable: when there is no answer, or one of another kind.
        """
        line = self._lines.get()
        try:
            heard = line.get(path)
        finally:
            self._lines.put(line)
        if isinstance(heard, Silence):
            raise LedgerUnavailable(f"The log cannot be fetched: {heard}. What is held stays; fetch again later.")
        return _body(heard)

    def bundles(self, places: Sequence[Tile]) -> Iterator[list[bytes]]:
        """Fetch the entries of some bundles, in order; out of a full one where the partial one is gone.

        Raises:
            LedgerUnavailable: when the log cannot be reached.
            NotVerified: when a bundle is missing, or does not hold as many entries as it should.
        """
        return self._pool.map(self._bundle, places)

    def _bundle(self, place: Tile) -> list[bytes]:
        data, width = self.get(place.path), place.width
        if data is None and place.full != place:
            data, width = self.get(place.full.path), TILE_WIDTH
        if data is None:
            raise NotVerified(f"The log does not serve {place.path}, which its checkpoint needs.", code="missing")
        try:
            return decode_bundle(data[: _LONGEST_BUNDLE + 1], width)[: place.width]
        except Invalid:
            raise NotVerified(
                f"What the log serves as {place.path} is not a bundle of {width} entries.", code="missing"
            ) from None


def _body(heard: Heard) -> bytes | None:
    if heard.status in _MISSING:
        return None
    if heard.status != _FOUND:
        raise LedgerUnavailable(f"The log answers with status {heard.status}. What is held stays; fetch again later.")
    return heard.body
