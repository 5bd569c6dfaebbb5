"""How fast pending entries become a signed log: claimed, opened, labelled, committed, published, signed.

Two mixes: each entry about one person (looks at single records), and each about fifty (lists). The rows lie in the
queue before the clock starts; it stops when the checkpoint over the last of them is signed. One sequencer does it all,
as `serve` has one.
"""

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import connections, transaction

from bench.figures import Figure
from bench.stage import CONTACT, Stage, take_in

if TYPE_CHECKING:
    from aboveboard.apps.ledger.sequencer import Sequencer

PEOPLE, LEAVES, SETS = 5000, 24_000, 5
GOAL = 10_000


def run(stage: Stage, database: str, *, quick: bool) -> list[Figure]:
    """Measure leaves a second from claim to signature, in both mixes by turns."""
    from aboveboard.apps.ledger.sequencer import Sequencer, sequencing

    take_in(stage, 500 if quick else PEOPLE)
    leaves = 2000 if quick else LEAVES
    walls: dict[int, list[float]] = {1: [], 50: []}
    processors: dict[int, list[float]] = {1: [], 50: []}
    with sequencing():
        sequencer = Sequencer()
        drained_by(sequencer, stage, _looks(stage, 1000, 1))
        for _ in range(2 if quick else SETS):
            for together, found in walls.items():
                wall, processor = drained_by(sequencer, stage, _looks(stage, leaves, together))
                found.append(leaves / wall)
                processors[together].append(leaves / processor)
    return [
        Figure(
            "sequencer", database, f"leaves from claim to signature, {_said(together)}", tuple(found), "a second", GOAL,
            beside=f"{sorted(processors[together])[len(found) // 2]:,.0f} a second of the sequencer's own CPU",
        )
        for together, found in walls.items()
    ]  # fmt: skip


def _said(together: int) -> str:
    return "one person an entry" if together == 1 else f"{together} people an entry"


def _looks(stage: Stage, leaves: int, together: int) -> list[list[bytes]]:
    chosen = random.Random(1)
    return [chosen.sample(stage.people, together) for _ in range(leaves // together)]


def drained_by(sequencer: "Sequencer", stage: Stage, looks: Sequence[Sequence[bytes]]) -> tuple[float, float]:
    """Lay *looks* into the queue, have them sequenced, and give the seconds and the seconds of CPU that took."""
    lay_looks(stage, looks)
    wall, processor = time.perf_counter(), time.process_time()
    written = sequencer.drain()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    if written != sum(map(len, looks)):
        raise RuntimeError(f"{written} leaves were written")
    return wall, processor


def lay_looks(stage: Stage, looks: Sequence[Sequence[bytes]]) -> None:
    """Lay looks of the seller, each at some people, into the queue, as the gate would have written them."""
    from aboveboard.apps.ledger import rows
    from aboveboard.apps.ledger.actions import pending_row
    from aboveboard.core.entries import Entry, EntryKind, SubjectLine

    made = []
    for people in looks:
        entry = Entry(
            kind=EntryKind.LOOK,
            at=datetime.now(UTC),
            operation="consult",
            actor=stage.staff(),
            role="seller",
            entity="cz",
            country="CZ",
            established="workplace",
            purpose="customer-relationship",
            verdict="permit",
            transfer="within-eea",
            rules="0" * 64,
            subjects=tuple(SubjectLine(person, CONTACT) for person in people),
        )
        row = pending_row(entry)
        made.append((row.id, row.sealed, row.entry_hash, row.committed_us))
    with transaction.atomic(using="vault"):
        rows.insert("ledger_pending", ("id", "sealed", "entry_hash", "committed_us"), made)
    if connections["vault"].vendor == "postgresql":
        with connections["vault"].cursor() as cursor:
            cursor.execute("ANALYZE ledger_pending")
