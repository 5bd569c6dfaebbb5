"""What a mirror costs: a million leaves fetched over HTTP, held against the signed root, replayed and made durable.

The log lies in files, made and served by a process of their own, so that the memory measured is the mirror's alone.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from aboveboard.apps.mirror.checking import check
from aboveboard.apps.mirror.folder import make
from aboveboard.apps.mirror.source import Source
from aboveboard.core.tlog.note import NoteSigner
from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy
from bench.figures import Figure
from bench.stage import Stage

SIZE, QUICK_SIZE, TIMES = 1_000_000, 20_000, 5
SIGNER = NoteSigner("log.example/bench", bytes(range(32)))
MIB = 1 << 20


def run(_stage: Stage, database: str, *, quick: bool) -> list[Figure]:
    """Mirror a log in two strides, then its next batches one by one, then check all that is held from nothing."""
    size = QUICK_SIZE if quick else SIZE
    folder = Path(tempfile.mkdtemp(prefix="aboveboard-bench-"))
    try:
        with _served(folder / "log", size) as url:
            mirror = make(folder / "mirror", TrustPolicy((Log(SIGNER.key),), (), (), NO_QUORUM), url)
            rates, by_processor, resident = [], [], [_resident()]
            with Source(url) as source:
                for stride in ("some", "all"):
                    _show(folder / "log", stride)
                    began, processor = time.perf_counter(), time.process_time()
                    fetched = mirror.fetch(source)
                    count = fetched.checkpoint.size - fetched.before
                    rates.append(count / (time.perf_counter() - began))
                    by_processor.append(count / (time.process_time() - processor))
                    resident.append(_resident())
                later = []
                for number in range(TIMES):
                    _show(folder / "log", f"later{number}")
                    began = time.perf_counter()
                    mirror.fetch(source)
                    later.append(1000 * (time.perf_counter() - began))
        began, processor = time.perf_counter(), time.process_time()
        if not check(mirror).holds:
            raise RuntimeError("the mirror does not hold")
        held = fetched.checkpoint.size
        checked = held / (time.perf_counter() - began)
        checked_by_processor = held / (time.process_time() - processor)
    finally:
        shutil.rmtree(folder)
    memory = " - ".join(f"{one / MIB:.0f}" for one in resident)
    return [
        Figure(
            "mirror", "none", f"leaves mirrored up to {held:,}: fetched, checked, index replayed, durable",
            tuple(rates), "a second",
            beside=f"{by_processor[-1]:,.0f} a second of CPU at the end; resident memory before, after a tenth, after"
            f" all: {memory} MiB",
        ),
        Figure("mirror", "none", f"a fetch of one batch of 200 more, at {held:,}", tuple(later), "ms",
               beside=f"median {median(later):.0f} ms"),
        Figure("mirror", "none", f"leaves checked anew from the mirror's own disk, {held:,}", (checked,), "a second",
               beside=f"{checked_by_processor:,.0f} a second of CPU"),
    ]  # fmt: skip


@contextmanager
def _served(folder: Path, size: int) -> Iterator[str]:
    """Have a log of *size* leaves made in *folder* and served by another process; its address."""
    command = [sys.executable, "-m", "bench.mirror_log", str(folder), str(size), str(TIMES)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        if child.stdout is None:
            raise RuntimeError("the log says nothing")
        try:
            yield child.stdout.readline().strip()
        finally:
            child.terminate()


def _show(folder: Path, name: str) -> None:
    """Have the log show the checkpoint that was laid down under *name*."""
    (folder / name).replace(folder / "checkpoint")


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
