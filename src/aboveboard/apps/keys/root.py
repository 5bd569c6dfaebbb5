"""The root key and where it comes from: a port, because files are only the first of its providers."""

import base64
import os
from pathlib import Path
from typing import Protocol

from aboveboard.core.envelope.keys import check_key, new_key
from aboveboard.core.errors import Conflict, Invalid, KeyUnavailable

HEADER = "aboveboard root key v1"


class RootKeyProvider(Protocol):
    """Whoever can hand out the root key of this cell."""

    def root_key(self) -> bytes:
        """Give the 32 bytes; KeyUnavailable when they cannot be had."""


class FileRootKey:
    """The root key in a file outside the data folder, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        """Take the key from *path*."""
        self.path = path

    def root_key(self) -> bytes:
        """Read the key.

        Raises:
            KeyUnavailable: when the file is missing or is not a root key.
        """
        try:
            header, text = self.path.read_text(encoding="ascii").splitlines()[:2]
            return check_key(base64.b64decode(text if header == HEADER else "", validate=True))
        except (OSError, ValueError, Invalid):
            raise KeyUnavailable(
                "The root key cannot be read. Put its file back where ABOVEBOARD_OUTSIDE says, or restore your copy."
            ) from None

    def lay_down(self) -> None:
        """Make a new root key; an existing one is never overwritten (Conflict)."""
        write_root_key(self.path, new_key())


def write_root_key(path: Path, key: bytes) -> None:
    """Write *key* to a new file with mode 0600, durably.

    Raises:
        Conflict: when the file exists; whatever it wraps would be lost.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Conflict("A root key already lies there; it is not overwritten.") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{HEADER}\n{base64.b64encode(key).decode()}\n")
        file.flush()
        os.fsync(file.fileno())
