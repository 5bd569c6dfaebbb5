"""Two stores: each app in one of them, and nothing between."""

import pytest

from aboveboard.apps.jobs.models import Job
from aboveboard.apps.signin.models import User
from aboveboard.router import StoreRouter, UnknownRoomError


def test_sign_in_lies_in_the_commercial_store_and_work_in_the_cell():
    """The commercial store holds who signs in; everything of a jurisdiction lies in its cell."""
    router = StoreRouter()
    assert (router.db_for_read(User), router.db_for_write(User)) == ("default", "default")
    assert (router.db_for_read(Job), router.db_for_write(Job)) == ("vault", "vault")
    assert router.allow_migrate("vault", "jobs") is True
    assert router.allow_migrate("default", "jobs") is False


def test_rows_of_two_stores_never_relate():
    """No row of the commercial store points into the cell."""
    router = StoreRouter()
    assert router.allow_relation(User(), Job()) is False
    assert router.allow_relation(Job(), Job()) is True


def test_an_app_nobody_placed_is_refused():
    """A new app lands in no store by accident."""
    with pytest.raises(UnknownRoomError, match="'newcomer' has no store"):
        StoreRouter().allow_migrate("default", "newcomer")
