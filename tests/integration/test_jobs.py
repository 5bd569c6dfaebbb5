"""Work for later: once, by one worker, again after a failure, and given up in the end."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from aboveboard.apps.jobs.actions import MOST_ATTEMPTS, claim, finish, put, retry, sweep
from aboveboard.apps.jobs.models import Job
from aboveboard.apps.jobs.queries import backlog, given_up
from aboveboard.core.errors import Conflict, Invalid

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BODY = {"person": "00ff", "organisation": "12"}


def put_one(key: str = "00ff", due_at: datetime = NOW) -> None:
    """Put one piece of work."""
    put(kind="crm.link", key=key, body=BODY, due_at=due_at)


def test_the_same_work_put_twice_is_there_once():
    """A repeated consequence has one effect."""
    put_one()
    put_one()
    claimed = claim(now=NOW)
    assert claimed is not None
    assert (claimed.kind, claimed.key, claimed.body) == ("crm.link", "00ff", BODY)
    assert claim(now=NOW) is None


def test_work_put_in_a_transaction_that_is_taken_back_is_not_there():
    """A consequence exists only when its cause does."""
    with transaction.atomic(using="vault"):
        put_one()
        transaction.set_rollback(True, using="vault")
    assert claim(now=NOW) is None


def test_work_is_taken_oldest_first_and_not_before_it_is_due():
    """Nothing is done early, and nothing waits behind what came later."""
    put_one("late", NOW + timedelta(hours=1))
    put_one("second", NOW)
    put_one("first", NOW - timedelta(minutes=1))
    assert [claimed.key for _ in range(3) if (claimed := claim(now=NOW))] == ["first", "second"]


def test_a_worker_takes_only_the_kinds_it_knows():
    """Unknown work waits for whoever knows it."""
    put_one()
    assert claim(now=NOW, kinds=["mail.send"]) is None
    assert claim(now=NOW, kinds=["crm.link"]) is not None


def test_finished_work_does_not_come_back_even_if_put_again():
    """Done is done."""
    put_one()
    finish(claim(now=NOW), now=NOW)
    put_one()
    assert claim(now=NOW + timedelta(days=1)) is None


def test_a_schedule_is_work_that_comes_again():
    """The next time is set when this time is done."""
    put_one()
    finish(claim(now=NOW), now=NOW, again_at=NOW + timedelta(hours=1))
    assert claim(now=NOW) is None
    assert claim(now=NOW + timedelta(hours=1)).attempt == 1


def test_work_whose_worker_died_is_taken_again_and_the_late_worker_is_told():
    """A claim runs out; only the present holder may end the work."""
    put_one()
    died = claim(now=NOW)
    assert claim(now=NOW + timedelta(minutes=4)) is None
    second = claim(now=NOW + timedelta(minutes=5))
    assert second.attempt == 2
    with pytest.raises(Conflict):
        finish(died, now=NOW)
    finish(second, now=NOW)


def test_failed_work_waits_longer_each_time_and_is_given_up_in_the_end():
    """A person learns what could not be done, by code."""
    put_one()
    now, pauses = NOW, []
    for _ in range(MOST_ATTEMPTS):
        claimed = claim(now=now)
        retry(claimed, now=now, error_code="store_away")
        due = Job.objects.get().due_at
        pauses.append(due - now)
        now = max(due, now)
    assert pauses[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert claim(now=now + timedelta(days=9)) is None
    assert given_up() == (("crm.link", "00ff", "store_away"),)


def test_the_backlog_says_how_much_is_due_and_since_when():
    """An operator sees a queue that stands still."""
    put_one("a", NOW - timedelta(minutes=2))
    put_one("b", NOW + timedelta(hours=1))
    assert (backlog(now=NOW).open, backlog(now=NOW).oldest_due_at) == (1, NOW - timedelta(minutes=2))


def test_done_work_is_swept_and_open_work_is_not():
    """The table does not grow for ever."""
    put_one("a")
    finish(claim(now=NOW), now=NOW)
    put_one("b")
    assert sweep(before=NOW + timedelta(days=1)) == 1
    assert claim(now=NOW).key == "b"


@pytest.mark.parametrize(
    ("kind", "key", "body"),
    [
        ("crm.link", "Jan Novák", {}),
        ("crm.link", "00ff", {"note": "he likes golf"}),
        ("crm.link", "00ff", {"Name": "x"}),
        ("Speaking Kind", "00ff", {}),
        ("crm.link", "", {}),
    ],
)
def test_work_holds_opaque_ids_and_nothing_that_speaks(kind, key, body):
    """No personal value waits in the clear."""
    with pytest.raises(Invalid):
        put(kind=kind, key=key, body=body, due_at=NOW)


def test_a_failure_is_kept_as_a_code_never_as_a_text():
    """Texts of errors can hold values."""
    put_one()
    with pytest.raises(Invalid):
        retry(claim(now=NOW), now=NOW, error_code="Person Jan Novák not found")
