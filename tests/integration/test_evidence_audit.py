"""Cheating: whoever deletes, edits, moves or inserts by SQL, sets back a database or touches a file is found out."""

import pytest
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.evidence.audit import audit
from aboveboard.apps.evidence.findings import ranges
from aboveboard.apps.evidence.lines import lines
from aboveboard.apps.gate import deeds
from aboveboard.apps.gate.models import Grant
from aboveboard.apps.ledger.models import Chain, Head, Leaf, Pending, Receipt
from aboveboard.apps.ledger.publishing import log_folder, outside_head_path
from aboveboard.core.envelope.keys import KeyKind
from tests.support.bits import flipped
from tests.support.cell import CONTACT, OVERSIGHT, Cell
from tests.support.evidence import let_headquarters_look


@pytest.fixture
def looked_at(cell: Cell):
    """A person, two of whose looks are in the log."""
    person = cell.person()
    for _ in range(2):
        cell.look([person], ["T01"])
        cell.drain()
    return person


def told(**more):
    """Code and place of every finding."""
    return {(finding.code, finding.index) for finding in audit(**more)}


def test_a_sound_log_has_nothing_to_tell(cell: Cell, looked_at):
    """Nobody cheated: nothing is found, also with a grant in use, entries waiting, and somebody erased."""
    let_headquarters_look(cell)
    gone = cell.person()
    cell.drain()
    deeds.erase(cell.question("erase", [gone], CONTACT, by="dpo-cz", purpose=OVERSIGHT), gone)
    cell.drain()
    deeds.finish_erasures()
    cell.look([looked_at, gone], ["T01"])
    cell.drain()
    cell.look([looked_at], ["T01"])
    assert audit() == []


def test_an_audit_changes_nothing(cell: Cell, looked_at):
    """It reads, and makes no key of its own."""
    before = {kind: len(list(keys.store().owners(kind))) for kind in KeyKind}
    audit()
    assert {kind: len(list(keys.store().owners(kind))) for kind in KeyKind} == before


def test_a_look_deleted_by_sql_is_named(looked_at):
    """The row is gone; the log knows which one it was."""
    index = lines(looked_at)[1].index
    Leaf.objects.filter(seq=index).delete()
    found = audit()
    assert ("deleted", index) in {(finding.code, finding.index) for finding in found}
    assert f"Entry {index} was deleted from the database." in {finding.sentence for finding in found}


def test_a_look_deleted_with_its_receipt_and_counter_is_named(looked_at):
    """Covering the tracks beside it does not help."""
    index = lines(looked_at)[2].index
    Leaf.objects.filter(seq=index).delete()
    Receipt.objects.filter(seq=index).delete()
    Chain.objects.filter(owner=b"s" + looked_at).update(length=2)
    Head.objects.update(size=index)
    assert ("deleted", index) in told()


def test_a_look_edited_by_sql_is_named(looked_at):
    """One byte of the public line."""
    line = lines(looked_at)[1]
    Leaf.objects.filter(seq=line.index).update(data=flipped(line.leaf))
    assert ("edited", line.index) in told()


def test_two_lines_that_changed_places_are_named(looked_at):
    """Moving is not deleting: both are named with where they stood."""
    one, other = (line.index for line in lines(looked_at)[1:])
    Leaf.objects.filter(seq=one).update(seq=10_000)
    Leaf.objects.filter(seq=other).update(seq=one)
    Leaf.objects.filter(seq=10_000).update(seq=other)
    assert {("moved", one), ("moved", other)} <= told(openings=False)


def test_a_line_inserted_by_sql_is_named(looked_at):
    """Nobody sequenced it."""
    size, line = Leaf.objects.count(), lines(looked_at)[1]
    row = Leaf.objects.get(seq=line.index)
    row.seq = size
    row.save(force_insert=True)
    assert ("inserted", size) in told(openings=False)


@pytest.mark.parametrize("opening", ["subject", "audit"])
def test_a_changed_opening_is_named(looked_at, opening):
    """What lies sealed beside the line does not open any more."""
    index = lines(looked_at)[1].index
    row = Leaf.objects.get(seq=index)
    Leaf.objects.filter(seq=index).update(**{opening: flipped(getattr(row, opening))})
    assert told() == {("opening-changed", index)}


def test_an_opening_exchanged_for_another_is_named(looked_at):
    """An opening fits the line it was made for and no other."""
    one, other = (line.index for line in lines(looked_at)[1:])
    Leaf.objects.filter(seq=one).update(audit=Leaf.objects.get(seq=other).audit)
    assert told() == {("opening-changed", one)}


def test_a_counter_set_back_is_named(looked_at):
    """A person's own count is one more witness."""
    index = lines(looked_at)[2].index
    Chain.objects.filter(owner=b"s" + looked_at).update(length=2)
    assert ("counter-changed", index) in told()


def test_a_deleted_receipt_is_named(looked_at):
    """Each entry has its receipt."""
    line = lines(looked_at)[1]
    Receipt.objects.filter(entry_hash=line.entry_hash).delete()
    assert told() == {("receipt-changed", line.index), ("receipts", None)}


def test_a_database_set_back_is_named_with_what_it_lacks(cell: Cell, looked_at):
    """Yesterday's copy is put back; the head outside knows how far the log had come."""
    tables = ("ledger_leaf", "ledger_head", "ledger_chain", "ledger_receipt")
    with connections["vault"].cursor() as cursor:
        kept = {}
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            kept[table] = cursor.fetchall()
        size = Leaf.objects.count()
        cell.look([looked_at], ["T01"])
        cell.drain()
        for table, rows in kept.items():
            cursor.execute(f"DELETE FROM {table}")
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    found = audit()
    assert ("set-back", size) in {(finding.code, finding.index) for finding in found}
    assert any("set back" in finding.sentence for finding in found)


def test_another_root_in_the_head_is_named(looked_at):
    """The head row is held against what was signed."""
    Head.objects.update(root=bytes(32))
    assert ("head-edited", None) in told(openings=False)


def published(level: str):
    """The longest file of a level of the log."""
    files = [path for path in (log_folder() / "tile" / level).rglob("*") if path.is_file()]
    return max(files, key=lambda path: int(path.name))


@pytest.mark.parametrize("level", ["0", "entries"])
def test_a_changed_published_file_is_named_with_its_entries(looked_at, level):
    """Tile and bundle are held against each other and the root."""
    path = published(level)
    data = bytearray(path.read_bytes())
    data[5] ^= 1
    path.write_bytes(bytes(data))
    code = "tiles-changed" if level == "0" else "bundles-changed"
    assert told() == {(code, 0)}


@pytest.mark.parametrize(("data", "code"), [(None, "file-missing"), (b"short", "file-changed")])
def test_a_published_file_gone_or_cut_is_named(looked_at, data, code):
    """A tile that is not there, or is no tile."""
    path = max(
        (one for one in (log_folder() / "tile" / "0").rglob("*") if one.is_file()), key=lambda one: int(one.name)
    )
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    found = audit()
    assert [finding.code for finding in found] == [code]
    assert found[0].where == str(path.relative_to(log_folder()))


def test_a_log_rewritten_as_a_whole_is_noticed(looked_at):
    """Line, bundle and tile all say the same new thing; the signed root does not."""
    from aboveboard.core.tlog.merkle import leaf_hash
    from aboveboard.core.tlog.tiles import encode_bundle

    row = Leaf.objects.get(seq=0)
    Leaf.objects.filter(seq=0).update(data=flipped(row.data))
    rows = [bytes(data) for data in Leaf.objects.order_by("seq").values_list("data", flat=True)]
    name = f"000.p/{len(rows)}"
    (log_folder() / "tile/entries" / name).write_bytes(encode_bundle(rows))
    (log_folder() / "tile/0" / name).write_bytes(b"".join(map(leaf_hash, rows)))
    assert ("rewritten", None) in told(openings=False)


@pytest.mark.parametrize(
    ("where", "data", "code"),
    [
        ("outside", None, "head-missing"),
        ("outside", b"x", "head-foreign"),
        ("published", None, "head-missing"),
        ("published", b"x", "head-foreign"),
    ],
)
def test_heads_that_are_gone_or_foreign_are_named(looked_at, where, data, code):
    """Neither head may be missing or signed by somebody else."""
    path = outside_head_path() if where == "outside" else log_folder() / "checkpoint"
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    assert told(openings=False) == {(code, None)}


def test_a_checkpoint_that_tells_another_history_is_named(looked_at):
    """The log's key was used to sign something else of the same size."""
    from aboveboard.apps.ledger.publishing import log_origin, log_signer
    from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint

    signer = log_signer(log_origin())
    other = sign_checkpoint(Checkpoint(log_origin(), Leaf.objects.count(), bytes(32)), signer)
    (log_folder() / "checkpoint").write_bytes(other.encode().encode())
    assert ("checkpoint-differs", None) in told(openings=False)


def test_a_waiting_entry_that_was_changed_is_noticed(cell: Cell, looked_at):
    """It is sealed and bound to its row and name."""
    cell.look([looked_at], ["T01"])
    cell.look([looked_at], ["T02"])
    first, second = Pending.objects.all()
    Pending.objects.filter(pk=first.pk).update(sealed=second.sealed)
    Pending.objects.filter(pk=second.pk).update(entry_hash=bytes(32))
    (found,) = audit(openings=False)
    assert found.sentence == "2 waiting entries were changed."


def test_a_grant_that_nobody_signed_is_named(cell: Cell):
    """A row put there by SQL grants nothing, and is found."""
    grant = let_headquarters_look(cell)
    cell.drain()
    Grant.objects.filter(pk=grant).update(categories="T01,T42")
    (changed,) = audit()
    assert "is not what two people signed" in changed.sentence
    row = Grant.objects.get(pk=grant)
    Grant.objects.filter(pk=grant).delete()
    row.id = bytes(16)
    row.save(force_insert=True)
    (invented,) = audit()
    assert "no signatures that hold" in invented.sentence


def test_neighbouring_entries_are_told_as_one_run():
    """Three in a row are one sentence."""
    assert ranges([7, 3, 4, 5, 9, 7]) == [(3, 5), (7, 7), (9, 9)]
