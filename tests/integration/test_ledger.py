"""The ledger: nothing acknowledged is lost, nothing is signed in two histories, a set-back database is noticed."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.ledger import actions, publishing, sequencer
from aboveboard.apps.ledger.models import Chain, Head, Leaf, Pending, Receipt
from aboveboard.apps.ledger.publishing import RolledBack, log_folder
from aboveboard.apps.ledger.sequencer import Sequencer, sequencing
from aboveboard.core.entries import Entry, EntryKind, SubjectLine
from aboveboard.core.entries.leaf import Leaf as LeafBytes
from aboveboard.core.entries.leaf import open_audit, open_by_actor, open_by_person
from aboveboard.core.envelope.keys import KeyKind, log_keys
from aboveboard.core.errors import Conflict, LedgerUnavailable
from aboveboard.core.tlog.checkpoint import open_checkpoint
from aboveboard.core.tlog.cosignature import Verifier
from aboveboard.core.tlog.merkle import leaf_hash
from aboveboard.core.tlog.tiles import TileBuilder, bundles_for, read_bundle
from tests.support.cell import Cell


def entry(*subjects: bytes, actor: bytes = b"a" * 16, at: datetime | None = None) -> Entry:
    """A look at *subjects*."""
    return Entry(
        kind=EntryKind.LOOK,
        at=at or datetime.now(UTC),
        operation="consult",
        actor=actor,
        role="seller",
        entity="cz",
        country="CZ",
        established="workplace",
        purpose="customer-relationship",
        verdict="permit",
        subjects=tuple(SubjectLine(subject, ("T01",)) for subject in subjects),
    )


def commit(*entries: Entry) -> list[bytes]:
    """Commit entries as looks are committed."""
    return [actions.append_if(one, "1=1", []) or b"" for one in entries]


def checkpoint():
    """The published checkpoint, its signature checked."""
    origin = publishing.log_origin()
    vkey = publishing.log_signer(origin).vkey
    return open_checkpoint((log_folder() / "checkpoint").read_bytes(), Verifier.from_vkey(vkey), origin)


def test_an_acknowledged_entry_is_pending_until_it_is_in_the_log(cell: Cell):
    """It is in exactly one of the two places."""
    (entry_hash,) = commit(entry(b"p" * 16))
    assert bytes(Pending.objects.get().entry_hash) == entry_hash
    cell.drain()
    assert not Pending.objects.exists()
    receipt = Receipt.objects.get(entry_hash=entry_hash)
    assert (receipt.leaves, receipt.seq) == (1, Head.objects.get().size - 2)


def test_an_entry_makes_one_leaf_a_person_and_none_tells_whom(cell: Cell):
    """Three people, three leaves with labels that have nothing in common, and no id in the public bytes."""
    people = [bytes([n]) * 16 for n in (1, 2, 3)]
    start = Head.objects.get().size
    commit(entry(*people), entry(*people))
    cell.drain()
    public = [bytes(row.data) for row in Leaf.objects.filter(seq__gte=start, month__gt=0)]
    assert len({LeafBytes.decode(data).subject_label for data in public}) == 6
    assert len({LeafBytes.decode(data).actor_label for data in public}) == 6
    assert all(person not in data for person in people for data in public)


def test_each_opening_speaks_only_to_its_own_key(cell: Cell):
    """The person opens theirs, the employee theirs, K_audit the rest."""
    person = b"p" * 16
    keys.store().make(KeyKind.LOG, person)
    commit(entry(person))
    cell.drain()
    row = Leaf.objects.filter(month__gt=0).latest("seq")
    leaf, name = LeafBytes.decode(bytes(row.data)), settings.OPTIONS.cell
    opened = open_by_person(name, leaf, bytes(row.subject), log_keys(keys.store().key(KeyKind.LOG, person)))
    assert (opened.side.subject, opened.side.number) == (person, 0)
    employee = log_keys(keys.store().actor_key(b"a" * 16))
    assert open_by_actor(name, leaf, bytes(row.actor), employee).side.actor == b"a" * 16
    audit = open_audit(name, leaf, bytes(row.audit), opened.leaf_key)
    assert [audit.text(field) for field in ("country", "verdict", "categories")] == ["CZ", "permit", "T01"]
    assert audit.commitment() == leaf.commitment
    assert person.hex().encode() not in b"".join(audit.values)


def test_the_checkpoint_signs_the_root_of_the_leaves_and_the_tiles_make_it(cell: Cell):
    """Whoever mirrors the folder can hash the log anew."""
    commit(*(entry(bytes([n]) * 16) for n in range(40)))
    cell.drain()
    signed = checkpoint()
    get = FileTiles(log_folder()).get
    leaves = [leaf for bundle in bundles_for(0, signed.size) for leaf in read_bundle(get, bundle)]
    assert len(leaves) == signed.size
    assert TileBuilder().extend(map(leaf_hash, leaves)).root == signed.root
    assert TileBuilder.load(get, signed.size).root() == signed.root


def test_counters_have_no_gap_and_each_leaf_names_the_one_before(cell: Cell):
    """A person's lines are numbered in the order of the looks, however the batch was shuffled."""
    person = b"p" * 16
    log = log_keys(keys.store().make(KeyKind.LOG, person))
    for _ in range(3):
        commit(*(entry(person, bytes([n]) * 16) for n in range(4)))
        cell.drain()
    from aboveboard.core.envelope.labels import label

    previous = b""
    for number in range(12):
        row = Leaf.objects.get(subject_label=label(log.label, number))
        leaf = LeafBytes.decode(bytes(row.data))
        side = open_by_person(settings.OPTIONS.cell, leaf, bytes(row.subject), log).side
        assert (side.number, side.previous) == (number, previous)
        previous = leaf_hash(bytes(row.data))
    assert Chain.objects.get(owner=b"s" + person).length == 12


def test_only_one_sequencer_at_a_time(cell: Cell):
    """A second one is told so."""
    with sequencing(), pytest.raises(Conflict, match="sequencing"), sequencing():
        pass


def test_two_sequencers_that_meet_on_one_head_do_not_both_write(cell: Cell):
    """Compare-and-swap on the size: the second stops, and nothing of its batch stays."""
    commit(entry(b"p" * 16))
    with sequencing():
        first, second = Sequencer(), Sequencer()
        first.drain()
        commit(entry(b"q" * 16))
        with pytest.raises((Conflict, RolledBack)):
            second.step()
        assert Pending.objects.count() == 1
        assert first.drain() == 1


@pytest.mark.parametrize("where", ["publish", "bundles", "tile", "sign"])
def test_a_crash_while_publishing_is_caught_up_byte_for_byte(cell: Cell, monkeypatch, where):
    """The leaves are durable; what a crash left unpublished is published by the next start."""
    commit(*(entry(bytes([n]) * 16) for n in range(5)))

    def crash(*_args, **_more):
        raise SystemExit

    target = {
        "publish": (publishing.Publisher, "publish"),
        "bundles": (publishing.Publisher, "_write_bundles"),
        "tile": (FileTiles, "put"),
        "sign": (publishing.Publisher, "_sign"),
    }[where]
    with sequencing(), monkeypatch.context() as patch, pytest.raises(SystemExit):
        running = Sequencer()
        patch.setattr(*target, crash)
        running.drain()
    before = checkpoint().size
    cell.drain()
    assert checkpoint().size == before + 6 == Head.objects.get().size
    test_the_checkpoint_signs_the_root_of_the_leaves_and_the_tiles_make_it(cell)


def test_a_crash_before_the_commit_loses_nothing(cell: Cell, monkeypatch):
    """The batch is undone whole, and the entries are still pending."""
    commit(entry(b"p" * 16))
    with sequencing(), monkeypatch.context() as patch, pytest.raises(SystemExit):
        running = Sequencer()

        def crash(*_args):
            raise SystemExit

        patch.setattr(sequencer, "_keep_chains", crash)
        running.drain()
    assert Pending.objects.count() == 1
    assert Leaf.objects.count() == Head.objects.get().size
    assert cell.drain() == 1


def test_nothing_is_released_when_nobody_has_sequenced_for_a_minute(cell: Cell):
    """An entry that waits too long stops the gate, with a sentence that says what to start."""
    person = cell.person()
    old = int((datetime.now(UTC) - timedelta(seconds=61)).timestamp() * 1_000_000)
    Pending.objects.update(committed_us=old)
    with pytest.raises(LedgerUnavailable, match="serve"):
        cell.look([person])
    with pytest.raises(LedgerUnavailable):
        actions.append(entry(b"q" * 16))
    cell.drain()
    assert cell.look([person]).opened()


def set_back() -> None:
    """Take the last leaf out of the database, as an old copy would have it."""
    head = Head.objects.get()
    size = head.size - 1
    builder = TileBuilder().extend(map(leaf_hash, publishing.stored_leaves(0, size))).builder
    Leaf.objects.filter(seq__gte=size).delete()
    Head.objects.update(size=size, root=builder.root(), edges=sequencer.encode_edges(builder.edges))


def test_a_database_that_was_set_back_is_noticed_and_nothing_is_signed_or_released(cell: Cell):
    """The head outside remembers; sequencer and gate both refuse, each with a clear sentence."""
    person = cell.person()
    cell.drain()
    set_back()
    with sequencing(), pytest.raises(RolledBack, match="set back"):
        Sequencer()
    with pytest.raises(LedgerUnavailable, match="set back"):
        cell.look([person])


def test_a_changed_leaf_is_noticed_at_the_next_start(cell: Cell):
    """The first entries are not those that were signed."""
    cell.person()
    cell.drain()
    row = Leaf.objects.latest("seq")
    data = bytes(row.data)
    Leaf.objects.filter(seq=row.seq).update(data=data[:-1] + bytes([data[-1] ^ 1]))
    with sequencing(), pytest.raises(RolledBack, match="changed"):
        Sequencer()


def test_a_database_exchanged_under_a_running_sequencer_is_noticed(cell: Cell):
    """What was signed last must be what stands there now."""
    cell.person()
    cell.drain()
    with sequencing():
        running = Sequencer()
        set_back()
        # The gate would refuse to append; whoever exchanges databases can also put a row there.
        row = actions.pending_row(entry(b"q" * 16))
        Pending.objects.create(id=row.id, sealed=row.sealed, entry_hash=row.entry_hash, committed_us=row.committed_us)
        with pytest.raises(RolledBack, match="exchanged"):
            running.step()
    assert Pending.objects.count() == 1


def test_a_missing_head_outside_is_noticed(cell: Cell):
    """Whoever takes the head away does not get a log that forgets."""
    (settings.OPTIONS.outside / "head").unlink()
    with sequencing(), pytest.raises(RolledBack, match="missing"):
        Sequencer()


@pytest.mark.parametrize("spoil", ["missing", "unreadable", "nonsense"])
def test_a_head_outside_that_cannot_be_read_stops_the_gate(cell: Cell, spoil):
    """Without it nobody can tell whether the database was set back."""
    person = cell.person()
    cell.drain()
    assert cell.look([person]).opened()
    head = settings.OPTIONS.outside / "head"
    head.unlink()
    if spoil == "unreadable":
        head.mkdir()
    if spoil == "nonsense":
        head.write_text("nonsense", encoding="utf-8")
    try:
        with pytest.raises(LedgerUnavailable, match="outside"):
            cell.look([person])
    finally:
        if spoil == "unreadable":
            head.rmdir()


def test_a_ledger_that_cannot_write_releases_nothing(cell: Cell):
    """Read-only database: the look fails with a sentence, and no value is opened."""
    person = cell.person()
    with connections["vault"].cursor() as cursor:
        if connections["vault"].vendor == "sqlite":
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("SET default_transaction_read_only = on")
        try:
            with pytest.raises(LedgerUnavailable, match="cannot commit"):
                cell.look([person])
        finally:
            if connections["vault"].vendor == "sqlite":
                cursor.execute("PRAGMA query_only = OFF")
            else:
                cursor.execute("SET default_transaction_read_only = off")


def test_a_pending_row_moved_to_another_place_does_not_open(cell: Cell):
    """The sealed entry is bound to its row."""
    from aboveboard.core.errors import NotVerified

    commit(entry(b"p" * 16))
    row = Pending.objects.get()
    with pytest.raises(NotVerified):
        actions.open_pending(bytes(range(16)), bytes(row.sealed))


def test_the_key_store_file_holds_no_key_in_clear(cell: Cell):
    """A copy of the file without the root key is worth nothing."""
    key = keys.store().make(KeyKind.LOG, b"p" * 16)
    keys.store().settle()
    assert key not in keys.store().path.read_bytes()


def test_a_shredded_key_is_gone_from_the_file(cell: Cell):
    """Neither the row nor the write-ahead log has its wrapped form any more."""
    store = keys.store()
    store.make(KeyKind.FACTS, b"p" * 16, "relation-3y")
    with sqlite3.connect(store.path) as reader:
        (wrapped,) = reader.execute(
            "SELECT wrapped FROM wrapped_key WHERE owner = ? AND kind = ?", (b"p" * 16, KeyKind.FACTS)
        ).fetchone()
    reader.close()
    assert store.shred(b"p" * 16, KeyKind.FACTS) == 1
    for suffix in ("", "-wal"):
        path = store.path.with_name(store.path.name + suffix)
        assert not path.exists() or bytes(wrapped) not in path.read_bytes()


def test_rotating_the_root_key_wraps_every_key_anew_and_goes_on_after_a_crash(cell: Cell, monkeypatch):
    """The keys stay the same, the old root opens nothing, and half a rotation is finished by the next call."""
    from aboveboard.core.envelope.keys import new_key

    store = keys.store()
    before = {owner: store.key(KeyKind.ACTOR, owner) for owner in store.owners(KeyKind.ACTOR)}
    root = new_key()
    assert store.rotate_root(root, batch=7) > 0
    assert {owner: store.key(KeyKind.ACTOR, owner) for owner in before} == before
    assert store.rotate_root(root) == 0
