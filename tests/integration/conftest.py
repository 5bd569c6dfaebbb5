"""What the rooms' tests stand on: a root key, and a founded cell."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.founded import Founded


@pytest.fixture
def root_key() -> Iterator[None]:
    """A home with a root key and an empty key store."""
    # Django is set up after this file is read, so the cast is fetched late.
    from tests.support.founded import forget_keys, lay_root_key

    lay_root_key()
    yield
    forget_keys()


@pytest.fixture
def founded(root_key: None, db: None) -> "Founded":
    """The controller's cell, just founded."""
    from tests.support.founded import found_cell_cz

    return found_cell_cz()
