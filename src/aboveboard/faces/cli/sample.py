"""The sign-ins of a sample home, kept in a file of that home; in any other home the file counts for nothing."""

import json
from dataclasses import dataclass
from pathlib import Path

from aboveboard.core.errors import Invalid

FILE = "sample-sign-ins.json"


@dataclass(frozen=True, slots=True)
class SampleEntry:
    """One line of the file."""

    login: str
    role: str
    entity: str
    password: str
    token: str
    passphrase: str


def is_sample() -> bool:
    """Tell whether this home was founded as a sample."""
    from aboveboard.apps.ledger.models import Cell

    return Cell.objects.filter(sample=True).exists()


def sample_entry(name: str) -> SampleEntry | None:
    """Give the sample sign-in of that login, or the first of that role; None where there is none, or no sample."""
    path = _path()
    if not path.is_file() or not is_sample():
        return None
    try:
        told = json.loads(path.read_bytes())
        found = [
            SampleEntry(*(entry[part] for part in ("login", "role", "entity", "password", "token", "passphrase")))
            for entry in told["sign_ins"]
        ]
    except (ValueError, KeyError, TypeError):
        raise Invalid(f"{FILE} does not have the form that `aboveboard init --sample` wrote.") from None
    named = [entry for entry in found if entry.login == name] or [entry for entry in found if entry.role == name]
    return named[0] if named else None


def _path() -> Path:
    from django.conf import settings

    return Path(settings.OPTIONS.home) / FILE
