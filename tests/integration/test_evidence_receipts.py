"""Receipts: handed out with a look, held against a pack later; a promise that was broken is proved to anybody."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aboveboard.core.errors import Conflict
from aboveboard.core.verify.folder import hold_receipts
from aboveboard.core.verify.receipts import Outcome
from tests.support.cell import Cell
from tests.support.evidence import asking, checked

pytestmark = pytest.mark.database


def packed(cell: Cell, person: bytes, out: Path, *, minutes: int = 0) -> Path:
    """The person's pack, so many *minutes* from now."""
    from aboveboard.apps.evidence.pack import prove
    from aboveboard.core.terms import PurposeId

    cell.drain()
    given = {**asking(), "now": datetime.now(UTC) + timedelta(minutes=minutes)}
    assert prove(person, out, purpose=PurposeId("own-record"), **given).folder
    assert checked(out).holds
    return out


def test_the_pack_promises_its_own_line_and_the_next_pack_keeps_it(cell: Cell, tmp_path: Path):
    """Whoever made a pack looked; the receipt in it is for that look, and the next pack shows the line."""
    person = cell.person()
    first = packed(cell, person, tmp_path / "first")
    second = packed(cell, person, tmp_path / "second")
    (held,) = hold_receipts(second, tmp_path / "keys", [first / "receipt"])
    assert held.outcome is Outcome.KEPT
    assert held.index is not None
    (early,) = hold_receipts(first, tmp_path / "keys", [first / "receipt"])
    assert early.outcome is Outcome.OPEN


def test_a_look_that_vanished_before_it_was_sequenced_is_proved_by_its_receipt(cell: Cell, tmp_path: Path):
    """Somebody deletes the waiting row; the person's receipt and a pack past the deadline show it to anybody."""
    from aboveboard.apps.evidence.receipts import own_receipt
    from aboveboard.apps.ledger.models import Pending

    person = cell.person()
    cell.drain()
    asked = cell.look([person])
    own_one = own_receipt(asked.entry_hash, person, datetime.now(UTC))
    assert own_one is not None
    (tmp_path / "receipt").write_text(own_one.note)
    Pending.objects.filter(entry_hash=asked.entry_hash).delete()
    pack = packed(cell, person, tmp_path / "pack")
    (held,) = hold_receipts(pack, tmp_path / "keys", [tmp_path / "receipt"])
    assert held.outcome is Outcome.OPEN
    assert "before the deadline" in held.sentence
    later = packed(cell, person, tmp_path / "later", minutes=2)
    (held,) = hold_receipts(later, tmp_path / "keys", [tmp_path / "receipt"])
    assert held.outcome is Outcome.BROKEN


def test_a_receipt_of_somebody_else_says_nothing_about_this_pack(cell: Cell, tmp_path: Path):
    """A receipt that does not name the person proves no omission from their lines, however late the pack."""
    from aboveboard.apps.evidence.receipts import own_receipt
    from aboveboard.apps.ledger.receipts import receipt

    person, other = cell.people([{"T01": "Person Concerned"}, {"T01": "Another Person"}])
    asked = cell.look([other])
    assert own_receipt(asked.entry_hash, person, datetime.now(UTC)) is None
    bare, theirs = receipt(asked.entry_hash, datetime.now(UTC)), own_receipt(asked.entry_hash, other, datetime.now(UTC))
    assert bare is not None
    assert theirs is not None
    (tmp_path / "bare").write_text(bare.note)
    (tmp_path / "theirs").write_text(theirs.note)
    pack = packed(cell, person, tmp_path / "pack", minutes=5)
    held = hold_receipts(pack, tmp_path / "keys", [tmp_path / "bare", tmp_path / "theirs"])
    assert {one.outcome for one in held} == {Outcome.OPEN}


def test_whoever_looked_is_shown_their_line_and_nobody_else(cell: Cell, tmp_path: Path):
    """The seller keeps receipt and line of their own look; a colleague gets the receipt alone."""
    from aboveboard.apps.evidence.pack import lay_down
    from aboveboard.apps.evidence.receipts import receipt_files

    person = cell.person()
    asked = cell.look([person])
    now = datetime.now(UTC)
    assert set(receipt_files(asked.entry_hash, by=cell.staff("seller-cz"), now=now)) == {"receipt"}
    cell.drain()
    assert set(receipt_files(asked.entry_hash, by=cell.staff("seller-us"), now=now)) == {"receipt"}
    files = receipt_files(asked.entry_hash, by=cell.staff("seller-cz"), now=now)
    assert set(files) == {"receipt", "line.json", "checkpoint"}
    assert person.hex().encode() not in b"".join(files.values())
    lay_down(tmp_path / "kept", files)
    report = checked(tmp_path / "kept")
    assert report.holds, report.failures
    assert report.proved[0].startswith("The promise was kept: entry ")
    with pytest.raises(Conflict):
        receipt_files(bytes(32), by=cell.staff("seller-cz"), now=now)
