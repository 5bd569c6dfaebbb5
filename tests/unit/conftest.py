"""Unit tests touch no database: whether a home is a sample is said here, not asked."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import packs
from tests.support.standalone import held_against_built


@pytest.fixture(autouse=True)
def _a_real_home(settings: Any) -> None:
    """Say that this home is no sample, until a test says otherwise."""
    settings.SAMPLE_HOME = False


@pytest.fixture(autouse=True, scope="module")
def _the_built_file_says_the_same(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the built verifier check whatever the tests of verifying check, and say the same word for word."""
    if not request.module.__name__.rpartition(".")[2].startswith("test_verify_"):
        yield
        return
    with held_against_built(packs, request.module):
        yield
