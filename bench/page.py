"""The page of what was measured: made anew from the figures kept beside it, whenever some are measured again."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.figures import Figure, table
from tests.support.present import ROOT, postgres_binaries

FOLDER = ROOT / "docs" / "reference"
PAGE, KEPT = FOLDER / "measurements.md", FOLDER / "measurements.json"
WHY = Path(__file__).parent / "why.md"
HEAD = """# Measurements

What Aboveboard's promises cost on one machine, measured by `make bench` (folder [bench](../../bench)). This page is
written by `python -m bench --write`; the figures lie beside it in [measurements.json](measurements.json).

A ratio compares two things within one set, run one after the other on the same machine; the median of the sets is
shown with the lowest and the highest. Rates in absolute figures are those of this machine on that day and promise
nothing about another. Both sides of a ratio have the same server, middleware, sign-in by token and serializer; the
plain side is one prepared statement, committed by itself. Commits are durable: `synchronous_commit = on`, SQLite in
WAL with `synchronous = FULL`. *Plain to gated* in CPU is what is left of the ratio when nobody waits: it does not
depend on what else the machine does, and is the figure to compare between days.

"""


def write(figures: Sequence[Figure]) -> None:
    """Keep *figures* in place of older ones of the same name, and write the page anew."""
    stamp = {"measured": datetime.now(UTC).strftime("%Y-%m-%d"), "load": _load()}
    kept = {_name(told): told for told in _kept()}
    benches = {(figure.bench, figure.database) for figure in figures}
    kept = {name: told for name, told in kept.items() if (told["bench"], told["database"]) not in benches}
    kept |= {_name(told): told for told in ({**figure.told(), **stamp} for figure in figures)}
    KEPT.write_text(json.dumps(list(kept.values()), indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(kept.values()), encoding="utf-8")


def page(kept: Iterable[dict[str, Any]]) -> str:
    """Give the page of the figures *kept*, sorted by bench."""
    told = sorted(kept, key=lambda one: (one["bench"], one["database"]))
    runs = sorted({(one["bench"], one["database"], one["measured"], one["load"]) for one in told})
    shown = [Figure.heard({k: v for k, v in one.items() if k not in {"measured", "load"}}) for one in told]
    when = "\n".join(f"- {bench} ({database}): {day}, load average {load}" for bench, database, day, load in runs)
    why = WHY.read_text(encoding="utf-8") if WHY.exists() else ""
    return f"{HEAD}{_machine()}\n\n{table(shown)}\n\n## When\n\n{when}\n\n{why}"


def _machine() -> str:
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    binaries = postgres_binaries()
    server = "no PostgreSQL"
    if binaries is not None:
        told = subprocess.run([binaries / "postgres", "--version"], stdout=subprocess.PIPE, text=True, check=True)
        server = "PostgreSQL " + told.stdout.split()[2]
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo")), 0) / 2**20
    return (
        f"Machine: {os.cpu_count()} cores of {model}, {memory:.0f} GiB, a virtual machine shared with other work;"
        f" Linux, Python {platform.python_version()}, {server}."
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _load() -> str:
    return ", ".join(f"{load:.1f}" for load in os.getloadavg())


def _kept() -> list[dict[str, Any]]:
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else []


def _name(told: dict[str, Any]) -> tuple[str, str, str]:
    return told["bench"], told["database"], told["what"]
