"""How fast leaf hashes become tiles: the builder alone, without keys, database or disk."""

import hashlib
import time

from aboveboard.core.tlog.tiles import TileBuilder
from bench.figures import Figure
from bench.stage import Stage

BATCH, BATCHES, SETS = 8000, 25, 5
GOAL = 100_000


def run(_stage: Stage, database: str, *, quick: bool) -> list[Figure]:
    """Measure how many leaves a second the builder takes in, in batches as the sequencer makes them."""
    if database != "sqlite":
        return []
    batches = [
        [hashlib.sha256(f"{batch} {number}".encode()).digest() for number in range(BATCH)]
        for batch in range(2 if quick else BATCHES)
    ]
    walls, processors = [], []
    for _ in range(SETS):
        wall, processor = time.perf_counter(), time.process_time()
        builder = TileBuilder()
        for batch in batches:
            builder = builder.extend(batch).builder
        walls.append(builder.size / (time.perf_counter() - wall))
        processors.append(builder.size / (time.process_time() - processor))
    return [
        Figure(
            "tiles", "none", "leaves into tiles", tuple(walls), "a second", GOAL,
            beside=f"{sorted(processors)[SETS // 2]:,.0f} a second of CPU; {builder.size:,} leaves a set",
        )
    ]  # fmt: skip
