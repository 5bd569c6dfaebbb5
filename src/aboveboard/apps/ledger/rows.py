"""Many rows at once, in the fastest way each database has: COPY on PostgreSQL, executemany on SQLite."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections

CELL = "vault"
_CHUNK = 500


def is_postgresql() -> bool:
    """Tell whether the cell stands on PostgreSQL."""
    return connections[CELL].vendor == "postgresql"


def insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert *rows* into *table* of the cell, inside the transaction that is open."""
    if not rows:
        return
    names = ", ".join(columns)
    with connections[CELL].cursor() as cursor:
        if is_postgresql():
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def select_in(query: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Run *query*, whose one ``{}`` stands for ``IN (...)``, over *values* in chunks."""
    with connections[CELL].cursor() as cursor:
        if is_postgresql():
            cursor.execute(query.format("= ANY(%s)"), [list(values)])
            yield from cursor.fetchall()
            return
        for start in range(0, len(values), _CHUNK):
            chunk = values[start : start + _CHUNK]
            cursor.execute(query.format(f"IN ({', '.join(['%s'] * len(chunk))})"), chunk)
            yield from cursor.fetchall()


def execute_in(statement: str, values: Sequence[Any]) -> int:
    """Run a DELETE or UPDATE whose one ``{}`` stands for ``IN (...)``; how many rows it met."""
    done = 0
    with connections[CELL].cursor() as cursor:
        if is_postgresql():
            cursor.execute(statement.format("= ANY(%s)"), [list(values)])
            return int(cursor.rowcount)
        for start in range(0, len(values), _CHUNK):
            chunk = values[start : start + _CHUNK]
            cursor.execute(statement.format(f"IN ({', '.join(['%s'] * len(chunk))})"), chunk)
            done += cursor.rowcount
    return done
