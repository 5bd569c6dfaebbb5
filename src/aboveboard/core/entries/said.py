"""What the audit fields of a leaf say once they are opened: the reading side of `leaf.audit_values`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aboveboard.core import canonical
from aboveboard.core.errors import Invalid

_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class Said:
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
        if not isinstance(body, dict):
            raise Invalid("The body of an entry is not an object.")
        return Said(
            at=datetime.strptime(values["time"], _TIME).replace(tzinfo=UTC),
            operation=values["operation"],
            entity=values["entity"],
            country=values["country"],
            established=values["established"],
            purpose=values["purpose"],
            categories=_parts(released),
            refused=_parts(refused),
            verdict=values["verdict"],
            rules=values["rules"],
            transfer=values["transfer"],
            grant=values["grant"],
            refusals=_parts(values["refusals"]),
            body=body,
        )
    except (KeyError, ValueError):
        raise Invalid("An opened line does not have the form of one.") from None


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
