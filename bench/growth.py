"""What growing costs: reading, proving and erasing among few people and among a million.

One home, filled in two steps. Each kind of work is done a number of times by the product's own functions, in this
process; the ratio is that of the medians of its time, late to early.
"""

import time
from collections.abc import Callable
from statistics import median

from bench.figures import Figure
from bench.stage import CONTACT, PURPOSE, Stage, drain, question, take_in, take_in_through_gate

FEW, MANY, TIMES = 10_000, 1_000_000, 60
GOAL = 1.5
OVERSIGHT = "data-protection-oversight"


def run(stage: Stage, database: str, *, quick: bool, people: int = MANY) -> list[Figure]:
    """Measure the three kinds of work twice, with many people between."""
    few, many, times = (500, 2000, 10) if quick else (FEW, people, TIMES)
    take_in(stage, few)
    early = _worked(stage, times)
    take_in(stage, many - few)
    late = _worked(stage, times)
    return [
        Figure(
            "growth", database, f"{kind}, time among {many:,} people to {few:,}",
            (median(late[kind]) / median(early[kind]),), "", GOAL, at_least=False,
            beside=f"{1000 * median(early[kind]):.1f} ms, then {1000 * median(late[kind]):.1f} ms",
        )
        for kind in early
    ]  # fmt: skip


def _worked(stage: Stage, times: int) -> dict[str, list[float]]:
    """Read, prove and erase people taken in through the gate, so that the log knows them; seconds for each time."""
    chosen = list(take_in_through_gate(stage, 2 * times))
    readers, leavers = chosen[:times], chosen[times:]
    for person in readers:
        _read(stage, person)
    drain()
    took = {"read": _timed(lambda person: _read(stage, person), readers)}
    drain()
    took["proof"] = _timed(lambda person: _prove(stage, person), readers)
    took["erasure"] = _timed(lambda person: _erase(stage, person), leavers)
    drain()
    return took


def _timed(work: Callable[[bytes], None], people: list[bytes]) -> list[float]:
    found = []
    for person in people:
        began = time.perf_counter()
        work(person)
        found.append(time.perf_counter() - began)
    return found


def _read(stage: Stage, person: bytes) -> None:
    from aboveboard.apps.gate.asking import ask

    if len(ask(question(stage, "seller-cz", [person], "consult", CONTACT, PURPOSE)).opened()) != len(CONTACT):
        raise RuntimeError("a read did not give what is held")


def _prove(stage: Stage, person: bytes) -> None:
    from aboveboard.apps.evidence.pack import make_pack

    put = question(stage, "dpo-cz", [person], "disclose", CONTACT, OVERSIGHT)
    made = make_pack(put.subjects[0], actor=put.actor, purpose=put.purpose, place=put.place, now=put.asked_at)
    if made.report is None or not made.lines:
        raise RuntimeError("a proof was refused")


def _erase(stage: Stage, person: bytes) -> None:
    from aboveboard.apps.gate.deeds import erase

    put = question(stage, "dpo-cz", [person], "erase", CONTACT, OVERSIGHT)
    if erase(put, put.subjects[0]).decision.verdict != "permit":
        raise RuntimeError("an erasure was refused")
