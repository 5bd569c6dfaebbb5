"""A receipt by itself and against a pack: every way to read it otherwise is refused."""

import hashlib
from datetime import timedelta

import pytest

from aboveboard.core import canonical
from aboveboard.core.entries.leaf import FIELDS, Leaf, actor_field_key, leaf_key, open_audit, open_by_actor
from aboveboard.core.envelope.labels import label_key_digest
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.merkle import inclusion_proof
from aboveboard.core.tlog.note import NoteSigner, VerifierKey, sign_note
from aboveboard.core.tlog.trust import NO_QUORUM, Log, TrustPolicy
from aboveboard.core.verify.receipts import Outcome, Promise, hold_receipt, open_receipt, verify_receipt
from tests.support.packs import AUDIT, CELL, NOW, ORIGIN, PERSON, STAFF, draft, failed, kept, trust

ENTRY = hashlib.sha256(b"an entry").digest()
OWNER = label_key_digest(PERSON.label)


def signed(promise: Promise, seed: bytes = b"L" * 32) -> bytes:
    """A receipt with the log's signature."""
    return sign_note(promise.encode(), NoteSigner(promise.origin, seed)).encode().encode()


def both_logs() -> TrustPolicy:
    """Trust the small log, and another one."""
    other = VerifierKey.parse(NoteSigner("example.test/other", b"O" * 32).vkey)
    return TrustPolicy((*trust().logs, Log(other)), (), (), NO_QUORUM)


def test_a_receipt_reads_back():
    """Origin, entry, deadline, and to whom it was given."""
    for owner in (b"", OWNER):
        promise = Promise(ORIGIN, ENTRY, NOW, owner)
        assert open_receipt(signed(promise), trust()) == promise


@pytest.mark.parametrize("at", [0, 2, 3, 4])
def test_a_receipt_has_one_form(at):
    """Each line has its own; another, one more or one less is none of them."""
    lines = Promise(ORIGIN, ENTRY, NOW, OWNER).encode().splitlines()
    for changed in ([*lines[:at], "x", *lines[at + 1 :]], [*lines[:at], "x", *lines[at:]], lines[:3]):
        with pytest.raises(Invalid):
            Promise.parse("\n".join(changed) + "\n")


def test_a_receipt_of_an_unknown_log_is_refused():
    """Nobody is held to what a stranger signed."""
    with pytest.raises(NotVerified):
        open_receipt(signed(Promise("example.test/other", ENTRY, NOW)), trust())


def test_a_receipt_of_another_key_or_a_checkpoint_in_its_place_is_refused():
    """Only the log that promised is held to it, and only to what is a promise."""
    made, log = draft()
    for note in (signed(Promise(ORIGIN, ENTRY, NOW), b"X" * 32), kept(log, 6), b"", b"\xff\n\n"):
        assert hold_receipt(note, made.files(), trust()).outcome is Outcome.UNVERIFIED
        assert failed(verify_receipt({"receipt": note}, trust())) == {"receipt"}


def test_an_entry_among_the_lines_keeps_the_promise():
    """The person's own side of a line names its entry."""
    made, _ = draft()
    entry = bytes.fromhex(canonical.decode(made.entries[1]["opened"]["subject"][1].encode())[4])
    held = hold_receipt(signed(Promise(ORIGIN, entry, NOW)), made.files(), trust())
    assert (held.outcome, held.index) == (Outcome.KEPT, made.entries[1]["index"])


def test_an_entry_that_is_not_there_past_the_deadline_breaks_it():
    """The pack is complete, stands for a later moment, and the receipt says that it is about this person."""
    made, _ = draft()
    late = NOW + timedelta(hours=1)  # the time of the person's last line
    promise = Promise(ORIGIN, ENTRY, late, OWNER)
    assert hold_receipt(signed(promise), made.files(), trust()).outcome is Outcome.BROKEN
    too_early = Promise(ORIGIN, ENTRY, late + timedelta(seconds=1), OWNER)
    assert hold_receipt(signed(too_early), made.files(), trust()).outcome is Outcome.OPEN
    made.evidence["made_at"] = (late + timedelta(minutes=1)).isoformat()
    assert hold_receipt(signed(too_early), made.files(), trust()).outcome is Outcome.BROKEN
    made.evidence["made_at"] = "some day"
    assert hold_receipt(signed(too_early), made.files(), trust()).outcome is Outcome.UNVERIFIED


def test_what_the_receipt_does_not_say_is_not_proved():
    """Without the person's digest, or with another's, or of another log, an absent entry proves nothing."""
    made, _ = draft()
    for promise in (Promise(ORIGIN, ENTRY, NOW), Promise(ORIGIN, ENTRY, NOW, bytes(32))):
        assert hold_receipt(signed(promise), made.files(), trust()).outcome is Outcome.OPEN
    other = Promise("example.test/other", ENTRY, NOW, OWNER)
    assert hold_receipt(signed(other, b"O" * 32), made.files(), both_logs()).outcome is Outcome.OPEN
    made.entries.pop()
    assert hold_receipt(signed(Promise(ORIGIN, ENTRY, NOW, OWNER)), made.files(), trust()).outcome is Outcome.UNVERIFIED


def line_of_reader() -> tuple[bytes, dict, dict]:
    """A line opened to whoever acted: its entry, the line, and the files of its receipt."""
    made, log = draft()
    index = made.entries[1]["index"]
    leaf = Leaf.decode(log.leaves[index])
    opened = open_by_actor(CELL, leaf, log.openings[index][1].actor, STAFF)
    audit = open_audit(CELL, leaf, log.openings[index][1].audit, leaf_key(AUDIT, leaf.subject_label))
    hidden = [one.hex() for name, one in zip(FIELDS, audit.field_commitments(), strict=True) if name != "actor"]
    blind = actor_field_key(STAFF.opening, opened.side.number)
    line = {
        "index": index,
        "leaf": log.leaves[index].hex(),
        "opened": {"actor": [blind.hex(), opened.side.encode().decode()]},
        "hidden": hidden,
        "proof": [one.hex() for one in inclusion_proof(index, len(log.leaves), log.subtree)],
    }
    return opened.side.entry_hash, line, {"checkpoint": made.files()["checkpoint"]}


def test_the_line_of_whoever_acted_keeps_the_promise():
    """Receipt, checkpoint, line: the entry stands in the log."""
    entry, line, files = line_of_reader()
    files |= {"receipt": signed(Promise(ORIGIN, entry, NOW)), "line.json": canonical.encode(line)}
    report = verify_receipt(files, trust())
    assert report.holds, report.failures
    assert "The promise was kept" in report.proved[0]
    alone = verify_receipt({"receipt": files["receipt"]}, trust())
    assert alone.holds
    assert alone.proved == ()
    assert "Whether the promise was kept." in alone.not_proved[0]


@pytest.mark.parametrize("broken", ["index", "leaf", "opened", "hidden", "proof", "entry", "checkpoint", "other"])
def test_another_line_does_not_keep_it(broken):
    """Whatever is exchanged in the line, the promise is not shown to be kept."""
    entry, line, files = line_of_reader()
    promise = Promise(ORIGIN, ENTRY if broken == "entry" else entry, NOW)
    changed = {"index": line["index"] + 1, "leaf": "00" * 98, "opened": {}, "hidden": line["hidden"][1:], "proof": []}
    if broken in changed:
        line[broken] = changed[broken]
    files |= {"receipt": signed(promise), "line.json": canonical.encode(line)}
    if broken == "checkpoint":
        del files["checkpoint"]
    policy = trust()
    if broken == "other":
        signer = NoteSigner("example.test/other", b"O" * 32)
        files["checkpoint"] = sign_checkpoint(Checkpoint(signer.key.name, 3, bytes(32)), signer).encode().encode()
        policy = both_logs()
    assert failed(verify_receipt(files, policy)) == {"line"}
