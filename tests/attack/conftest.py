"""What attacks stand on: the sample cell with marked people in it, and whole homes that can be broken."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres
from tests.support.cell import Cell
from tests.support.cli import Home, found_sample, sample_home
from tests.support.forked import ForkedHome
from tests.support.marked import Marked, mark
from tests.support.marks import Marks
from tests.support.postgres import Cluster

PEOPLE = 40
STORES = ("commercial", "cell")


@pytest.fixture
def marks() -> Marks:
    """Marked words of this test alone, since a database may remember those of another; a failure prints their seed."""
    seed = os.urandom(8).hex()
    print(f"marked words drawn from {seed}")
    return Marks(seed)


@pytest.fixture
def marked(cell: Cell, marks: Marks) -> Marked:
    """The sample cell with three marked people, all of it sequenced."""
    made = mark(cell, marks)
    cell.drain()
    return made


@dataclass
class Laid:
    """A sample home with people in it, laid down once a run, and the server of its databases where it has one."""

    folder: Path
    people: list[str]
    cluster: Cluster | None


@pytest.fixture(scope="session")
def laid_home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laid]:
    """The sample home, laid by the program's own command, with forty customers, sequenced."""
    folder = tmp_path_factory.mktemp("laid")
    on_server = request.config.getoption("--database") == "postgres"
    # What is killed here must have been written through.
    cluster = postgres.start(durable=True) if on_server else None
    home = sample_home(folder) if cluster is None else _founded(Home(folder, _databases(cluster, "laid")))
    people = home.take_in(*(f"Person Number {number}" for number in range(PEOPLE)))
    home.json("sequence", "--once")
    yield Laid(folder, people, cluster)
    if cluster is not None:
        cluster.stop()


def _founded(home: Home) -> Home:
    found_sample(home)
    return home


@pytest.fixture
def attacked(laid_home: Laid, tmp_path: Path) -> Iterator[ForkedHome]:
    """A home of one's own to attack, in `laid_home`'s state."""
    with copied(laid_home, tmp_path / "attacked") as home:
        yield home


_numbers = count()


@contextmanager
def copied(laid: Laid, folder: Path, tablespace: str = "pg_default") -> Iterator[ForkedHome]:
    """Copy *laid* to *folder*, with databases of its own, which go when they are no longer needed."""
    shutil.copytree(laid.folder, folder)
    name = f"copy{next(_numbers)}"
    if laid.cluster is not None:
        for store in STORES:
            tell(laid.cluster, f"CREATE DATABASE {name}_{store} TEMPLATE laid_{store} TABLESPACE {tablespace}")
    home = ForkedHome(folder, {} if laid.cluster is None else addresses_of(laid.cluster, name))
    try:
        yield home
    finally:
        home.close()
        if laid.cluster is not None:
            for store in STORES:
                tell(laid.cluster, f"DROP DATABASE {name}_{store} WITH (FORCE)")


def left_by(home: Home, laid: Laid) -> list[Path]:
    """Every folder a byte of an attacked home can lie in: stores, what is outside, scratch, the server's own files."""
    if laid.cluster is None:
        return [home.folder]
    tell(laid.cluster, "CHECKPOINT")
    return [home.folder, laid.cluster.folder]


def tell(cluster: Cluster, statement: str) -> None:
    """Tell a server something, as its owner."""
    with closing(psycopg.connect(cluster.url("postgres"), autocommit=True)) as connection:
        connection.execute(statement)


def _databases(cluster: Cluster | None, name: str) -> dict[str, str]:
    if cluster is None:
        return {}
    for store in STORES:
        cluster.create(f"{name}_{store}")
    return addresses_of(cluster, name)


def addresses_of(cluster: Cluster, name: str) -> dict[str, str]:
    """The variables that name the two databases called after *name*."""
    return {
        "ABOVEBOARD_DATABASE_URL": cluster.url(f"{name}_commercial"),
        "ABOVEBOARD_VAULT_DATABASE_URL": cluster.url(f"{name}_cell"),
    }
