"""What the properties of verifying hold of, the built verifier holds of too."""

from collections.abc import Iterator

import pytest

from tests.support import packs
from tests.support.standalone import held_against_built


@pytest.fixture(autouse=True, scope="module")
def _the_built_file_says_the_same(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the built verifier check what is checked here."""
    if not request.module.__name__.rpartition(".")[2].startswith("test_verify_"):
        yield
        return
    with held_against_built(packs, request.module):
        yield
