"""From commit to signed checkpoint: how long a look waits for its place in the log, under full read load.

Sixteen clients read as fast as the server answers while one sequencer runs with the tick of a fresh installation, as
`aboveboard serve` runs it. Beside them this process asks for looks of its own, one after the other, and waits for each
until the signed head outside the home covers its leaf.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connections

from bench.figures import Figure
from bench.gate import CLIENTS, lay_plain, requests_of
from bench.load import put_on, warm
from bench.server import serving
from bench.stage import CONTACT, PURPOSE, Stage, drain, question, take_in
from tests.support.present import ROOT

PEOPLE, SECONDS, ROUNDS = 5000, 8.0, 5
GOAL = 1.0


def run(stage: Stage, database: str, *, quick: bool) -> list[Figure]:
    """Measure median and 99th percentile of the delay, in rounds of reading."""
    take_in(stage, 500 if quick else PEOPLE)
    wanted = requests_of(stage, lay_plain(stage))["gated", "read"]
    drain()
    middle, late, rates = [], [], []
    seconds = 1.5 if quick else SECONDS
    with serving() as (port, _), _sequencing(), ThreadPoolExecutor(1) as beside:
        warm(port, CLIENTS, wanted)
        list(_probed(stage, 0.1))
        for _ in range(1 if quick else ROUNDS):
            load = beside.submit(put_on, port, CLIENTS, seconds, wanted)
            delays = sorted(_probed(stage, seconds))
            middle.append(delays[len(delays) // 2])
            late.append(delays[int(len(delays) * 0.99)])
            rates.append(load.result().rate)
    told = f"at {sorted(rates)[len(rates) // 2]:,.0f} looks a second, sequenced at the same time"
    return [
        Figure("delay", database, "commit to signed, median", tuple(middle), "s", GOAL, at_least=False, beside=told),
        Figure("delay", database, "commit to signed, 99th percentile", tuple(late), "s", GOAL, at_least=False),
    ]


def _probed(stage: Stage, seconds: float) -> Iterator[float]:
    """Ask for looks for *seconds*, and give for each how long it took until it was signed."""
    from aboveboard.apps.gate.asking import ask

    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        asked = ask(question(stage, "seller-cz", stage.people[:1], "consult", CONTACT, PURPOSE))
        committed = time.perf_counter()
        while not _signed(asked.entry_hash):
            time.sleep(0.005)
        yield time.perf_counter() - committed


def _signed(entry_hash: bytes) -> bool:
    from aboveboard.apps.ledger.actions import signed_size

    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT seq FROM ledger_receipt WHERE entry_hash = %s", [entry_hash])
        row = cursor.fetchone()
    return row is not None and row[0] < signed_size()


@contextmanager
def _sequencing() -> Iterator[None]:
    """Run the product's own sequencer beside, until the block ends."""
    command = [sys.executable, "-m", "aboveboard", "sequence"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()
