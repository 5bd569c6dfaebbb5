"""What many threads add at once is kept for each before it is told so, and a failure is told to all it concerns."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from aboveboard.apps.keys.together import Together


class Disk:
    """A slow place to write to, which counts how often it was asked."""

    def __init__(self, *, broken: bool = False) -> None:
        self.kept: set[tuple[int, bytes]] = set()
        self.calls, self.broken = 0, broken
        self.waiting = threading.Event()
        self.go_on = threading.Event()

    def write(self, rows: list[tuple[int, bytes]]) -> None:
        """Keep *rows*, once it may go on."""
        self.calls += 1
        self.waiting.set()
        self.go_on.wait(10)
        if self.broken:
            raise OSError("the disk is full")
        self.kept |= set(rows)


def test_rows_of_threads_that_wait_are_written_in_one_go():
    """While one is at the disk the others gather; the next takes all of them along."""
    disk = Disk()
    together = Together(disk.write)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(together.add, [(0, b"first")])
        assert disk.waiting.wait(10)
        others = [pool.submit(_added, together, disk, number) for number in range(1, 9)]
        while len(together._queue) < 8:
            pass
        disk.go_on.set()
        first.result()
        assert all(other.result() for other in others)
    assert disk.kept == {(0, b"first"), *((number, b"other") for number in range(1, 9))}
    assert disk.calls == 2


def _added(together: Together, disk: Disk, number: int) -> bool:
    together.add([(number, b"other")])
    return (number, b"other") in disk.kept


def test_a_failure_is_raised_by_everybody_it_concerns_and_by_nobody_else():
    """Nobody believes their rows kept when they are not; the next try is a new one."""
    disk = Disk(broken=True)
    together = Together(disk.write)
    with ThreadPoolExecutor(5) as pool:
        tries = [pool.submit(together.add, [(number, b"x")]) for number in range(5)]
        disk.go_on.set()
        for one in tries:
            with pytest.raises(OSError, match="full"):
                one.result()
    disk.broken = False
    together.add([(7, b"x")])
    assert disk.kept == {(7, b"x")}


def test_a_forked_process_does_not_wait_for_a_thread_it_does_not_have():
    """The lock a thread held when the process was forked is nobody's in the child."""
    disk = Disk()
    together = Together(disk.write)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(together.add, [(1, b"parent")])
        assert disk.waiting.wait(10)
        child = os.fork()
        if not child:
            disk.go_on.set()
            together.add([(2, b"child")])
            os._exit(0 if disk.kept == {(2, b"child")} else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        disk.go_on.set()
        held.result()
    assert disk.kept == {(1, b"parent")}
