"""What opening a sign-in or a signing key costs: much in earnest, next to nothing in tests, where nobody guesses."""

from typing import Any

IN_EARNEST: dict[str, Any] = {}
"""The program's own price of a passphrase; kept for the test that holds it to the standard."""


def lower() -> None:
    """Let new passwords and passphrases cost little in this process from now on; others pay in full."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    lower_keys()
    for name, value in {"memory_cost": 512, "time_cost": 1, "parallelism": 1}.items():
        setattr(Argon2PasswordHasher, name, value)


def lower_keys() -> None:
    """Let signing keys made in this process cost little to open, wherever that is done."""
    from aboveboard.apps.accounts.signing import KDF

    IN_EARNEST.update(KDF)
    KDF.update(memory_kib=64, passes=1)
