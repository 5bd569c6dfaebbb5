"""The suite about itself: the network is shut, both stores are there, a skip can be made a failure."""

import os
import socket

import pytest
from django.db import connections

from tests.support.cell import Cell
from tests.support.longest import LONGEST_FIRST
from tests.support.network import NetworkShutError
from tests.support.present import ROOT, as_required
from tests.support.shared import shared


def test_a_test_cannot_reach_another_machine():
    """What a test needs lies on this machine; an address elsewhere is refused before a packet leaves."""
    with socket.socket() as here, pytest.raises(NetworkShutError):
        here.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkShutError):
        socket.getaddrinfo("example.org", 80)


def test_a_test_reaches_this_machine():
    """A server of one's own on loopback is reached as usual."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as here:
        assert here.connect_ex(server.getsockname()) == 0


@pytest.mark.django_db
def test_both_stores_answer():
    """A test that touches one store may touch the other."""
    for alias in ("default", "vault"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)


@pytest.mark.postgres
def test_postgresql_binds_on_the_server(cell: Cell):
    """On PostgreSQL values travel apart from the statement, and what is run again and again is prepared."""
    cell.look([cell.person()])
    connection = connections["vault"]
    assert connection.vendor == "postgresql"
    assert connection.connection.cursor_factory.__name__ == "ServerBindingCursor"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO ledger_pending%%'"
        )
        assert cursor.fetchone()[0] > 0


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_sqlite_is_durable_and_checks_its_foreign_keys():
    """A commit on the embedded store is on the disk before anyone acts on it."""
    connection = connections["vault"]
    with connection.cursor() as cursor:
        said = {}
        for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            cursor.execute(f"PRAGMA {pragma}")
            said[pragma] = cursor.fetchone()[0]
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20000}


@pytest.mark.parametrize(("required", "outcome"), [("1", pytest.fail.Exception), ("0", pytest.skip.Exception)])
def test_what_is_missing_fails_only_where_everything_is_required(monkeypatch, required, outcome):
    """On a developer's machine a missing file is skipped with its reason; where all is required it fails."""
    monkeypatch.setitem(os.environ, "ABOVEBOARD_REQUIRE_ALL", required)
    with pytest.raises(outcome, match="no-such-folder"):
        shared("no-such-folder")


@pytest.mark.parametrize(("required", "outcome"), [("1", "failed"), ("0", "skipped")])
def test_a_test_that_skips_itself_fails_where_everything_is_required(monkeypatch, required, outcome):
    """Whatever made it skip: nobody takes a test that did not run for one that passed."""
    monkeypatch.setitem(os.environ, "ABOVEBOARD_REQUIRE_ALL", required)
    told = pytest.TestReport("a test", ("", 0, ""), {}, "skipped", ("a file", 1, "not on this machine"), "call")
    report = as_required(told)
    assert report.outcome == outcome
    assert "not on this machine" in str(report.longrepr)


def test_the_files_that_come_first_are_there():
    """A file that was renamed would come last, and a worker be left alone with it."""
    assert [name for name in LONGEST_FIRST if not (ROOT / "tests" / name).is_file()] == []
    assert len(set(LONGEST_FIRST)) == len(LONGEST_FIRST)
