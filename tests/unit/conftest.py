"""Unit tests touch no database: whether a home is a sample is said here, not asked."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _a_real_home(settings: Any) -> None:
    """Say that this home is no sample, until a test says otherwise."""
    settings.SAMPLE_HOME = False
