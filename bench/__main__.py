"""Measure: ``python -m bench [NAME ...] [--quick] [--database sqlite|postgres|both] [--write]``.

Each bench runs in a process of its own for each database, so that nothing of one is left in the next.
"""

import argparse
import importlib
import json
import subprocess
import sys

from bench.figures import Figure, table
from bench.page import write
from tests.support.present import ROOT, postgres_binaries

BENCHES = {
    "gate": "reading, listing and writing through the gate, against plain text",
    "tiles": "leaf hashes into tiles",
    "sequencer": "pending entries into a signed log",
    "key_line": "a look with the keys in the process, behind a socket, and behind TLS",
    "delay": "from commit to signed checkpoint, under full read load",
    "lookup": "finding somebody by name, blind against plain",
    "import_speed": "files of people into sealed facts, and the memory that takes",
    "million": "index, evidence and proofs, from ten thousand leaves to a million",
    "mirror": "a log of others held whole, its index replayed",
    "in_browser": "a person's evidence as one page, checked by a browser and by Python",
    "verifying": "a whole log checked by the standalone verifier",
    "growth": "read, proof and erasure, from few people to a million",
}
"""Each the name of a module of this folder with ``run(stage, database, quick=...) -> list[Figure]``."""
ONCE = frozenset({"tiles", "lookup", "mirror", "verifying"})
"""Benches in which no database of a cell has a part; they run once."""
_FIGURES = "figures: "


def main() -> int:
    """Run what was asked for and print the table; 0 even where a goal was missed, for the table says so."""
    asked = _arguments()
    if asked.inside:
        return _inside(asked.names[0], asked)
    figures: list[Figure] = []
    for name in asked.names or BENCHES:
        for database in _databases(name, asked.database):
            measured = _measured(name, database, asked)
            figures += measured
            if asked.write:
                write(measured)
    print(table(figures))
    return 0


def _databases(name: str, asked: str) -> tuple[str, ...]:
    if name in ONCE:
        return ("sqlite",)
    return ("sqlite", "postgres") if asked == "both" else (asked,)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure what the promises cost.")
    parser.add_argument(
        "names", nargs="*", choices=[*BENCHES, []], help="; ".join(f"{n}: {t}" for n, t in BENCHES.items())
    )
    parser.add_argument("--quick", action="store_true", help="small and short: shows that it runs, proves no figure")
    given = "both" if postgres_binaries() else "sqlite"
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default=given)
    parser.add_argument("--people", type=int, default=1_000_000, help="how far growth grows")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reference/measurements.md")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _measured(name: str, database: str, asked: argparse.Namespace) -> list[Figure]:
    print(f"== {name} on {database}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "bench", name, "--database", database, "--inside", "--people", str(asked.people)]
    if asked.quick:
        command.append("--quick")
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith(_FIGURES))
    return [Figure.heard(told) for told in json.loads(line.removeprefix(_FIGURES))]


def _inside(name: str, asked: argparse.Namespace) -> int:
    from bench.stage import laid

    more = {"people": asked.people} if name == "growth" else {}
    with laid(asked.database) as stage:
        figures = importlib.import_module(f"bench.{name}").run(stage, asked.database, quick=asked.quick, **more)
    print(_FIGURES + json.dumps([figure.told() for figure in figures]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
