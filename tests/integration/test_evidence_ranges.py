"""A range for an authority: none left out, nothing opened that was not asked for, and it holds after an erasure."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aboveboard.core.errors import Denied, Invalid
from aboveboard.core.verify.asked import Asked
from tests.support.cell import CONTACT, OVERSIGHT, Cell
from tests.support.evidence import checked, let_headquarters_look, officer

pytestmark = pytest.mark.database


def period(**asked) -> Asked:
    """The last hour and the next minute."""
    now = datetime.now(UTC)
    return Asked(now - timedelta(hours=1), now + timedelta(minutes=1), **asked)


def opened(cell: Cell, asked: Asked, out: Path, **more):
    """The officer asks for a range ten minutes later, and gets it."""
    from aboveboard.apps.evidence.ranges import ask_for_range, write_range

    given = {**officer(cell), "now": datetime.now(UTC) + timedelta(minutes=10)}
    overseen = ask_for_range(asked, **given)
    assert overseen.allowed, overseen.refusals
    cell.drain()
    return write_range(asked, overseen, out, now=given["now"], **more)


def test_no_look_from_a_country_is_proved(cell: Cell, tmp_path: Path):
    """Two looks from Czechia: none as from the United States, two as from Czechia, and a stranger agrees."""
    person = cell.person()
    cell.look([person])
    cell.look([person], by="seller-cz")
    cell.drain()
    found = opened(cell, period(country="US"), tmp_path / "us")
    assert found.asked_for == 0
    report = checked(found.folder)
    assert report.holds, report.failures
    assert report.proved[0].startswith("No look was recorded as from US between ")
    found = opened(cell, period(country="CZ", entity="cz"), tmp_path / "cz")
    assert found.asked_for == 2
    assert checked(found.folder).proved[0].startswith("2 looks were recorded as from CZ by the entity cz between ")


def test_nothing_is_opened_that_was_not_asked_for(cell: Cell, tmp_path: Path):
    """No value, blind or key of any other field lies in the files, of any line, in any form a key is written."""
    from aboveboard.apps import keys
    from aboveboard.apps.evidence.logs import current_log
    from aboveboard.apps.evidence.spans import AuditReader
    from aboveboard.core.entries.entry import CELL_OWNER
    from aboveboard.core.entries.leaf import AUDIT_FIELDS, Leaf, leaf_key
    from aboveboard.core.envelope.keys import KeyKind

    person = cell.person()
    for categories in (["T01"], ["T01", "T23"]):
        cell.look([person], categories)
    found = opened(cell, period(country="US"), tmp_path / "us")
    written = b"".join(path.read_bytes() for path in found.folder.glob("*.json"))
    rows = list(AuditReader(current_log()).rows(0, found.lines))
    assert sum(row.kind == 2 for row in rows) == 2
    for row in (row for row in rows if row.audit is not None):
        month = keys.store().key(KeyKind.AUDIT, CELL_OWNER, str(row.month))
        assert leaf_key(month, Leaf.decode(row.data).subject_label).hex().encode() not in written
        told = {"country"} if row.kind == 2 else set()
        for name, blind in zip(AUDIT_FIELDS, row.audit.blinds, strict=True):
            assert name in told | {"time"} or blind.hex().encode() not in written, (row.index, name)
    shown = [line for line in _lines(found.folder) if len(line) == 3]
    assert {tuple(opened) for _, opened, _ in shown} == {("country",), ("time",)}
    assert [len(hidden) for _, _, hidden in shown] == [14] * len(shown)
    assert person.hex().encode() not in written
    assert cell.staff("seller-cz").hex().encode() not in written
    assert b"T23" not in written
    assert b"customer-relationship" not in written


def test_only_as_many_fields_are_opened_as_answer(cell: Cell, tmp_path: Path):
    """A look as from elsewhere is passed over by its country; only of what fits the next field is opened."""
    person = cell.person()
    cell.look([person], ["T01"])
    cell.look([person], ["T23"], by="dpo-cz", purpose="data-protection-oversight")
    found = opened(cell, period(country="CZ", purpose="customer-relationship", category="T23"), tmp_path / "range")
    assert found.asked_for == 0
    shown = [set(opened) for leaf, opened, _ in (line for line in _lines(found.folder) if len(line) == 3)]
    assert {"country", "purpose", "categories"} in shown
    assert {"country", "purpose"} in shown
    assert checked(found.folder).holds


def test_a_look_that_released_nothing_counts_unless_it_is_left_out(cell: Cell, tmp_path: Path):
    """A refused look from the United States was a look; whether it released anything is asked apart."""
    person = cell.person()
    assert cell.look([person], by="seller-us").decision.verdict == "refuse"
    both = [
        opened(cell, period(country="US", released=released), tmp_path / str(released)) for released in (False, True)
    ]
    assert [found.asked_for for found in both] == [1, 0]
    assert checked(both[0].folder).proved[0].startswith("1 look was recorded as from US between ")
    assert checked(both[1].folder).proved[0].startswith("No look that released something was recorded as from US")


def test_it_holds_after_an_erasure(cell: Cell, tmp_path: Path):
    """Whose looks they were nobody can say any more; that there were two, as from Czechia, stands."""
    from aboveboard.apps.gate.deeds import erase

    person = cell.person()
    cell.look([person])
    cell.look([person])
    cell.drain()
    question = cell.question("erase", [person], CONTACT, by="dpo-cz", purpose=OVERSIGHT)
    assert erase(question, person).decision.verdict == "permit"
    cell.drain()
    found = opened(cell, period(country="CZ", purpose="customer-relationship"), tmp_path / "range")
    assert found.asked_for == 2
    assert checked(found.folder).holds


def test_a_look_of_headquarters_is_found(cell: Cell, tmp_path: Path):
    """With clauses and a grant headquarters looks, and the range says so."""
    person = cell.person()
    grant = let_headquarters_look(cell)
    asked = cell.look([person], ["T01"], by="analyst-hq")
    assert asked.decision.grant == grant
    found = opened(cell, period(entity="hq"), tmp_path / "range")
    assert found.asked_for == 1
    assert checked(found.folder).holds


def test_looks_of_a_month_whose_key_is_gone_are_counted_and_said(cell: Cell, tmp_path: Path):
    """What nobody can open any more is not passed off as nothing."""
    from aboveboard.apps import keys
    from aboveboard.core.envelope.keys import KeyKind

    person = cell.person()
    cell.look([person], asked_at=datetime(2026, 1, 5, tzinfo=UTC))
    cell.look([person])
    cell.drain()
    keys.store().shred(bytes(16), KeyKind.AUDIT, "202601")
    keys.store()._cell_keys.clear()
    found = opened(cell, period(country="US"), tmp_path / "range")
    report = checked(found.folder)
    assert report.holds, report.failures
    assert report.proved[0].endswith(", except 1 of which the month's key is gone.")
    assert any("the key of their month was destroyed" in sentence for sentence in report.not_proved)


def test_only_the_officer_takes_a_range_and_the_entry_says_what_was_asked(cell: Cell):
    """A seller is turned away; the officer's question stands in the log with country and period, and nobody's name."""
    from aboveboard.apps.evidence.ranges import ask_for_range
    from aboveboard.apps.ledger.audited import audited_lines

    now = datetime.now(UTC) + timedelta(minutes=10)
    seller = cell.question("consult", [], [], by="seller-cz").actor
    with pytest.raises(Denied):
        ask_for_range(period(country="US"), **{**officer(cell), "actor": seller, "now": now})
    wrong = ask_for_range(period(country="US"), **{**officer(cell), "now": now, "purpose": "customer-relationship"})
    assert [refusal.rule for refusal in wrong.refusals] == ["role_may"]
    assert ask_for_range(period(country="US"), **{**officer(cell), "now": now}).allowed
    cell.drain()
    lines = [line.said for line in audited_lines() if line.said and line.said.operation == "range.opened"]
    assert {line.verdict for line in lines} == {"permit", "refuse"}
    assert all(line.body["country"] == "US" for line in lines)


def test_a_period_that_may_still_get_lines_is_refused(cell: Cell):
    """Until two minutes after its end a look of the period could still be written down."""
    from aboveboard.apps.evidence.ranges import ask_for_range

    now = datetime.now(UTC)
    with pytest.raises(Invalid, match="2 minutes after its end"):
        ask_for_range(Asked(now - timedelta(hours=1), now), **{**officer(cell), "now": now})


def _lines(folder: Path) -> list:
    from aboveboard.core import canonical

    return [line for path in sorted(folder.glob("lines-*.json")) for line in canonical.decode(path.read_bytes())]
