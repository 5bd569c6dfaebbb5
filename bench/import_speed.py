"""How fast a file of people becomes sealed facts, through the whole path, and how much memory that takes.

A raw export of made-up people: names of syllables, work address and telephone, organisation, function, and two
columns that may not be kept. The import runs in a process of its own, so that its memory is its own; a sequencer runs
beside it, as `aboveboard serve` has one. The clock runs from opening the file to the report.
"""

import csv
import json
import random
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure
from bench.stage import Stage
from tests.support.present import ROOT

FEW, MANY, SETS = 20_000, 500_000, 5
SPEED_GOAL, MEMORY_GOAL = 5_000, 250
HEADER = ("First Name", "Last Name", "Work Email", "Work Phone", "Company", "Job Title", "Children", "Annual Income")
_SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstvz" for vowel in "aeiou"]
_ENDINGS = ("", "n", "s", "k", "r", "va", "ný", "ská")


def run(stage: Stage, database: str, *, quick: bool, many: int = MANY) -> list[Figure]:
    """Measure people a second on files of 20,000, and once on one of half a million; memory of both."""
    few, many, sets = (500, 1_000, 2) if quick else (FEW, many, SETS)
    measured = [_imported(stage, few, seed) for seed in range(sets)]
    large = _imported(stage, many, sets)
    return [
        Figure(
            "import_speed", database, f"people imported, files of {few:,}", tuple(one["speed"] for one in measured),
            "a second", SPEED_GOAL, beside=f"{_middle(measured, 'of_cpu'):,.0f} a second of the import's own CPU",
        ),
        Figure(
            "import_speed", database, f"people imported, a file of {many:,}", (large["speed"],), "a second", SPEED_GOAL,
            beside=f"{large['of_cpu']:,.0f} a second of the import's own CPU",
        ),
        Figure(
            "import_speed", database, f"memory at most, {many:,} people", (large["memory"],), "MiB", MEMORY_GOAL,
            at_least=False, beside=f"{_middle(measured, 'memory'):,.0f} MiB for {few:,}",
        ),
    ]  # fmt: skip


def _middle(measured: list[dict[str, float]], what: str) -> float:
    return sorted(one[what] for one in measured)[len(measured) // 2]


def _imported(stage: Stage, people: int, seed: int) -> dict[str, float]:
    """Import a file of so many people in a process of its own, with a sequencer beside it."""
    path = stage.home / f"people-{seed}.csv"
    write_people(path, people, seed)
    sequencer = subprocess.Popen(
        [sys.executable, "-m", "aboveboard", "sequence"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        command = [sys.executable, "-m", "bench.import_speed", str(path), stage.staff().hex()]
        told = json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout)
    finally:
        sequencer.terminate()
        sequencer.wait()
        path.unlink()
    if told["new"] != people:
        raise RuntimeError(f"{told['new']} people of {people} were taken in")
    return {
        "speed": people / told["wall"],
        "of_cpu": people / told["processor"],
        "memory": told["memory"],
    }


def write_people(path: Path, people: int, seed: int) -> None:
    """Write a file of made-up people; the same seed gives the same file."""
    chosen = random.Random(seed)
    given = [_word(chosen, 2) for _ in range(600)]
    family = [_word(chosen, 3) for _ in range(12_000)]
    firms = [f"{_word(chosen, 2)} {ending}" for ending in ("s.r.o.", "GmbH", "a.s.") for _ in range(800)]
    functions = ("Buyer", "Head of Purchasing", "Einkäufer", "Nákupčí", "Engineer", "Managing Director")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(people):
            first, last = chosen.choice(given), chosen.choice(family)
            writer.writerow(
                (
                    first,
                    last,
                    f"{seed}.{number}@example.test",
                    f"+420 {chosen.randrange(10**9):09}",
                    chosen.choice(firms),
                    chosen.choice(functions),
                    chosen.randrange(5),
                    f"{chosen.randrange(20, 200)} 000",
                )
            )


def _word(chosen: random.Random, syllables: int) -> str:
    return ("".join(chosen.choices(_SYLLABLES, k=syllables)) + chosen.choice(_ENDINGS)).capitalize()


def _measure(path: Path, staff: bytes) -> dict[str, float]:
    """Import one file in this process, and say how long that took and how much memory it had."""
    import django

    django.setup()
    from aboveboard.apps.intake.importing import run_import
    from aboveboard.apps.intake.order import ImportOrder, parse_notice, parse_relation
    from aboveboard.core.terms import EntityId, PurposeId, StaffId

    now = datetime.now(UTC)
    order = ImportOrder(
        path, EntityId("cz"), parse_relation("customer"), PurposeId("customer-relationship"), "made up for a bench",
        parse_notice("send", now.date()),
    )  # fmt: skip
    wall, processor = time.perf_counter(), time.process_time()
    report = run_import(order, by=StaffId(staff), now=now, progress=lambda _: None).report
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    if report is None:
        raise RuntimeError("the import was refused")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": wall, "processor": processor, "memory": memory, "new": report["people"]["new"]}


if __name__ == "__main__":
    print(json.dumps(_measure(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))))
