"""Days, months and moments as they are typed: what is none is told with an example of how it is written."""

from datetime import datetime
from typing import Any

import click


class Written(click.ParamType[datetime]):
    """A moment in one of a few forms; *says* tells how it is written."""

    name = "moment"

    def __init__(self, says: str, *forms: str) -> None:
        """Take what has one of the *forms*."""
        self._says, self._forms = says, forms

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002 - click's
        """Show the forms in the help, as click does for its own."""
        return f"[{'|'.join(self._forms)}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read *value*, or say how it has to be written."""
        for form in self._forms:
            try:
                return datetime.strptime(value, form)  # noqa: DTZ007 - the caller says in which zone
            except ValueError:
                continue
        return self.fail(f"{value!r} is none: write {self._says}.", param, ctx)


MOMENT = Written(
    "a day as 2026-03-01, or a moment as 2026-03-01T14:30 (UTC)", "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"
)
DAY = Written("a day as 2026-03-01", "%Y-%m-%d")
MONTH = Written("a month as 2026-03", "%Y-%m")
