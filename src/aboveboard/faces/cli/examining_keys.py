"""What a doctor looks at about keys: their files, the key service and its certificates, what it sees of the ledger."""

import stat
from collections.abc import Iterator

Found = tuple[str, bool, str]
"""What was looked at, whether it holds, a sentence."""


def examine_keys() -> Iterator[Found]:
    """Look at the files that are here, and at the key service where there is one; none of it changes anything."""
    from django.conf import settings

    from aboveboard.apps import keys
    from aboveboard.apps.keys.access import at_a_distance, is_here, root_key_path
    from aboveboard.core.envelope.keys import KeyKind

    if at_a_distance():
        yield from _key_service()
    if is_here():
        yield "root key", *_shut(root_key_path().stat().st_mode, "Only its owner can read it.", "Others can read it")
        if settings.OPTIONS.home.exists():
            apart = root_key_path().stat().st_dev != settings.OPTIONS.home.stat().st_dev
            yield (
                "root key's place",
                True,
                f"It lies on {'another disk than' if apart else 'the same disk as'} the home.",
            )
    else:
        yield "root key", True, "No file of it is on this machine."
    if at_a_distance() and is_here():
        yield from _folder()
    keys.store().cell_key(KeyKind.LEDGER)
    yield "key store", True, f"It opens; {sum(keys.store().counts().values())} keys."


def examine_sight() -> Iterator[Found]:
    """Look whether the ledger can be seen from the machine that keeps the keys, over a connection that only reads."""
    from django.db import DatabaseError

    from aboveboard.apps.keeper import committed

    committed.read_only()
    try:
        committed.place_of(bytes(32))
    except DatabaseError as error:
        sentence = f"It cannot be read ({type(error).__name__}); SELECT on ledger_pending and ledger_receipt is wanted."
        yield "ledger", False, sentence
        return
    yield "ledger", True, "What waits and what has its receipt can be seen."


def _key_service() -> Iterator[Found]:
    from datetime import UTC, datetime

    from aboveboard.apps.keys.access import address, answers, client, is_here, papers
    from aboveboard.apps.keys.address import Network
    from aboveboard.core.errors import KeyUnavailable
    from aboveboard.faces.cli.certified import examined

    networked = isinstance(address(), Network)
    if networked:
        try:
            yield from examined(papers(), datetime.now(UTC))
        except KeyUnavailable as error:
            yield "key service: own certificate", False, error.sentence
    if is_here() and not answers():
        yield "key service", True, "It does not run; a command here opens the keys itself."
        return
    try:
        greeting = client()
        greeting.greet()
        greeting.close()
    except KeyUnavailable as error:
        yield "key service", False, error.sentence
        return
    yield "key service", True, f"It answers {'over TLS 1.3, both sides pinned' if networked else 'at its socket'}."


def _folder() -> Iterator[Found]:
    from aboveboard.apps.keys.access import key_home

    open_to = "Others on this machine can look into it"
    yield "folder of the keys", *_shut(key_home().stat().st_mode, "Only its owner can look in.", open_to, "700")


def _shut(mode: int, said: str, open_to: str, wanted: str = "600") -> tuple[bool, str]:
    shut = not stat.S_IMODE(mode) & 0o077
    return shut, said if shut else f"{open_to}; chmod {wanted}."
