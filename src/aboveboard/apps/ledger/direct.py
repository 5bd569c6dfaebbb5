"""The shortest way to PostgreSQL: a statement prepared once a connection, then run in one exchange through libpq.

The driver's cursors do the same in several steps, each of which lets go of the interpreter; with some threads at work
that costs more than the statement. Values are always bound.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result

_KINDS: dict[type, tuple[int, int]] = {
    bytes: (17, pq.Format.BINARY),
    int: (20, pq.Format.TEXT),
    str: (0, pq.Format.TEXT),
    date: (1082, pq.Format.TEXT),
    type(None): (0, pq.Format.TEXT),
}
"""PostgreSQL's number of a type (0: let it find out) and how a value of it is sent; others go by the driver."""
_DONE = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})
_numbers = count()
_prepared: "WeakKeyDictionary[psycopg.Connection[Any], dict[tuple[str, tuple[int, ...]], bytes]]" = WeakKeyDictionary()


def can_run(connection: "psycopg.Connection[Any]", values: Sequence[Any]) -> bool:
    """Tell whether a statement with *values* may go this way now: by itself, outside of any transaction."""
    return connection.autocommit and all(type(value) in _KINDS for value in values)


def run(connection: "psycopg.Connection[Any]", query: str, values: Sequence[Any]) -> tuple[list[tuple[Any, ...]], int]:
    """Give the rows of *query*, if it has any, and how many rows it met.

    Raises:
        psycopg.Error: as the driver would raise it.
    """
    try:
        result = _run(connection, query, values)
    except psycopg.errors.InvalidSqlStatementName:
        # After a rollback the driver drops everything that was prepared on the connection.
        _prepared.pop(connection, None)
        result = _run(connection, query, values)
    transformer = Transformer(connection)
    transformer.set_pgresult(result)
    return transformer.load_rows(0, result.ntuples, tuple), result.command_tuples or 0


def _run(connection: "psycopg.Connection[Any]", query: str, values: Sequence[Any]) -> pq.abc.PGresult:
    kinds = [_KINDS[type(value)] for value in values]
    name = _name(connection, query, tuple([oid for oid, _ in kinds]))
    sent: list[Any] = [_sent(value) for value in values]
    result = connection.pgconn.exec_prepared(name, sent, [form for _, form in kinds], pq.Format.BINARY)
    if result.status not in _DONE:
        raise error_from_result(result)
    return result


def _name(connection: "psycopg.Connection[Any]", query: str, oids: tuple[int, ...]) -> bytes:
    known = _prepared.setdefault(connection, {})
    name = known.get((query, oids))
    if name is None:
        name = b"direct_%d" % next(_numbers)
        result = connection.pgconn.prepare(name, _numbered(query), oids)
        if result.status not in _DONE:
            raise error_from_result(result)
        known[query, oids] = name
    return name


@lru_cache(maxsize=500)
def _numbered(query: str) -> bytes:
    """Give *query* with ``$1``, ``$2`` in place of each ``%s``."""
    first, *rest = query.split("%s")
    return (first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))).encode()


def _sent(value: Any) -> bytes | None:
    return value if value is None or type(value) is bytes else str(value).encode()
