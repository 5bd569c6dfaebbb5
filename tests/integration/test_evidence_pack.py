"""Evidence: handed out against a committed look, complete, and checked by a stranger without this house."""

import json

import pytest

from aboveboard.apps.evidence import pack as packs
from aboveboard.apps.evidence.lines import folded, history, lines, trace
from aboveboard.apps.evidence.logs import published_note
from aboveboard.apps.evidence.pack import prove
from aboveboard.apps.gate import deeds
from aboveboard.apps.ledger.actions import open_pending
from aboveboard.apps.ledger.models import Leaf, Pending
from aboveboard.core.entries import EntryKind
from aboveboard.core.errors import Conflict, Denied, NotSignedYet, NotVerified, Shredded
from aboveboard.core.terms import PurposeId
from tests.support.bits import flipped
from tests.support.cell import CONTACT, OVERSIGHT, Cell
from tests.support.evidence import asking, checked, let_headquarters_look, officer, own


def evidence(folder):
    """The evidence file of a pack."""
    return json.loads((folder / "evidence.json").read_text())


def test_a_persons_lines_are_told_in_their_order(cell: Cell):
    """Taken in, looked at, refused to headquarters: when, for what, from where, which categories."""
    person = cell.person()
    cell.look([person], ["T01"])
    cell.look([person], ["T01"], by="analyst-hq")
    cell.drain()
    taken_in, looked, refused = lines(person)
    assert [line.number for line in (taken_in, looked, refused)] == [0, 1, 2]
    assert taken_in.kind is EntryKind.CREATED
    assert taken_in.said.categories == ("T01", "T02", "T23")
    assert (looked.said.entity, looked.said.country, looked.said.categories) == ("cz", "CZ", ("T01",))
    assert (refused.said.verdict, refused.said.categories, refused.said.refused) == ("refuse", (), ("T01",))
    assert refused.said.country == "IN"


def test_many_lines_are_all_found(cell: Cell):
    """Labels are looked up in handfuls, until none is left."""
    person = cell.person()
    for _ in range(70):
        cell.look([person], ["T01"])
    cell.drain()
    assert [line.number for line in lines(person)] == list(range(71))


def test_a_reader_has_one_pseudonym_for_a_person_and_another_for_the_next(cell: Cell):
    """Pairwise: two people who compare their pages learn nothing; in small units there is none."""
    first, second = cell.people([{"T01": "First Person"}, {"T01": "Second Person"}])
    for _ in range(2):
        cell.look([first, second], ["T01"])
    cell.look([first], ["T01"], by="seller-de")
    cell.drain()
    mine = [line.reader for line in lines(first) if line.kind is EntryKind.LOOK]
    theirs = {line.reader for line in lines(second) if line.kind is EntryKind.LOOK}
    assert mine[0] == mine[1] != ""
    assert mine[2] == ""
    assert theirs.isdisjoint(mine)


def test_looks_fold_by_day_and_purpose(cell: Cell):
    """Three looks of one seller on one day are one fold with the union of categories."""
    person = cell.person()
    for categories in (["T01"], ["T01", "T02"], ["T23"]):
        cell.look([person], categories)
    cell.look([person], ["T01"], by="seller-cz-2")
    cell.drain()
    folds = folded(lines(person))
    assert [(fold.count, fold.categories) for fold in folds] == [(1, ("T01",)), (3, ("T01", "T02", "T23"))]
    assert folds[0].reader != folds[1].reader
    assert {fold.established for fold in folds} == {"workplace"}


def test_the_trace_of_an_entry_leads_from_committed_to_signed(cell: Cell):
    """The trace bar says how far a look has come."""
    look = cell.look([cell.person()], ["T01"])
    assert trace(look.entry_hash).state == "committed"
    cell.drain()
    place = trace(look.entry_hash)
    assert (place.state, place.leaves) == ("signed", 1)
    assert place.index is not None
    assert trace(bytes(32)) is None


def test_a_pack_holds_and_shows_what_is_held_and_every_look(cell: Cell, tmp_path):
    """Values with purpose, basis, source and term; each look; the stranger says yes."""
    person = cell.person(T01="Žofie Říhová")
    cell.look([person], ["T01"])
    cell.drain()
    proved = own(cell, person, tmp_path / "pack")
    assert proved.folder == tmp_path / "pack"
    assert proved.lines == 2
    report = checked(tmp_path / "pack")
    assert report.failures == ()
    facts = {fact["category"]: fact for fact in evidence(tmp_path / "pack")["facts"]}
    assert facts["T01"]["value"] == "Žofie Říhová"
    assert facts["T01"]["basis"] == "legitimate-interest"
    assert facts["T01"]["source"] == "the cast of the tests"
    assert any("3 of the values shown are, letter by letter" in sentence for sentence in report.proved)


def test_a_pack_is_itself_a_look_and_stands_in_the_next_one(cell: Cell, tmp_path):
    """The entry is committed before a value is opened, and the next pack shows it."""
    person = cell.person()
    cell.drain()
    first = own(cell, person, tmp_path / "first")
    (row,) = Pending.objects.all()
    entry = open_pending(bytes(row.pk), bytes(row.sealed))
    assert (entry.operation, entry.purpose, bytes(row.entry_hash)) == ("disclose", "own-record", first.asked.entry_hash)
    assert evidence(tmp_path / "first")["entry"] == first.asked.entry_hash.hex()
    cell.drain()
    assert own(cell, person, tmp_path / "second").lines == 2
    assert lines(person)[-1].entry_hash == first.asked.entry_hash


def test_a_granted_look_of_headquarters_is_proved_with_its_signatures(cell: Cell, tmp_path):
    """The stranger checks both signatures over the grant, and that it covered the look."""
    person = cell.person()
    grant = let_headquarters_look(cell)
    look = cell.look([person], by="analyst-hq")
    assert {fact.fact.category for fact in look.opened()} == {"T01", "T02", "T23"}
    cell.drain()
    own(cell, person, tmp_path / "pack")
    report = checked(tmp_path / "pack")
    assert report.failures == ()
    assert any("1 looks of other entities" in sentence for sentence in report.proved)
    acts = json.loads((tmp_path / "pack" / "governance.json").read_text())["acts"]
    assert [act["id"] for act in acts] == [grant.hex()]


def test_a_grant_without_its_act_is_never_packed(cell: Cell, tmp_path):
    """If the signed act is gone from the database, the log cannot prove itself, and no pack is handed out."""
    from aboveboard.apps.accounts.models import Act

    person = cell.person()
    grant = let_headquarters_look(cell)
    cell.look([person], by="analyst-hq")
    cell.drain()
    Act.objects.filter(pk=grant).delete()
    with pytest.raises(NotVerified, match="does not prove itself"):
        own(cell, person, tmp_path / "pack")
    assert list(tmp_path.iterdir()) == []


def test_values_added_later_are_tied_to_their_own_line(cell: Cell, tmp_path):
    """Each recording has its digest, and each is made anew."""
    person = cell.person()
    deeds.record(cell.question("record", [person], ["T03"]), person, [cell.new_fact("T03", "+420 000 000 000")])
    cell.drain()
    own(cell, person, tmp_path / "pack")
    assert checked(tmp_path / "pack").holds
    assert len(evidence(tmp_path / "pack")["recordings"]) == 2


def test_a_value_that_was_changed_by_hand_is_not_vouched_for(cell: Cell, tmp_path):
    """A fact moved under another category is shown, and the log does not stand behind it."""
    from aboveboard.apps.vault.models import Fact

    person = cell.person()
    cell.drain()
    Fact.objects.filter(person_id=person, category="T23").delete()
    own(cell, person, tmp_path / "pack")
    report = checked(tmp_path / "pack")
    assert report.holds
    assert any("2 of the values shown cannot be tied" in sentence for sentence in report.not_proved)


def test_the_officer_may_have_a_pack_and_a_seller_may_not(cell: Cell, tmp_path):
    """A person's whole record belongs to the person, and to the officer who examines it."""
    person = cell.person()
    cell.drain()
    seller = cell.question("consult", [person], CONTACT)
    with pytest.raises(Denied):
        prove(
            person, tmp_path / "seller", actor=seller.actor, purpose=seller.purpose, place=seller.place,
            now=seller.asked_at,
        )  # fmt: skip
    assert prove(person, tmp_path / "officer", **officer(cell)).folder is not None
    assert checked(tmp_path / "officer").holds


def test_a_refused_request_writes_nothing_but_its_entry(cell: Cell, tmp_path):
    """The officer with a purpose that is not theirs gets no folder; the refusal is in the log."""
    person = cell.person()
    cell.drain()
    asks = {**officer(cell), "purpose": PurposeId("customer-relationship")}
    proved = prove(person, tmp_path / "pack", **asks)
    assert (proved.folder, proved.report) == (None, None)
    assert list(tmp_path.iterdir()) == []
    assert Pending.objects.count() == 1


def test_a_folder_is_never_written_over(cell: Cell, tmp_path):
    """What lies there stays, and nothing is logged for a request that could not be met."""
    person = cell.person()
    cell.drain()
    (tmp_path / "pack").mkdir()
    with pytest.raises(Conflict):
        own(cell, person, tmp_path / "pack")
    assert Pending.objects.count() == 0


def test_a_pack_appears_whole_or_not_at_all(cell: Cell, tmp_path, monkeypatch):
    """A crash while it is written leaves no folder of that name, and no draft."""
    person = cell.person()
    cell.drain()

    def crash(_folder):
        raise OSError("the disk is full")

    monkeypatch.setattr(packs, "sync_folder", crash)
    with pytest.raises(OSError, match="full"):
        own(cell, person, tmp_path / "pack")
    assert list(tmp_path.iterdir()) == []


def test_a_kept_checkpoint_is_proved_to_be_a_beginning(cell: Cell, tmp_path):
    """The person keeps a checkpoint; later the pack proves that the log only grew since."""
    person = cell.person()
    cell.drain()
    (tmp_path / "kept").write_bytes(published_note())
    for _ in range(5):
        cell.look([person], ["T01"])
    cell.drain()
    own(cell, person, tmp_path / "pack", since=[(tmp_path / "kept").read_bytes()])
    assert checked(tmp_path / "pack", tmp_path / "kept").holds
    own(cell, person, tmp_path / "without")
    assert not checked(tmp_path / "without", tmp_path / "kept").holds


def test_a_foreign_checkpoint_is_refused_before_anything_is_written(cell: Cell, tmp_path):
    """A checkpoint of another log is no beginning of this one."""
    person = cell.person()
    cell.drain()
    from tests.support.packs import draft, kept

    _, log = draft()
    with pytest.raises(NotVerified):
        own(cell, person, tmp_path / "pack", since=[kept(log, 6)])
    assert list(tmp_path.iterdir()) == []


def test_a_pack_stays_valid_after_the_erasure(cell: Cell, tmp_path):
    """What the person took along proves as before; nothing new is handed out."""
    person = cell.person()
    cell.drain()
    own(cell, person, tmp_path / "pack")
    deeds.erase(cell.question("erase", [person], CONTACT, by="dpo-cz", purpose=OVERSIGHT), person)
    cell.drain()
    deeds.finish_erasures()
    assert checked(tmp_path / "pack").holds
    with pytest.raises(Shredded):
        own(cell, person, tmp_path / "later")
    with pytest.raises(Shredded):
        lines(person)


def test_a_deleted_line_is_missed_by_its_number(cell: Cell, tmp_path):
    """The ledger counted it, so its absence shows, and no pack is made that leaves it out."""
    person = cell.person()
    for _ in range(3):
        cell.look([person], ["T01"])
    cell.drain()
    index = lines(person)[2].index
    Leaf.objects.filter(seq=index).delete()
    found = history(person)
    assert found.missing == (2,)
    assert [line.number for line in found.lines] == [0, 1, 3]
    with pytest.raises(NotVerified, match="Line 2"):
        own(cell, person, tmp_path / "pack")


def test_a_changed_opening_is_named(cell: Cell):
    """A line that does not open says which entry it is."""
    person = cell.person()
    cell.drain()
    index = lines(person)[0].index
    row = Leaf.objects.get(seq=index)
    Leaf.objects.filter(seq=index).update(audit=flipped(row.audit))
    with pytest.raises(NotVerified, match=f"Entry {index} "):
        lines(person)


def test_a_pack_made_while_a_line_is_not_signed_leaves_it_to_the_next(cell: Cell, tmp_path):
    """Only what the checkpoint covers is shown, and it is complete up to there."""
    person = cell.person()
    cell.drain()
    note = published_note()
    cell.look([person], ["T01"])
    cell.drain()
    from aboveboard.apps.evidence import logs
    from aboveboard.apps.ledger.publishing import log_folder

    (log_folder() / "checkpoint").write_bytes(note)
    assert own(cell, person, tmp_path / "pack").lines == 1
    assert checked(tmp_path / "pack").holds
    assert logs.current_log().size < Leaf.objects.count()


def test_a_person_of_whom_nothing_is_held_still_has_their_lines(cell: Cell, tmp_path):
    """When every value has expired, the looks are still theirs to prove."""
    from aboveboard.apps.vault.models import Fact

    person = cell.person()
    cell.drain()
    Fact.objects.filter(person_id=person).delete()
    assert own(cell, person, tmp_path / "pack").lines == 1
    assert checked(tmp_path / "pack").holds


def test_while_nothing_about_a_person_is_signed_the_pack_says_how_much_waits(cell: Cell, tmp_path):
    """Not "the log does not prove itself": what is committed will be proved, once it is signed."""
    person = cell.person()
    cell.look([person], ["T01"])
    with pytest.raises(NotSignedYet, match=r"^2 entries about this person are committed but not yet signed.*sequence"):
        own(cell, person, tmp_path / "pack")
    assert list(tmp_path.iterdir()) == []
    cell.drain()
    proved = own(cell, person, tmp_path / "pack")
    assert (proved.lines, proved.waiting) == (3, 0)


def test_on_a_log_that_has_signed_nothing_at_all_the_pack_says_so_too(cell: Cell, tmp_path):
    """Before the first checkpoint there is no head outside either."""
    from django.conf import settings

    from aboveboard.apps.ledger.actions import forget_signed_head
    from aboveboard.apps.ledger.publishing import log_folder

    person = cell.person()
    (log_folder() / "checkpoint").unlink()
    (settings.OPTIONS.outside / "head").unlink()
    forget_signed_head()
    with pytest.raises(NotSignedYet, match=r"^1 entry about this person is committed but not yet signed"):
        own(cell, person, tmp_path / "pack")


def test_a_sequencer_that_stands_still_is_not_waited_for_without_end(cell: Cell, monkeypatch):
    """Whoever holds the place of the sequencer and does not sign keeps nobody waiting longer than a minute."""
    from aboveboard.apps.evidence.waiting import anything_waits
    from aboveboard.apps.ledger.sequencer import sequencing
    from aboveboard.faces.cli import sequencing as waits

    person = cell.person()
    monkeypatch.setattr(waits, "LONGEST_WAIT", 0)
    with sequencing():
        waits.have_signed(person)
    assert anything_waits(person)
    waits.have_signed(person)
    assert not anything_waits(person)


def test_a_pack_counts_what_is_committed_after_the_last_line_it_shows(cell: Cell, tmp_path):
    """The look that made the pack is not counted: it is said already that it stands in the next one."""
    person = cell.person()
    cell.drain()
    cell.look([person], ["T01"])
    cell.look([cell.person()], ["T01"])
    proved = own(cell, person, tmp_path / "pack")
    assert (proved.lines, proved.waiting) == (1, 1)
    assert checked(tmp_path / "pack").holds


def test_somebody_unknown_has_no_evidence(cell: Cell, tmp_path):
    """An id that nobody has leads nowhere."""
    with pytest.raises(Shredded):
        prove(bytes(range(16)), tmp_path / "pack", **asking(), purpose=PurposeId("own-record"))
    assert list(tmp_path.iterdir()) == []


def test_every_pack_says_what_no_log_closes(cell, tmp_path):
    """The limits stand in the pack itself, in both languages; the page they name is there."""
    from tests.support.present import ROOT

    person = cell.person()
    cell.drain()
    assert own(cell, person, tmp_path / "pack").folder
    told = (tmp_path / "pack" / "READ-ME.txt").read_text()
    assert "What no log closes" in told
    assert "Co žádný protokol neuzavře" in told
    assert (ROOT / "docs/explanation/what-the-log-does-not-prove.md").is_file()
