"""Sealed lines outlast what happens to a ledger: erasure, a crash between any two steps, a lost index, a gap."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from aboveboard.apps import keys
from aboveboard.apps.evidence.audit import audit
from aboveboard.apps.evidence.lines import history
from aboveboard.apps.gate.deeds import erase, finish_erasures
from aboveboard.apps.gate.recovery import declare_gap
from aboveboard.apps.gate.settling import settle_sealed
from aboveboard.apps.ledger import index as ledger_index
from aboveboard.apps.ledger import sequencer
from aboveboard.apps.ledger.index import index_of, index_path
from aboveboard.apps.ledger.models import Delay, Head, Leaf, Sealed
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.entries.sealed import Tally, day_number
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import NotVerified
from aboveboard.core.terms import PurposeId
from aboveboard.core.verify import shape
from tests.integration.test_delays_evidence import pack_of
from tests.integration.test_evidence_gap import TABLES, copy_of_ledger, put_back, signatories
from tests.support.cell import Cell
from tests.support.delays import days_ahead, order, told

pytestmark = pytest.mark.usefixtures("transactional_db")
DUE = timedelta(days=5)


def sealed_looks(cell: Cell, count: int = 1) -> bytes:
    """Somebody at whom so many looks were sealed, to be opened in five days."""
    person = cell.person()
    order(cell, person, open_by=days_ahead(5))
    for _ in range(count):
        cell.look([person])
    cell.drain()
    return person


def test_after_an_erasure_nobody_finds_whose_line_was_sealed_and_it_is_opened_all_the_same(cell: Cell):
    """The row forgets the person with their K_log; on its day the line is opened, joined to nobody, and counts."""
    person = sealed_looks(cell)
    question = cell.question("erase", [person], ["T01"], by="dpo-cz", purpose="data-protection-oversight")
    erase(question, person)
    cell.drain()
    finish_erasures(datetime.now(UTC))
    cell.drain()
    assert not keys.store().has(KeyKind.LOG, person)
    assert (Sealed.objects.get().person, Delay.objects.get().person, Delay.objects.get().nonce) == (None, None, None)
    assert settle_sealed(datetime.now(UTC) + DUE) == 1
    cell.drain()
    assert told() == Tally(1, 1, 0, 0, 0)
    assert audit() == []


@pytest.mark.parametrize("place", ["write", "publish", "index"])
def test_a_crash_while_sealing_renewing_or_opening_is_caught_up(cell: Cell, monkeypatch, place):
    """Killed while the batch is written, before it is signed, or before the index file has it: counted once."""
    person = cell.person()
    for step in (
        lambda: (order(cell, person, open_by=days_ahead(5)), cell.look([person]), cell.look([person])),
        lambda: order(cell, person, open_by=days_ahead(9), renews=bytes(Delay.objects.get().act)),
        lambda: settle_sealed(datetime.now(UTC) + 2 * DUE),
    ):
        step()
        with monkeypatch.context() as patch:
            broken(patch, place)
            with pytest.raises(KeyboardInterrupt):
                cell.drain()
        cell.drain()
        assert audit() == []
    assert told() == Tally(2, 2, 2, 0, 0)
    assert len([line for line in history(person).lines if line.kind is EntryKind.OPENED]) == 2


def broken(patch: pytest.MonkeyPatch, place: str) -> None:
    """Let the sequencer be killed at one place."""

    def killed(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    if place == "write":
        patch.setattr(sequencer.sealing, "keep", killed)
    elif place == "publish":
        patch.setattr(sequencer.Publisher, "publish", killed)
    else:
        patch.setattr(ledger_index.IndexFile, "cover", killed)


def test_a_crash_between_two_openings_leaves_the_rest_for_the_next_round(cell: Cell, monkeypatch):
    """Each line is opened in one transaction with its row; nothing is opened twice and nothing forgotten."""
    from aboveboard.apps.gate import settling

    person = sealed_looks(cell, 3)
    monkeypatch.setattr(settling, "AT_ONCE", 1)
    append, seen = settling.append, []

    def append_once(entry):
        seen.append(entry)
        if len(seen) > 1:
            raise KeyboardInterrupt
        return append(entry)

    with monkeypatch.context() as patch:
        patch.setattr(settling, "append", append_once)
        with pytest.raises(KeyboardInterrupt):
            settle_sealed(datetime.now(UTC) + DUE)
    cell.drain()
    assert told().opened == 1
    assert settle_sealed(datetime.now(UTC) + DUE) == 2
    cell.drain()
    assert told() == Tally(3, 3, 0, 0, 0)
    assert len([line for line in history(person).lines if line.kind is EntryKind.OPENED]) == 3


def test_a_lost_index_counts_sealed_lines_anew_from_the_leaves(cell: Cell):
    """The file is no truth: without it, the next start counts what is sealed from the log itself."""
    sealed_looks(cell, 2)
    for path in index_path().parent.glob("index.sqlite3*"):
        path.unlink()
    settle_sealed(datetime.now(UTC) + DUE)
    cell.drain()
    assert told() == Tally(2, 2, 0, 0, 0)


def set_back(cell: Cell, meanwhile: Callable[[], object]) -> None:
    """Set the ledger back to before what is done *meanwhile*, and declare the gap."""
    names = (*TABLES, "ledger_sealed")
    kept = copy_of_ledger(names)
    meanwhile()
    cell.drain()
    put_back(kept)
    first, second = signatories(cell)
    declare_gap(proposer=first, signatory=second, now=datetime.now(UTC))


def test_over_a_declared_gap_sealed_lines_are_carried_on(cell: Cell):
    """They count in the new log, are opened there, and the pack shows the look itself from the log before."""
    person = sealed_looks(cell, 2)
    set_back(cell, lambda: cell.look([person], ["T01"], by="dpo-cz", purpose="data-protection-oversight"))
    day = day_number(days_ahead(5))
    assert told() == Tally(2, 0, 0, day, day)
    settle_sealed(datetime.now(UTC) + DUE)
    cell.drain()
    assert told() == Tally(2, 2, 0, 0, 0)
    files, report = pack_of(person)
    assert report.holds
    shown = [line["sealed"] for line in json.loads(files[shape.ENTRIES])["lines"] if "sealed" in line]
    assert [[one["log"] for one in sealed] for sealed in shown] == [[2, 1], [2, 1]]
    looks = [line.look for line in history(person).lines if line.sealed]
    assert {look.purpose for look in looks if look} == {PurposeId("customer-relationship")}
    assert audit() == []


def test_an_opening_that_waits_when_the_log_ends_is_made_anew_for_the_next(cell: Cell):
    """What was pending speaks of the log that ends; it is taken back, and opened again where the line stands now."""
    person = sealed_looks(cell)
    kept = copy_of_ledger((*TABLES, "ledger_sealed"))
    cell.look([person])
    cell.drain()
    put_back(kept)
    # The gate stops on a database set back; what waited before it was is what the copy holds.
    from aboveboard.apps.ledger.actions import pending_row
    from aboveboard.apps.ledger.models import Pending

    row = Sealed.objects.get()
    waiting = pending_row(next(iter(opening_of(row))))
    Pending.objects.create(
        id=waiting.id, sealed=waiting.sealed, entry_hash=waiting.entry_hash, committed_us=waiting.committed_us
    )
    Sealed.objects.update(opened=True, step=waiting.entry_hash)
    first, second = signatories(cell)
    declare_gap(proposer=first, signatory=second, now=datetime.now(UTC))
    assert told().outstanding == 1
    settle_sealed(datetime.now(UTC) + DUE)
    cell.drain()
    assert told() == Tally(1, 1, 0, 0, 0)
    assert pack_of(person)[1].holds


def opening_of(row: Sealed):
    """The entry by which a line would be opened."""
    from aboveboard.apps.gate.settling import _opening

    yield _opening(row, Delay.objects.all(), datetime.now(UTC))


def test_an_index_leaf_that_lies_about_sealed_lines_is_not_taken_up(cell: Cell):
    """Whoever makes the index anew from the leaves finds that the count is not what they make."""
    sealed_looks(cell)
    size = Head.objects.get().size
    index_of(size).close()
    last = Leaf.objects.get(seq=size - 1)
    said = IndexLeaf.decode_if(bytes(last.data))
    assert said is not None
    for lie in (Tally(), said.tally._replace(opened=1), said.tally._replace(first=said.tally.first + 1)):
        Leaf.objects.filter(seq=size - 1).update(data=said._replace(tally=lie).encode())
        with pytest.raises(NotVerified):
            index_of(size)
    Leaf.objects.filter(seq=size - 1).update(data=bytes(last.data))
    sealed = Leaf.objects.get(seq=Sealed.objects.get().seq)
    # A sealed line turned into a look of the same length as any.
    Leaf.objects.filter(seq=sealed.seq).update(data=b"\x01\x02" + bytes(sealed.data)[2:98])
    with pytest.raises(NotVerified):
        index_of(size)
