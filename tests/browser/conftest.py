"""What tests in a browser share: the browser itself, which takes longer to start than most of them to run."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browser import running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser, started once and closed when tests of another kind follow."""
    with running() as browser:
        yield browser
