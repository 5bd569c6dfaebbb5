"""A person's evidence as one page: how large it is, how long a browser takes to check it, and Python the same pack.

The log is laid in memory: one person with their entries spread over all of it, everybody else's lines as good as
random, which is what they look like. The browser is Chromium without a network; the page is opened from a file.
"""

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from aboveboard.core.tlog.merkle import leaf_hash, node_hash, split_of
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify import verify_pack
from aboveboard.faces.check.pages import evidence_page
from bench.figures import Figure
from bench.stage import Stage
from tests.support.packs import NOW, ORIGIN, Draft, SmallLog, draft, look, short_form, trust
from tests.support.present import chromium

SIZES, QUICK_SIZES = (10_000, 100_000, 1_000_000), (2_000, 4_000)
ENTRIES, QUICK_ENTRIES, SETS = 1_000, 50, 5
LARGEST, SLOWEST = 2.0, 1.0
"""Megabytes of a page, seconds of a check."""
EMPTY = '<!DOCTYPE html><html lang="en"><title>-</title><p id="verdict" data-state="own-key">-</p></html>'
"""A page with nothing in it but a verdict: what opening any page costs."""
QUIET = ["--disable-dev-shm-usage", "--disable-gpu", "--no-sandbox"]
_OPENED = """() => new Promise((done) => {
  const look = () => {
    const verdict = document.getElementById("verdict");
    if (verdict && verdict.dataset.state !== "waiting") done([verdict.dataset.state, performance.now()]);
    else requestAnimationFrame(look);
  };
  look();
})"""


class WideLog(SmallLog):
    """A log whose subtrees are hashed once."""

    @cached_property
    def levels(self) -> list[list[bytes]]:
        """The roots of the whole subtrees of one leaf, two, four and so on."""
        made = [[leaf_hash(data) for data in self.leaves]]
        while len(made[-1]) > 1:
            below = made[-1]
            made.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
        return made

    def subtree(self, start: int, end: int) -> bytes:
        """Give the root over a range as proofs ask for it."""
        width = end - start
        if width & (width - 1) == 0 and start % width == 0:
            return self.levels[width.bit_length() - 1][start // width]
        middle = start + split_of(width)
        return node_hash(self.subtree(start, middle), self.subtree(middle, end))

    def fill_to(self, size: int) -> None:
        """Append lines about others until there are *size*."""
        for at in range(len(self.leaves), size):
            drawn = [hashlib.sha256(b"%d %d" % (at, part)).digest() for part in range(3)]
            self.leaves.append(b"\x01\x02" + b"".join(drawn))
            self.openings.append(None)


def run(_stage: Stage, database: str, *, quick: bool) -> list[Figure]:
    """Measure size and time of one person's page in logs of growing size."""
    if database != "sqlite" or chromium() is None:
        return []
    entries, sets = (QUICK_ENTRIES, 2) if quick else (ENTRIES, SETS)
    figures = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as kept:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for size in QUICK_SIZES if quick else SIZES:
            figures += _of_size(browser, Path(kept) / "evidence.html", size, entries, sets)
        browser.close()
    return figures


def _of_size(browser: Browser, file: Path, size: int, entries: int, sets: int) -> list[Figure]:
    files = _pack(size, entries)
    file.write_bytes(evidence_page(files))
    policy = trust()
    among = f"{entries:,} entries among {size:,}"
    empty = file.with_name("empty.html")
    empty.write_text(EMPTY, encoding="utf-8")
    pairs = [(_in_browser(browser, empty), _in_browser(browser, file)) for _ in range(sets)]
    nothing, idle = zip(*(page for page, _ in pairs), strict=True)
    opened, processors = zip(*(page for _, page in pairs), strict=True)
    python = [_in_python(files, policy) for _ in range(sets)]
    megabytes, raw = file.stat().st_size / 1e6, sum(map(len, files.values())) / 1e6
    return [
        Figure("in_browser", "none", f"page of {among}", (megabytes,), "MB", LARGEST, at_least=False,
               beside=f"the files in it: {raw:.2f} MB"),
        Figure("in_browser", "none", f"opened and checked in the browser, {among}", opened, "s", SLOWEST,
               at_least=False, beside=f"{median(processors):.2f} s of CPU in the page's process and the browser's;"
               f" an empty page in the same sets: {median(nothing):.2f} s, {median(idle):.2f} s of CPU"),
        Figure("in_browser", "none", f"checked by Python, {among}", tuple(python), "s", SLOWEST, at_least=False),
    ]  # fmt: skip


def _in_browser(browser: Browser, file: Path) -> tuple[float, float]:
    """Seconds from opening the page to its verdict, drawn; and seconds of CPU that all of it took."""
    context = browser.new_context()
    context.set_offline(True)
    page = context.new_page()
    page.goto("about:blank")
    before = _cpu_of_children()
    page.goto(file.as_uri(), wait_until="commit")
    state, took = page.evaluate(_OPENED)
    spent = _cpu_of_children() - before
    context.close()
    if state != "own-key":
        raise RuntimeError("the page did not hold")
    return took / 1000, spent


def _cpu_of_children() -> float:
    """Seconds of CPU that living processes begun by this one have taken so far, theirs included."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            found[int(stat.parent.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    ours, ticks = {os.getpid()}, 0
    while more := {pid for pid, (parent, _) in found.items() if parent in ours} - ours:
        ours |= more
        ticks += sum(found[pid][1] for pid in more)
    return ticks / os.sysconf("SC_CLK_TCK")


def _in_python(files: dict[str, bytes], policy: TrustPolicy) -> float:
    began = time.perf_counter()
    if not verify_pack(files, policy).holds:
        raise RuntimeError("the pack did not hold")
    return time.perf_counter() - began


def _pack(size: int, entries: int) -> dict[str, bytes]:
    """Make the evidence of a person with so many looks, spread over a log of that size."""
    sound, small = draft(short=True)
    log = WideLog(leaves=small.leaves[:-1], openings=small.openings[:-1], chains=small.chains)
    own = [line["index"] for line in sound.entries]
    between = (size - len(log.leaves)) // entries
    for _ in range(entries - len(own)):
        log.fill_to(len(log.leaves) + between - 1)
        own.append(log.add(look(NOW)))
    log.fill_to(size - 1)
    index = log.end()
    lines = [log.line(line["index"], person=False) for line in sound.governance["lines"]]
    evidence = {**sound.evidence, "keys": [trust().logs[0].key.encode()], "origin": ORIGIN}
    made = Draft(evidence, list(map(log.line, own)), {"acts": [], "lines": lines}, [], log.checkpoint(), index)
    return short_form(made, log).files()
