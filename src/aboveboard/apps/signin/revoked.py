"""Telling every process of this home that a token was revoked: a file that grows by a byte each time.

The web processes of a home share its folder, since the key store lies in it. Looking at a file costs a microsecond,
asking the table for each request a hundred times that; so the file says whether there is anything to ask anew.
"""

import os

from django.conf import settings
from django.db import transaction

STORE = "default"
FILE = "revoked"

Stamp = tuple[int, int]
"""Which file it is and how long: it only ever grows."""


def revocations() -> Stamp | None:
    """Give the count of revocations as it stands; None when it cannot be told, and nothing may be taken as read."""
    try:
        status = os.stat(_path())  # noqa: PTH116 - at every request; making a Path costs more than asking the disk
    except FileNotFoundError:
        return 0, 0
    except OSError:
        return None
    return status.st_ino, status.st_size


def tell_revoked() -> None:
    """Have every process ask the table anew, as soon as the transaction that is open on the sign-ins is committed."""
    transaction.on_commit(_grow, using=STORE)


def _grow() -> None:
    # A crash before this line leaves a token revoked that another process may take as read for `VERIFIED_FOR` more.
    descriptor = os.open(_path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, b".")
    finally:
        os.close(descriptor)


def _path() -> str:
    return f"{settings.OPTIONS.home}/{FILE}"
