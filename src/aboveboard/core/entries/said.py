"""What the audit fields of a leaf say once they are opened: the reading side of `leaf.audit_values`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from aboveboard.core import canonical
from aboveboard.core.errors import Invalid, expect

_PLAIN = ("operation", "entity", "country", "established", "purpose", "verdict", "rules", "transfer", "grant")
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


class Said(NamedTuple):
    """One line of the log in its own words; who it is about and who acted stand in the other two fields."""

    at: datetime
    operation: str
    entity: str
    country: str
    established: str
    purpose: str
    categories: tuple[str, ...]
    refused: tuple[str, ...]
    verdict: str
    rules: str
    transfer: str
    grant: str
    """Id of the grant the look rested on, in hexadecimal digits; empty where none was needed."""
    refusals: tuple[str, ...]
    body: Mapping[str, Any]
    """Of an act of governance: ids, hashes, public keys and dates."""


def said(values: Mapping[str, str]) -> Said:
    """Read opened audit fields, by name.

    Raises:
        Invalid: when a field is missing or is not of the form this program writes.
    """
    try:
        released, _, refused = values["categories"].partition("-")
        body = canonical.decode(values["body"].encode()) if values["body"] else {}
        expect(isinstance(body, dict), "The body of an entry is not an object.")
        plain: dict[str, Any] = {name: values[name] for name in _PLAIN}
        at = datetime.strptime(values["time"], _TIME).replace(tzinfo=UTC)
        lists = (_parts(released), _parts(refused), _parts(values["refusals"]))
        return Said(at=at, categories=lists[0], refused=lists[1], refusals=lists[2], body=body, **plain)
    except (KeyError, ValueError):
        raise Invalid("An opened line does not have the form of one.") from None


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
