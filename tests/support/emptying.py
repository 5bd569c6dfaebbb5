"""Both stores emptied after a test that committed: row by row, since the tables of a test hold few.

Django truncates every table and writes its list of models anew; with sixty tables that took longer than most tests.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connections, transaction

OF_THE_MODELS = frozenset({"django_content_type", "auth_permission"})
"""Written by the migrations, read by Django alone, changed by no test."""
MANY_BYTES = 1 << 20
"""From here on truncating is quicker, and gives the space back."""


def instead_of_django() -> None:
    """Let this process empty the stores in this way from now on."""
    from django.test import TransactionTestCase

    def emptied(case: Any) -> None:
        for alias in case._databases_names(include_mirrors=False):
            empty(alias)

    TransactionTestCase._fixture_teardown = emptied  # type: ignore[method-assign]


def empty(alias: str) -> None:
    """Delete every row that anybody wrote into the store."""
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        for statement in (
            _on_postgresql(alias, cursor) if connection.vendor == "postgresql" else _deletes(tables(alias))
        ):
            cursor.execute(statement)


@cache
def tables(alias: str) -> tuple[str, ...]:
    """Name the tables of the store that tests write into."""
    from django.apps import apps
    from django.db import router

    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    named = {model._meta.db_table for model in models if router.db_for_write(model) == alias}
    return tuple(sorted(named - OF_THE_MODELS))


def _deletes(written: Sequence[str]) -> list[str]:
    # Foreign keys are looked at when the transaction ends, so the order does not matter.
    return [f"DELETE FROM {table}" for table in written]


def _on_postgresql(alias: str, cursor: Any) -> list[str]:
    from django.core.management.color import no_style

    cursor.execute(
        "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)",
        [list(tables(alias))],
    )
    sizes = dict(cursor.fetchall())
    if max(sizes.values(), default=0) > MANY_BYTES:
        return connections[alias].ops.sql_flush(no_style(), list(sizes))
    return _deletes([table for table, size in sizes.items() if size])
