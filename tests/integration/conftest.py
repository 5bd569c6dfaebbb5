"""What the rooms' tests stand on: a root key, and a founded cell."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.founded import Founded


@pytest.fixture
def root_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home with a root key and an empty key store; passphrases cost little, one test uses the real price."""
    # Django is set up after this file is read, so the cast is fetched late.
    from aboveboard.apps.accounts.signing import KDF
    from tests.support.founded import forget_keys, lay_root_key

    monkeypatch.setitem(KDF, "memory_kib", 64)
    monkeypatch.setitem(KDF, "passes", 1)
    lay_root_key()
    yield
    forget_keys()


@pytest.fixture
def founded(root_key: None, db: None) -> "Founded":
    """The controller's cell, just founded."""
    from tests.support.founded import found_cell_cz

    return found_cell_cz()
