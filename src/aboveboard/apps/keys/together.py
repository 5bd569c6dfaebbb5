"""Writing together: threads that come while one is writing are written by the next, all in one durable transaction.

Each waits for the disk in any case; together they wait once. Nobody is told that their rows are kept before they are.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakSet

Row = tuple[Any, ...]


class _Waiting:
    """The rows of one thread, and what became of them."""

    __slots__ = ("done", "error", "rows")

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = list(rows)
        self.done = False
        self.error: BaseException | None = None


class Together:
    """Gathers the rows of many threads into few calls of *write*."""

    def __init__(self, write: Callable[[list[Row]], None]) -> None:
        """Gather for *write*, which keeps rows durably or raises."""
        self._write = write
        self.forget()
        _all.add(self)

    def forget(self) -> None:
        """Start with nobody waiting, as in a process just forked, where the threads of the other do not exist."""
        self._queue: deque[_Waiting] = deque()
        self._lock = threading.Lock()

    def add(self, rows: Iterable[Row]) -> None:
        """Have *rows* written; on return they are kept. Raises what *write* raised."""
        mine = _Waiting(rows)
        self._queue.append(mine)
        with self._lock:
            # Whoever had the lock before may have taken these rows along; who had not, left them in the queue.
            if not mine.done:
                self._write_all()
        if mine.error is not None:
            raise mine.error

    def _write_all(self) -> None:
        taken = [self._queue.popleft() for _ in range(len(self._queue))]
        try:
            self._write(sorted({row for one in taken for row in one.rows}))
        except BaseException as error:  # noqa: BLE001 - it is raised by everybody whose rows were taken
            for one in taken:
                one.error = error
        for one in taken:
            one.done = True


_all: "WeakSet[Together]" = WeakSet()


def _after_fork() -> None:
    for one in _all:
        one.forget()


os.register_at_fork(after_in_child=_after_fork)
