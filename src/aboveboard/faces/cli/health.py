"""What must hold for a home to be served: tables as new as the program, a port that is free, a server that answers."""

import socket
from contextlib import suppress

from aboveboard.core.errors import Conflict, KeyUnavailable

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - looked up, not bound


def require_upgraded() -> None:
    """Refuse tables that are older than the program.

    Raises:
        KeyUnavailable: when migrations are waiting.
    """
    if unapplied():
        raise KeyUnavailable("The tables are older than this program; run `aboveboard upgrade`.", code="not_upgraded")


def unapplied() -> int:
    """Count the migrations that are still to be applied in both stores."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    count = 0
    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        count += len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return count


def require_free(bind: str, port: int) -> None:
    """Refuse a port that somebody else listens on.

    Raises:
        Conflict: when it is taken.
    """
    with suppress(OSError), socket.create_connection((ANYWHERE.get(bind, bind), port), timeout=1):
        raise Conflict(f"Something else listens on port {port} already; stop it or set ABOVEBOARD_PORT.")


def answers(bind: str, port: int) -> bool:
    """Tell whether anything answers HTTP there; what it says does not matter."""
    from http.client import HTTPConnection, HTTPException

    connection = HTTPConnection(ANYWHERE.get(bind, bind), port, timeout=2)
    try:
        connection.request("GET", "/static/web/mark.svg", headers={"Host": "localhost"})
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True
