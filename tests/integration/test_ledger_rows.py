"""Statements that go the shortest way to the database: the same answers, errors and transactions as by any other."""

from datetime import date

import pytest
from django.db import DatabaseError, connections, transaction

from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.models import Pending

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)


def lay(number: int) -> bytes:
    """A pending row, and its id."""
    row = number.to_bytes(16, "big")
    Pending.objects.create(id=row, sealed=b"\x00sealed", entry_hash=bytes(32), committed_us=number)
    return row


def test_values_come_back_as_they_were_laid_down():
    """Bytes, numbers, texts, days and nothing at all."""
    row = lay(7)
    query = "SELECT id, sealed, committed_us, CAST(%s AS text), CAST(%s AS text) FROM ledger_pending WHERE id = %s"
    assert rows.fetch(query, ["Žofie", None, row]) == [(row, b"\x00sealed", 7, "Žofie", None)]
    assert rows.fetch("SELECT 1 WHERE CAST(%s AS date) IS NOT NULL", [date(2026, 11, 23)]) == [(1,)]


@pytest.mark.parametrize("wanted", [1, 2, 40])
def test_rows_are_found_by_one_id_and_by_many(wanted: int):
    """However many ids are asked for, exactly their rows come."""
    ids = [lay(number) for number in range(50)]
    condition, values = rows.among("id", ids[:wanted])
    found = rows.fetch(f"SELECT id FROM ledger_pending WHERE {condition}", values)
    assert {row for (row,) in found} == set(ids[:wanted])
    assert {bytes(row[0]) for row in rows.select_in("SELECT id FROM ledger_pending WHERE id {}", ids[:wanted])} == set(
        ids[:wanted]
    )


def test_a_change_tells_how_many_rows_it_met():
    """One that met nothing is told from one that met something."""
    row = lay(1)
    statement = "UPDATE ledger_pending SET committed_us = %s WHERE id = %s"
    assert (rows.change(statement, [5, row]), rows.change(statement, [5, bytes(16)])) == (1, 0)


def test_a_change_inside_a_transaction_goes_with_it():
    """What is rolled back is gone, also where the statement was the first of its transaction."""
    row = lay(1)
    statement = "UPDATE ledger_pending SET committed_us = 9 WHERE id = %s"
    with transaction.atomic(using="vault"):
        rows.change(statement, [row])
        transaction.set_rollback(True, using="vault")
    assert rows.fetch("SELECT committed_us FROM ledger_pending WHERE id = %s", [row]) == [(1,)]


def test_after_a_rollback_the_same_statement_runs_again():
    """The driver drops prepared statements then; nobody who asks notices."""
    row = lay(1)
    query = "SELECT committed_us FROM ledger_pending WHERE id = %s"
    assert rows.fetch(query, [row]) == [(1,)]
    with transaction.atomic(using="vault"):
        for _ in range(9):
            Pending.objects.filter(id=row).count()
        transaction.set_rollback(True, using="vault")
    assert rows.fetch(query, [row]) == [(1,)]


def test_an_error_comes_as_any_other_of_the_database_and_leaves_the_connection_whole():
    """Whoever catches errors of the database catches this one."""
    with pytest.raises(DatabaseError):
        rows.fetch("SELECT no_such_column FROM ledger_pending WHERE id = %s", [bytes(16)])
    lay(1)
    with pytest.raises(DatabaseError):
        rows.change("INSERT INTO ledger_pending (id) VALUES (%s)", [(1).to_bytes(16, "big")])
    assert rows.fetch("SELECT 1", []) == [(1,)]
    assert not connections["vault"].in_atomic_block


def test_few_rows_and_many_are_inserted_alike():
    """Whether in one statement or by COPY, what was handed over is what stands there."""
    for count in (0, 1, rows.FEW, rows.FEW + 1, 30):
        columns = ("id", "sealed", "entry_hash", "committed_us")
        laid = [((1000 * count + n).to_bytes(16, "big"), b"s", bytes(32), 1000 * count + n) for n in range(count)]
        with transaction.atomic(using="vault"):
            rows.insert("ledger_pending", columns, laid)
        found = rows.fetch("SELECT id FROM ledger_pending WHERE committed_us >= %s", [1000 * max(count, 1)])
        assert {row for (row,) in found} >= {row[0] for row in laid}
