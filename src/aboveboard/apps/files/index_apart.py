"""A batch hashed into the index by a process of its own, while the sequencer writes its rows.

The process keeps no truth and no key: it is given labels, which are public, and answers the root. It changes the same
file (`files.index`) as the sequencer would, in a transaction that it holds until it is told whether the batch became
durable. Whatever goes wrong with it, its transaction is undone and the sequencer does the work itself.

    to it      size (u64be) || number of labels (u32be) || labels (32 each)
    to it      number of leaves that seal, renew or open (u32be) || each behind its length (u16be)
    from it    0x01 || root (32) || tally (32), or 0x00 where it could not
    to it      0x01: keep it, 0x00: undo it
    from it    0x01: done
"""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import IO

from aboveboard.apps.files.index import IndexFile
from aboveboard.core.entries.sealed import TALLY_SIZE, Tally
from aboveboard.core.errors import Conflict
from aboveboard.core.tlog.growing import PrefixTree
from aboveboard.core.tlog.prefix import LABEL_SIZE, in_order

STRIDE = 2048
"""Labels at a time: in their order they meet few pages twice, and only so many pages are in memory at once."""
_YES, _NO = b"\x01", b"\x00"
_ROOT = 32


class IndexApart:
    """The process that grows the index in the file at *path*; it is started when it is first needed."""

    def __init__(self, path: Path) -> None:
        """Start nothing yet."""
        self._path = path
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = False

    def __del__(self) -> None:
        """Leave no process behind."""
        self.close()

    def begin(self, size: int, labels: Sequence[bytes]) -> bool:
        """Have the *labels* of the leaves from *size* on added; whether the process has taken them."""
        self.settle()
        if self._process is None and not self._started():
            return False
        return self._told(size.to_bytes(8, "big") + _number(labels) + b"".join(labels))

    def grown(self, tailed: Sequence[bytes]) -> tuple[bytes, Tally] | None:
        """Tell it the leaves that seal, renew or open, wait for the root and the tally; None where it could not."""
        self._told(_number(tailed) + b"".join([len(leaf).to_bytes(2, "big") + leaf for leaf in tailed]))
        if self._heard(1) != _YES:
            self.close()
            return None
        answer = self._heard(_ROOT + TALLY_SIZE)
        return (answer[:_ROOT], Tally.decode(answer[_ROOT:])) if answer else None

    def end(self, *, keep: bool) -> None:
        """Say whether the batch became durable; `settle` waits until the file says the same."""
        self._ending = self._told(_YES if keep else _NO)

    def settle(self) -> None:
        """Wait for what was said last; a file left behind by a process that died is caught up with by its reader."""
        if self._ending and self._heard(1) != _YES:
            self.close()
        self._ending = False

    def close(self) -> None:
        """End the process; what it was not told to keep is undone."""
        process, self._process, self._ending = self._process, None, False
        if process is not None:
            process.kill()
            process.communicate()

    def _started(self) -> bool:
        # -P: nothing is imported from the folder that somebody happened to start the sequencer in.
        command = [sys.executable, "-P", "-m", __name__, str(self._path)]
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
        except OSError:
            return False
        return True

    def _told(self, data: bytes) -> bool:
        process = self._process
        if process is None:
            return False
        try:
            _written(process.stdin, data)
        except OSError:
            self.close()
            return False
        return True

    def _heard(self, size: int) -> bytes:
        """Give *size* bytes of the answer; none where the process has ended."""
        process = self._process
        data = _read(process.stdout, size) if process is not None else b""
        if not data:
            self.close()
        return data


def _number(what: Sequence[bytes]) -> bytes:
    return len(what).to_bytes(4, "big")


def _written(file: IO[bytes] | None, data: bytes) -> None:
    if file is not None:
        file.write(data)
        file.flush()


def _read(file: IO[bytes] | None, size: int) -> bytes:
    data = file.read(size) if file is not None else b""
    return data if len(data) == size else b""


class _Ended(Exception):
    """The sequencer has closed its side."""


class _Undone(Exception):
    """The batch did not become durable."""


def _needed(size: int) -> bytes:
    data = _read(sys.stdin.buffer, size)
    if len(data) != size or not size:
        raise _Ended
    return data


def _grow(file: IndexFile, tree: PrefixTree) -> None:
    """Take one batch in, and keep it if that is what becomes of it."""
    size, labels = int.from_bytes(_needed(8), "big"), int.from_bytes(_needed(4), "big")
    data = _needed(LABEL_SIZE * labels)
    with file.changing():
        if file.covered != size:
            raise Conflict("The file does not cover what the batch follows on.")
        entries = in_order(zip([data[at : at + LABEL_SIZE] for at in range(0, len(data), LABEL_SIZE)], count(size)))
        root = b""
        for at in range(0, labels, STRIDE):
            root = tree.extend(entries[at : at + STRIDE])
        file.take_sealed([_needed(int.from_bytes(_needed(2), "big")) for _ in range(int.from_bytes(_needed(4), "big"))])
        file.cover(size + labels + 1)
        _written(sys.stdout.buffer, _YES + root + file.tally().encode())
        if _needed(1) != _YES:
            raise _Undone
    _written(sys.stdout.buffer, _YES)


def _serve(path: Path) -> None:
    with closing(IndexFile(path)) as file:
        tree = PrefixTree(file)
        while True:
            try:
                _grow(file, tree)
            except _Undone:
                _written(sys.stdout.buffer, _YES)


if __name__ == "__main__":
    import gc
    import signal

    gc.disable()  # a batch makes many small values and no cycle among them
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the sequencer is told, and closes its side
    try:
        _serve(Path(sys.argv[1]))
    except _Ended:
        pass
    except Exception:  # noqa: BLE001 - the sequencer does it itself then, and says what is wrong
        sys.stdout.buffer.write(_NO)
