"""The shortest way to PostgreSQL: a statement prepared once a connection, then run in one exchange through libpq.

The driver's cursors do the same in several steps, each of which lets go of the interpreter; with some threads at work
that costs more than the statement. Values are always bound.
"""

from collections.abc import Sequence
from datetime import date, datetime
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
    bool: (16, pq.Format.TEXT),
    date: (1082, pq.Format.TEXT),
    datetime: (1184, pq.Format.TEXT),
    type(None): (0, pq.Format.TEXT),
}
"""PostgreSQL's number of a type (0: let it find out) and how a value of it is sent; others go by the driver."""
_NO_PIPELINE = pq.PipelineStatus.OFF
_DONE = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})
_MOST_PREPARED = 200
_numbers = count()
_prepared: "WeakKeyDictionary[psycopg.Connection[Any], dict[tuple[str, tuple[int, ...]], bytes]]" = WeakKeyDictionary()


def can_run(connection: "psycopg.Connection[Any]", values: Sequence[Any]) -> bool:
    """Tell whether a statement with *values* may go this way: every value is of a type that is sent as it is."""
    return connection.pgconn.pipeline_status == _NO_PIPELINE and all(type(value) in _KINDS for value in values)


def run(connection: "psycopg.Connection[Any]", query: str, values: Sequence[Any]) -> tuple[list[tuple[Any, ...]], int]:
    """Give the rows of *query*, if it has any, and how many rows it met.

    Raises:
        psycopg.Error: as the driver would raise it.
    """
    if not connection.autocommit and connection.pgconn.transaction_status == pq.TransactionStatus.IDLE:
        # As the driver does: a transaction begins with its first statement.
        _done(connection, connection.pgconn.exec_(b"BEGIN"))
    result = _run(connection, query, values)
    transformer = Transformer(connection)
    transformer.set_pgresult(result)
    return transformer.load_rows(0, result.ntuples, tuple), result.command_tuples or 0


def _run(connection: "psycopg.Connection[Any]", query: str, values: Sequence[Any]) -> pq.abc.PGresult:
    kinds = [_KINDS[type(value)] for value in values]
    name = _name(connection, query, tuple([oid for oid, _ in kinds]))
    sent: list[Any] = [_sent(value) for value in values]
    return _done(connection, connection.pgconn.exec_prepared(name, sent, [form for _, form in kinds], pq.Format.BINARY))


def _done(connection: "psycopg.Connection[Any]", result: pq.abc.PGresult) -> pq.abc.PGresult:
    if result.status not in _DONE:
        if not result.error_field(pq.DiagnosticField.SQLSTATE):
            # Every error of the server's has a code; without one it is the connection that ended.
            raise psycopg.OperationalError("the connection to the server is lost")
        raise error_from_result(result, encoding=connection.info.encoding)
    return result


def _name(connection: "psycopg.Connection[Any]", query: str, oids: tuple[int, ...]) -> bytes:
    known = _prepared.setdefault(connection, {})
    name = known.get((query, oids))
    if name is None:
        if len(known) >= _MOST_PREPARED:
            _done(connection, connection.pgconn.exec_(b"DEALLOCATE ALL"))
            known.clear()
        name = b"direct_%d" % next(_numbers)
        _done(connection, connection.pgconn.prepare(name, _numbered(query), oids))
        known[query, oids] = name
    return name


@lru_cache(maxsize=500)
def _numbered(query: str) -> bytes:
    """Give *query* with ``$1``, ``$2`` in place of each ``%s``."""
    first, *rest = query.split("%s")
    return (first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))).encode()


def _sent(value: Any) -> bytes | None:
    return value if value is None or type(value) is bytes else str(value).encode()
