"""A log on a plain web server, and a mirror of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aboveboard.apps.mirror.folder import make
from aboveboard.apps.mirror.keeping import Mirror
from tests.support.mirroring import KNOWS
from tests.support.published import Published, on_the_web


@pytest.fixture
def log(tmp_path: Path) -> Published:
    """A log of more than one tile, not published yet."""
    return Published(tmp_path / "published").grow(3, 300, 1)


@pytest.fixture
def web(log: Published) -> Iterator[str]:
    """Where it is served."""
    with on_the_web(log.folder) as url:
        yield url


@pytest.fixture
def mirror(tmp_path: Path, web: str) -> Iterator[Mirror]:
    """A mirror of it that cosigns and holds nothing yet."""
    made = make(tmp_path / "mirror", KNOWS, web, cosign_as="council.example", ml_dsa_44=True)
    yield made
    made.memory.close()
