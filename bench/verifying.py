"""How long a stranger takes to check a whole log with the standalone verifier: every entry, tile and root of its index.

The log is laid down as any mirror holds it, in batches of a thousand lines and of eight; the file is run as it is
built, in a process of its own.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.note import NoteSigner, VerifierKey
from aboveboard.core.tlog.replaying import Part, grown
from aboveboard.core.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, TileBuilder, encode_bundle
from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy
from bench.figures import Figure
from bench.stage import Stage
from verifier.build import build

LEAVES, SETS, GOAL = 1_000_000, 3, 60
BATCHES = (1000, 8)
ORIGIN = "bench.test/log"


def run(_stage: Stage, database: str, *, quick: bool) -> list[Figure]:
    """Measure seconds for a log of a million, at both sizes of batch."""
    if database != "sqlite":
        return []
    leaves, sets = (20_000, 1) if quick else (LEAVES, SETS)
    figures = []
    with tempfile.TemporaryDirectory() as kept:
        file, _ = build(Path(kept))
        for batch in BATCHES:
            folder = Path(kept) / f"log-{batch}"
            lay(folder, leaves, batch)
            took = [checked(file, folder) for _ in range(sets)]
            walls, processors, memory = zip(*took, strict=True)
            figures.append(Figure(
                "verifying", "none", f"whole log of {leaves:,} verified, {batch} lines a batch", walls, "s", GOAL,
                at_least=False,
                beside=f"{sorted(processors)[sets // 2]:.1f} s of CPU together; {max(memory):,.0f} MB in one process",
            ))  # fmt: skip
    return figures


# A small process in between: what it measures of its children, the memory too, is theirs alone.
_MEASURE = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run([sys.executable, "-I", *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


def checked(file: Path, folder: Path) -> tuple[float, float, float]:
    """Seconds, seconds of CPU, and megabytes in the largest process, that the standalone verifier takes."""
    given = [str(file), str(folder), "--trust", str(folder.with_suffix(".keys"))]
    done = subprocess.run([sys.executable, "-c", _MEASURE, *given], check=True, capture_output=True, text=True)
    wall, processor, memory = json.loads(done.stdout)
    return wall, processor, memory


def lay(folder: Path, size: int, batch: int) -> None:
    """Write the files of a log of *size* entries, and the keys to trust beside it."""
    signer, builder = NoteSigner(ORIGIN, hashlib.sha256(ORIGIN.encode()).digest()), TileBuilder()
    waiting: list[bytes] = []
    for data in _leaves(size, batch):
        waiting.append(data)
        if len(waiting) == 64 * TILE_WIDTH or builder.size + len(waiting) == size:
            for start in range(0, len(waiting), TILE_WIDTH):
                entries = waiting[start : start + TILE_WIDTH]
                bundle = Tile(ENTRIES, (builder.size + start) // TILE_WIDTH, len(entries))
                _write(folder / bundle.path, encode_bundle(entries))
            growth = builder.extend(map(leaf_hash, waiting))
            for tile, hashes in growth.tiles:
                _write(folder / tile.path, hashes)
            builder, waiting = growth.builder, []
    note = sign_checkpoint(Checkpoint(ORIGIN, size, builder.root()), signer)
    _write(folder / "checkpoint", note.encode().encode())
    trust = TrustPolicy((Log(VerifierKey.parse(signer.vkey)),), (), (), NO_QUORUM)
    _write(folder.with_suffix(".keys"), trust.encode())


def _leaves(size: int, batch: int) -> Iterator[bytes]:
    """Lines with random labels, and behind each batch, and at the end, the index that has to stand there."""
    tree: Part = ()
    fresh: list[bytes] = []
    for index in range(size):
        if index % (batch + 1) == batch or index == size - 1:
            tree, root = grown(tree, fresh)
            fresh = []
            yield IndexLeaf(root, index).encode()
        else:
            label = os.urandom(32)
            fresh.append(label + index.to_bytes(8, "big"))
            yield b"\x01\x02" + label + label + label


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
