"""Looks that a law keeps from the person for a time: sealed in the open, counted by everybody, opened on their day."""

from datetime import UTC, datetime, timedelta

import pytest

from aboveboard.apps.evidence.audit import audit
from aboveboard.apps.evidence.lines import history
from aboveboard.apps.gate.delays import DelayDraft, apply_delay, end_delay, propose_delay
from aboveboard.apps.gate.settling import settle_sealed
from aboveboard.apps.ledger.models import Sealed
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.sealed import Tally, day_number
from aboveboard.core.errors import Conflict, Denied, Invalid
from tests.support.cell import Cell
from tests.support.delays import ARTICLE, CUSTOMER_CARE, LAW, days_ahead, leaves, order, told

pytestmark = pytest.mark.usefixtures("transactional_db")


def kinds() -> list[int]:
    """The kinds of all leaves about looks, sealed or not."""
    return [data[1] for data in leaves() if data[1] in {2, 8, 9, 10}]


def test_a_look_under_an_order_stands_in_the_log_and_not_among_the_persons_lines(cell: Cell):
    """Other people in the same look have their line at once; who is covered has none, and all see that one is."""
    covered, other = cell.person(), cell.person(T02="other@example.test")
    order(cell, covered)
    cell.look([covered, other])
    cell.drain()
    assert sorted(kinds()) == [2, 8]
    assert [line.kind for line in history(covered).lines] == [EntryKind.CREATED]
    assert [line.kind for line in history(other).lines] == [EntryKind.CREATED, EntryKind.LOOK]
    day = day_number(days_ahead(90))
    assert told() == Tally(1, 0, 0, day, day)


def test_looks_for_other_purposes_and_before_the_order_are_not_sealed(cell: Cell):
    """An order covers what it names, from the moment it takes effect."""
    person = cell.person()
    cell.look([person])
    order(cell, person)
    cell.look([person], by="dpo-cz", purpose="data-protection-oversight")
    cell.drain()
    assert kinds() == [2, 2]
    assert told() == Tally()


def test_on_its_day_a_sealed_look_becomes_the_persons(cell: Cell):
    """The work process opens it from the first minute of the day; the person reads who looked, when and for what."""
    person = cell.person()
    order(cell, person, open_by=days_ahead(2))
    asked = cell.look([person])
    cell.drain()
    before = datetime.combine(days_ahead(2), datetime.min.time(), UTC) - timedelta(seconds=1)
    assert settle_sealed(before) == 0
    assert settle_sealed(before + timedelta(seconds=1)) == 1
    assert settle_sealed(before + timedelta(seconds=2)) == 0
    cell.drain()
    assert told() == Tally(1, 1, 0, 0, 0)
    line = history(person).lines[-1]
    assert line.kind is EntryKind.OPENED
    assert line.look is not None
    assert (line.look.at, line.look.purpose, line.look.entity) == (asked.question.asked_at, CUSTOMER_CARE, "cz")


def test_opened_after_its_day_it_counts_as_late_for_ever(cell: Cell):
    """An overdue line is told by the day that is past; once opened, by the count of those that were late."""
    person = cell.person()
    order(cell, person, open_by=days_ahead(1))
    cell.look([person])
    cell.drain()
    assert told().overdue_on(days_ahead(2))
    assert not told().overdue_on(days_ahead(1))
    settle_sealed(datetime.now(UTC) + timedelta(days=3))
    cell.drain()
    assert told() == Tally(1, 1, 1, 0, 0)


def test_a_renewal_gives_the_lines_their_later_day(cell: Cell):
    """By a new act only; the day before stands in the log as well, and looks go on being sealed."""
    person = cell.person()
    act = order(cell, person, open_by=days_ahead(10))
    cell.look([person])
    cell.drain()
    order(cell, person, open_by=days_ahead(40), renews=act)
    cell.look([person])
    cell.drain()
    later = day_number(days_ahead(40))
    assert sorted(kinds()) == [8, 8, 10]
    assert told() == Tally(2, 0, 0, later, later)
    assert settle_sealed(datetime.now(UTC) + timedelta(days=11)) == 0
    settle_sealed(datetime.now(UTC) + timedelta(days=40))
    cell.drain()
    assert told() == Tally(2, 2, 0, 0, 0)
    assert len([line for line in history(person).lines if line.look]) == 2


def test_a_signatory_ends_an_order_before_its_day(cell: Cell):
    """Telling earlier needs one signatory of the controller and nobody else's leave; the officer cannot."""
    person = cell.person()
    act = order(cell, person)
    cell.look([person])
    cell.drain()
    now = datetime.now(UTC)
    with pytest.raises(Denied):
        end_delay(act, by=cell.staff("dpo-cz"), now=now)
    assert end_delay(act, by=cell.staff("signatory-cz"), now=now) == 1
    with pytest.raises(Conflict):
        end_delay(act, by=cell.staff("signatory-cz"), now=now)
    cell.look([person])
    cell.drain()
    assert sorted(kinds()) == [2, 8, 9]
    assert Sealed.objects.get().opened


@pytest.mark.parametrize(
    "changed",
    [
        {"purposes": ()},
        {"purposes": ("no-such-purpose",)},
        {"purposes": ("own-record",)},
        {"law": " "},
        {"article": "x" * 200},
        {"open_by": days_ahead(0)},
        {"open_by": days_ahead(366)},
    ],
)
def test_an_order_that_goes_too_far_is_not_proposed(cell: Cell, changed):
    """No purpose, the person's own looks, no law, no day ahead, more than a year: each is refused in a sentence."""
    from dataclasses import replace

    from aboveboard.apps.accounts.actions import unlock

    person = cell.person()
    by = unlock(staff=cell.staff("signatory-cz"), passphrase=cell.sign_ins["signatory-cz"].passphrase)
    draft = DelayDraft(person, (CUSTOMER_CARE,), LAW, ARTICLE, days_ahead(30))
    with pytest.raises(Invalid):
        propose_delay(replace(draft, **changed), by=by, now=datetime.now(UTC))


def test_what_was_not_signed_as_it_is_kept_seals_nothing(cell: Cell):
    """A row that was changed after two people signed is not put into effect; nor is one nobody signed."""
    from aboveboard.apps.ledger.models import Delay

    person = cell.person()
    act = order(cell, person)
    with pytest.raises(Conflict):
        apply_delay(act=act, now=datetime.now(UTC))
    with pytest.raises(Conflict):
        order(cell, person, renews=b"?" * 16, open_by=days_ahead(200))
    with pytest.raises(Invalid):
        order(cell, person, renews=act, open_by=days_ahead(20))
    assert Delay.objects.count() == 1


def test_the_audit_finds_what_was_done_to_sealed_lines(cell: Cell):
    """Untouched it finds nothing; an opening sent to somebody else, and a line that is gone, are named."""
    person, somebody = cell.person(), cell.person(T02="other@example.test")
    order(cell, person, open_by=days_ahead(1))
    cell.look([person])
    cell.look([person, somebody])
    cell.drain()
    assert audit() == []
    Sealed.objects.filter(number=1).update(person=somebody)
    assert {finding.code for finding in audit()} == {"opening-changed"}
    settle_sealed(datetime.now(UTC) + timedelta(days=1))
    cell.drain()
    Sealed.objects.filter(number=1).update(person=person)
    assert {finding.code for finding in audit()} == {"opening-diverted"}
    Sealed.objects.filter(number=0).delete()
    assert "sealed-gone" in {finding.code for finding in audit()}
