"""What completeness costs as the log grows, from ten thousand leaves to a million.

One log, grown in three steps. One person stands in a thousand entries of the first ten thousand; after that the log
grows by other people only, so whatever of their evidence grows, grows with the log alone. At each step: how fast the
last leaves were sequenced, index included, what memory that took, and how long their evidence takes to be made and
verified. All of it runs in this process, one thing after the other.
"""

import os
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from statistics import median

from bench.figures import Figure
from bench.sequencer import GOAL, drained_by, lay_looks
from bench.stage import CONTACT, Stage, drain, question, take_in, take_in_through_gate

STEPS, QUICK_STEPS = (10_000, 100_000, 1_000_000), (2_000, 4_000)
PEOPLE, TOGETHER, AT_ONCE = 5_000, 50, 20_000
TELLING = 1_000
"""Leaves of a batch from which on its rate says something; the last of a step may have a handful."""
ENTRIES, PROOFS, TIMES = 1_000, 20_000, 5
OVERSIGHT = "data-protection-oversight"
MIB = 1 << 20


def run(stage: Stage, database: str, *, quick: bool) -> list[Figure]:
    """Grow the log step by step and measure at each."""
    steps = QUICK_STEPS if quick else STEPS
    person = _known_person(stage, 100 if quick else ENTRIES)
    take_in(stage, 200 if quick else PEOPLE)
    figures: list[Figure] = []
    for size in steps:
        figures += _of_sequencing(database, size, list(_grown(stage, size, person)))
        figures += _of_evidence(stage, database, size, person)
        figures += _of_proofs(database, size, PROOFS // 20 if quick else PROOFS)
    return figures


def _known_person(stage: Stage, entries: int) -> bytes:
    """Take in one person, and let them be looked at *entries* times, one look behind the other."""
    (person,) = take_in_through_gate(stage, 1)
    lay_looks(stage, [[person]] * entries)
    drain()
    return person


def _grown(stage: Stage, size: int, person: bytes) -> Iterator[tuple[float, int]]:
    """Sequence looks at lists of others until the log has *size* leaves, with one sequencer, as `serve` has one.

    The rate of each twenty thousand, and the memory that the process beside the sequencer has then.
    """
    from aboveboard.apps.ledger.publishing import stored_head
    from aboveboard.apps.ledger.sequencer import Sequencer, sequencing

    others, chosen = [one for one in stage.people if one != person], Random(size)
    with sequencing():
        sequencer = Sequencer()
        while (left := size - stored_head()[0]) > 0:
            lists = max(1, min(left, AT_ONCE) // TOGETHER)
            wall, _ = drained_by(sequencer, stage, [chosen.sample(others, TOGETHER) for _ in range(lists)])
            if lists * TOGETHER >= TELLING:
                yield lists * TOGETHER / wall, _beside()


def _of_sequencing(database: str, size: int, grown: list[tuple[float, int]]) -> list[Figure]:
    if not grown:
        return []
    told = (
        f"resident memory {_resident() / MIB:.0f} MiB, of the index's process {grown[-1][1] / MIB:.0f};"
        f" the first of this step {grown[0][0]:,.0f}"
    )
    what = f"leaves with their index from claim to signature, lists of {TOGETHER}, up to {size:,}"
    return [Figure("million", database, what, tuple(rate for rate, _ in grown[-5:]), "a second", GOAL, beside=told)]


def _of_evidence(stage: Stage, database: str, size: int, person: bytes) -> list[Figure]:
    from aboveboard.apps.evidence.pack import make_pack
    from aboveboard.core.tlog.trust import TrustPolicy
    from aboveboard.core.verify import verify_pack

    made_in, verified_in, sizes, lines = [], [], [], 0
    for _ in range(TIMES):
        put = question(stage, "dpo-cz", [person], "disclose", CONTACT, OVERSIGHT)
        began = time.perf_counter()
        made = make_pack(put.subjects[0], actor=put.actor, purpose=put.purpose, place=put.place, now=put.asked_at)
        made_in.append(time.perf_counter() - began)
        if made.files is None:
            raise RuntimeError("a proof was refused")
        lines, trust = made.lines, TrustPolicy.parse(_trusted())
        sizes.append(sum(map(len, made.files.values())) / 1e6)
        began = time.perf_counter()
        report = verify_pack(made.files, trust)
        verified_in.append(time.perf_counter() - began)
        if not report.holds:
            raise RuntimeError("the evidence does not hold")
        drain()
    about = f"evidence of one person, {lines:,} lines, log of {size:,}"
    return [
        Figure("million", database, f"{about}: made", tuple(made_in), "s", 1.0, at_least=False),
        Figure("million", database, f"{about}: verified by core", tuple(verified_in), "s", 1.0, at_least=False),
        Figure("million", database, f"{about}: size", tuple(sizes), "MB", 2.0, at_least=False),
    ]


def _of_proofs(database: str, size: int, count: int) -> list[Figure]:
    from aboveboard.apps.evidence.logs import current_log
    from aboveboard.apps.ledger.index import open_to_read
    from aboveboard.core.tlog.growing import PrefixTree

    log, chosen = current_log(), Random(size)
    places = [chosen.randrange(log.size) for _ in range(count)]
    prover = log.prover()
    for place in places:
        prover.inclusion(place)  # the tiles are read once
    inclusion, absence, length = [], [], 0.0
    with closing(open_to_read()) as file, file.reading():
        tree = PrefixTree(file)
        for _ in range(TIMES):
            began = time.perf_counter()
            for place in places:
                prover.inclusion(place)
            inclusion.append(count / (time.perf_counter() - began))
            some = [os.urandom(32) for _ in range(count // 10)]
            began = time.perf_counter()
            length = median(len(tree.prove([label])) for label in some)
            absence.append(len(some) / (time.perf_counter() - began))
    from_tiles = f"inclusion proofs from cached tiles, log of {size:,}"
    return [
        Figure("million", database, from_tiles, tuple(inclusion), "a second", GOAL),
        Figure(
            "million", database, f"proofs of absence from the index, log of {size:,}", tuple(absence), "a second",
            beside=f"{length:,.0f} bytes each",
        ),
    ]  # fmt: skip


def _trusted() -> str:
    from aboveboard.apps.ledger.publishing import log_origin, log_signer

    return f"log {log_signer(log_origin()).vkey}\nquorum none\n"


def _beside() -> int:
    """Give the memory of the processes that this one has started, in bytes."""
    own, found = os.getpid(), 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == own:
                found += int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return found


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
