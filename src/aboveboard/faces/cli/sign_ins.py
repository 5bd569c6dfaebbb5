"""Who is signed in on this command line: one token a login and home, in a file that only its owner reads."""

import hashlib
import os
from pathlib import Path

from aboveboard.core.errors import Denied, Invalid

NOT_SIGNED_IN = "Nobody is signed in under that name on this command line; run `aboveboard login LOGIN`."


def token_file(login: str) -> Path:
    """Give the file that keeps the token of *login* for this home."""
    from django.conf import settings

    at = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    # One folder a home: a token of one cell is nothing to another.
    home = hashlib.sha256(str(settings.OPTIONS.home).encode()).hexdigest()[:16]
    name = hashlib.sha256(login.strip().lower().encode()).hexdigest()[:32]
    return Path(at).expanduser() / "aboveboard" / home / name


def keep_token(login: str, token: str) -> None:
    """Keep *token*, readable by its owner only."""
    path = token_file(login)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token)
    temporary.replace(path)


def forget_token(login: str) -> str | None:
    """Take the token of *login* away; gives it, or None where there was none."""
    path = token_file(login)
    if not path.is_file():
        return None
    token = path.read_text(encoding="ascii")
    path.unlink()
    return token


def kept_token(login: str) -> str:
    """Give the token of *login*, of this command line or of a sample home.

    Raises:
        Denied: when there is none.
    """
    from aboveboard.faces.cli.sample import sample_entry

    path = token_file(login)
    if path.is_file():
        return path.read_text(encoding="ascii")
    entry = sample_entry(login)
    if entry is None:
        raise Denied(NOT_SIGNED_IN)
    return entry.token


def token_in(path: Path) -> str:
    """Give the token in the file at *path*."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise Invalid("The file of the token cannot be read.") from None
