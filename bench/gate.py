"""What the gate costs: reading, listing and writing through it, against the same rows in plain text.

Both sides answer on one server with the same sign-in, middleware and serializer. Five sets, in each every kind of
request once; the ratio is taken within a set, because the machine is another one a minute later. Entries are
sequenced between the rounds; ``with the sequencer running`` shows the read while that goes on at the same time.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson
from django.db import connections

from bench.figures import Figure
from bench.load import Load, put_on, request, warm
from bench.server import serving, spent
from bench.stage import CONTACT, Stage, drain, take_in, values_of

PEOPLE, CLIENTS, SETS, SECONDS = 20_000, 16, 5, 3.0
AT_A_TIME = 50
GOALS = {"read": 0.70, "list of 50": 0.30, "write of four facts": 0.60}


@dataclass(frozen=True)
class Round:
    """One kind of request, put on for a while: answers a second and CPU an answer, in microseconds."""

    load: Load
    app_us: float
    database_us: float

    @property
    def cpu_us(self) -> float:
        """CPU of server and database for one answer."""
        return self.app_us + self.database_us


def run(stage: Stage, database: str, *, quick: bool) -> list[Figure]:
    """Measure the ratios of gated to plain."""
    take_in(stage, 1000 if quick else PEOPLE)
    source = lay_plain(stage)
    sets: dict[str, list[tuple[Round, Round]]] = {kind: [] for kind in GOALS}
    with serving() as (port, pid):
        pids = (pid, _postmaster(stage))
        requests = requests_of(stage, source)
        for one in requests.values():
            warm(port, CLIENTS, one)
        drain()
        for _ in range(2 if quick else SETS):
            for kind in GOALS:
                pair = [
                    _round(port, pids, requests[side, kind], 0.5 if quick else SECONDS) for side in ("plain", "gated")
                ]
                sets[kind].append((pair[0], pair[1]))
                drain()
    return [figure for kind, rounds in sets.items() for figure in _figures(kind, rounds, database)]


def _figures(kind: str, rounds: Sequence[tuple[Round, Round]], database: str) -> list[Figure]:
    failed = [one.load.failed for pair in rounds for one in pair if one.load.failed or not one.load.answers]
    if failed:
        raise RuntimeError(f"{kind}: some answers were errors or did not come, so the figures say nothing: {failed}")
    plain, gated = ([pair[side] for pair in rounds] for side in (0, 1))
    cpu = [
        f"{_middle(side, lambda r: r.app_us):.0f} + {_middle(side, lambda r: r.database_us):.0f}"
        for side in (plain, gated)
    ]
    return [
        Figure(
            "gate", database, f"{kind}, gated to plain",
            tuple(g.load.rate / p.load.rate for p, g in rounds), "",
            GOALS[kind] if database == "postgres" else None,
            beside=f"CPU a request, app + database: plain {cpu[0]} us, gated {cpu[1]} us",
        ),
        Figure(
            "gate", database, f"{kind}, CPU of plain to gated", tuple(p.cpu_us / g.cpu_us for p, g in rounds), "",
        ),
        Figure(
            "gate", database, f"{kind}, gated", tuple(g.load.rate for g in gated), "a second",
            beside=f"plain {_middle(plain, lambda r: r.load.rate):,.0f} a second;"
            f" p50 {_middle(gated, lambda r: r.load.p50):.1f} ms, p99 {_middle(gated, lambda r: r.load.p99):.1f} ms",
        ),
    ]  # fmt: skip


def _middle(rounds: Sequence[Round], of: Callable[[Round], float]) -> float:
    return sorted(map(of, rounds))[len(rounds) // 2]


def _round(port: int, pids: tuple[int, int], requests: Sequence[str], seconds: float) -> Round:
    before = [spent(pid) if pid else 0.0 for pid in pids]
    load = put_on(port, CLIENTS, seconds, requests)
    app, database = (
        1e6 * ((spent(pid) if pid else 0.0) - was) / max(load.answers, 1) for pid, was in zip(pids, before, strict=True)
    )
    return Round(load, app, database)


def _postmaster(stage: Stage) -> int:
    if stage.cluster is None:
        return 0
    return int((stage.cluster.data / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])


def lay_plain(stage: Stage) -> bytes:
    """Lay the same people in plain text beside the vault; the id of a source for what is written."""
    from aboveboard.apps.vault.actions import new_source

    binary = "bytea" if stage.cluster else "blob"
    with connections["vault"].cursor() as cursor:
        columns = ", ".join(f"{category.lower()} text NOT NULL" for category in CONTACT)
        cursor.execute(f"CREATE TABLE bench_plain (id {binary} PRIMARY KEY, {columns})")
        cursor.execute(
            f"CREATE TABLE bench_plain_fact (id {binary} PRIMARY KEY, person {binary} NOT NULL,"
            " category text NOT NULL, value text NOT NULL)"
        )
        cursor.execute("CREATE INDEX bench_plain_fact_person ON bench_plain_fact (person)")
        cursor.executemany(
            "INSERT INTO bench_plain VALUES (%s, %s, %s, %s, %s)",
            [(person, *values_of(number).values()) for number, person in enumerate(stage.people)],
        )
    return new_source("made up for a bench", public=False)


def requests_of(stage: Stage, source: bytes) -> dict[tuple[str, str], list[str]]:
    """Give requests of each side and kind, at people chosen the same way in every run."""
    chosen = random.Random(1)
    made = {}
    for side in ("plain", "gated"):
        people = [chosen.choice(stage.people).hex() for _ in range(2000)]
        pages = [",".join(one.hex() for one in chosen.sample(stage.people, AT_A_TIME)) for _ in range(200)]
        list_path = "/bench/plain-list" if side == "plain" else "/bench/gated-list"
        made[side, "read"] = [request("GET", f"/bench/{side}/{one}", stage.token) for one in people]
        made[side, "list of 50"] = [request("GET", f"{list_path}?ids={page}", stage.token) for page in pages]
        made[side, "write of four facts"] = [
            request("POST", f"/bench/{side}-write/{one}", stage.token, body, X_Source=source.hex())
            for one, body in zip(people, _bodies(chosen), strict=False)
        ]
    return made


def _bodies(chosen: random.Random) -> list[bytes]:
    return [orjson.dumps(values_of(chosen.randrange(10**6, 10**7))) for _ in range(2000)]
