"""Many rows at once, in the fastest way each database has: COPY on PostgreSQL, executemany on SQLite."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.db import connections

from aboveboard.apps.ledger import direct

CELL = "vault"
_CHUNK = 500
FEW = 8
"""Up to so many rows one INSERT is faster than COPY."""


def is_postgresql() -> bool:
    """Tell whether the cell stands on PostgreSQL."""
    return connections[CELL].vendor == "postgresql"


def insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert *rows* into *table* of the cell, inside the transaction that is open."""
    if not rows:
        return
    names, marks = ", ".join(columns), f"({', '.join(['%s'] * len(columns))})"
    if is_postgresql() and len(rows) <= FEW:
        values = [value for row in rows for value in row]
        change(f"INSERT INTO {table} ({names}) VALUES {', '.join([marks] * len(rows))}", values)
        return
    types = _types(table, tuple(columns)) if is_postgresql() else []
    with connections[CELL].cursor() as cursor:
        if types:
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(types)
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES {marks}", rows)


@cache
def _types(table: str, columns: tuple[str, ...]) -> list[int]:
    """Give PostgreSQL's numbers of the columns' types, which its binary form does not say by itself."""
    with connections[CELL].cursor() as cursor:
        cursor.execute(
            "SELECT attname, CAST(atttypid AS bigint) FROM pg_attribute WHERE attrelid = CAST(%s AS regclass)", [table]
        )
        known = dict(cursor.fetchall())
    return [known[column] for column in columns]


def fetch(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Give all rows of *query* as the driver reads them, which is what the read line has time for.

    On PostgreSQL the statement is prepared once a connection and rows come in binary form; times and days of SQLite
    come as the texts it keeps.
    """
    connection = connections[CELL]
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())
    connection.ensure_connection()
    with connection.wrap_database_errors:
        if direct.can_run(connection.connection, values):
            return direct.run(connection.connection, query, values)[0]
        with connection.connection.cursor(binary=True) as cursor:
            return list(cursor.execute(query, values).fetchall())


def change(statement: str, values: Sequence[Any]) -> int:
    """Run a statement as `fetch` runs a query, committed by itself unless a transaction is open; the rows it met."""
    connection = connections[CELL]
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        if direct.can_run(connection.connection, values):
            return direct.run(connection.connection, statement, values)[1]
        with connection.connection.cursor() as cursor:
            return int(cursor.execute(statement, values).rowcount)


def among(column: str, ids: Sequence[bytes]) -> tuple[str, list[Any]]:
    """Give the condition that *column* is among *ids*, with its parameters."""
    if len(ids) == 1:
        return f"{column} = %s", list(ids)
    if is_postgresql():
        return f"{column} = ANY(%s::bytea[])", [_array(ids)]
    return f"{column} IN ({', '.join(['%s'] * len(ids))})", list(ids)


def _array(ids: Sequence[bytes]) -> str:
    """Write *ids* as PostgreSQL writes an array of bytea; the driver takes ten times as long over a list."""
    return "{" + ",".join([f'"\\\\x{one.hex()}"' for one in ids]) + "}"


def select_in(query: str, values: Sequence[bytes]) -> Iterator[tuple[Any, ...]]:
    """Run *query*, whose one ``{}`` stands for ``IN (...)``, over *values* in chunks."""
    with connections[CELL].cursor() as cursor:
        if is_postgresql():
            cursor.execute(query.format("= ANY(%s::bytea[])"), [_array(values)])
            yield from cursor.fetchall()
            return
        for start in range(0, len(values), _CHUNK):
            chunk = values[start : start + _CHUNK]
            cursor.execute(query.format(f"IN ({', '.join(['%s'] * len(chunk))})"), chunk)
            yield from cursor.fetchall()


def execute_in(statement: str, values: Sequence[bytes]) -> int:
    """Run a DELETE or UPDATE whose one ``{}`` stands for ``IN (...)``; how many rows it met."""
    done = 0
    with connections[CELL].cursor() as cursor:
        if is_postgresql():
            cursor.execute(statement.format("= ANY(%s::bytea[])"), [_array(values)])
            return int(cursor.rowcount)
        for start in range(0, len(values), _CHUNK):
            chunk = values[start : start + _CHUNK]
            cursor.execute(statement.format(f"IN ({', '.join(['%s'] * len(chunk))})"), chunk)
            done += cursor.rowcount
    return done
