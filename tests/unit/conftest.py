"""Unit tests touch no database: whether a home is a sample is said here, not asked."""

import pytest
from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def _a_real_home(settings: SettingsWrapper) -> None:
    """Say that this home is no sample, until a test says otherwise."""
    settings.SAMPLE_HOME = False
