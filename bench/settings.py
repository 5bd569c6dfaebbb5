"""The product's own settings, with the bench's addresses beside the product's."""

from aboveboard.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
