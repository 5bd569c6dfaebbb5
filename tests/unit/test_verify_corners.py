"""The verifier's corners: what only somebody who can sign, and who knows the formats well, could try."""

from datetime import timedelta

import pytest

from aboveboard.core import canonical
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import FIELDS, Leaf
from aboveboard.core.entries.said import said
from aboveboard.core.envelope.commitments import commitment, field_commitment
from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.checkpoint import sign_checkpoint
from aboveboard.core.tlog.cosignature import Cosigner
from aboveboard.core.tlog.note import NoteSigner, sign_note
from aboveboard.core.tlog.trust import TrustPolicy, Witness
from aboveboard.core.verify import parts, shape, verify_pack
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from tests.support.packs import (
    NOW,
    ORIGIN,
    Draft,
    SmallLog,
    again,
    draft,
    failed,
    governance_entry,
    kept,
    key_id,
    trust,
)


def forge(made: Draft, log: SmallLog, position: int, change, *, kind: int | None = None) -> None:
    """Write one of the person's lines otherwise and sign the log anew, as only its operator could."""
    line = made.entries[position]
    side = canonical.decode(line["opened"]["subject"][1].encode())
    change(side)
    value = canonical.encode(side).decode()
    opened = {**line["opened"], "subject": [line["opened"]["subject"][0], value]}
    parts = [
        field_commitment(bytes.fromhex(opened[name][0]), name, opened[name][1].encode())
        if name in opened
        else bytes.fromhex(line["hidden"][name])
        for name in FIELDS
    ]
    old = Leaf.decode(bytes.fromhex(line["leaf"]))
    leaf = Leaf(old.kind if kind is None else kind, old.subject_label, old.actor_label, commitment(parts)).encode()
    log.leaves[line["index"]] = leaf
    again(made, log, [])
    made.entries[position] |= {"opened": opened, "leaf": leaf.hex()}


def nothing(_side: list) -> None:
    """Leave the person's side as it is."""


FORGED = {
    "counted otherwise": lambda side: side.__setitem__(1, 7),
    "not following": lambda side: side.__setitem__(2, "00" * 32),
    "another key": lambda side: side.__setitem__(6, "00" * 32),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_first_line_forged_by_the_operator_is_found(how):
    """Counter, chain and key digest are part of the line."""
    made, log = draft(short=True)
    made.evidence["recordings"] = []
    forge(made, log, 0, FORGED[how])
    assert failed(made.verified()) == {"completeness"}


def test_a_first_line_that_takes_nobody_in_is_found():
    """A record begins with being taken in."""
    made, log = draft(short=True)
    made.evidence["recordings"] = []
    forge(made, log, 0, nothing, kind=EntryKind.LOOK)
    assert failed(made.verified()) == {"completeness"}


def test_a_person_side_that_is_no_side_is_found():
    """The opening has a form."""
    made, log = draft(short=True)
    made.evidence["recordings"] = []
    forge(made, log, 0, lambda side: side.append("more"))
    assert "openings" in failed(made.verified())


def test_a_line_that_hides_the_persons_side_is_found():
    """The person's own side cannot be kept from them."""
    made, log = draft()
    line = made.entries[1]
    line["hidden"]["subject"] = log.line(line["index"], person=False)["hidden"]["subject"]
    del line["opened"]["subject"]
    assert "completeness" in failed(made.verified())


def test_a_recording_in_a_line_that_does_not_hold_is_found():
    """A digest counts only where its line does."""
    made, _ = draft()
    made.evidence["recordings"][0]["line"] = 99
    assert failed(made.verified()) == {"facts"}


def test_lines_of_governance_that_say_nothing_here_are_passed_over():
    """A proposal, a key that is no key: neither helps nor harms."""
    made, log = draft()
    broken = {"key": "00" * 16, "staff": "", "public_key": "zz"}
    more = [log.add(governance_entry("act.proposed", {})), log.add(governance_entry("key.added", broken))]
    again(made, log, more)
    assert made.verified().holds


def test_a_key_replaced_before_the_signature_is_found():
    """A new key on record retires the old one in the same moment."""
    made, log = draft()
    body = {"key": "11" * 16, "staff": "00" * 16, "public_key": "22" * 32, "retired": [key_id(4)]}
    again(made, log, [log.add(governance_entry("key.added", body, NOW - timedelta(hours=1)))])
    assert failed(made.verified()) == {"grants"}


def test_a_log_founded_for_nobody_is_found():
    """Without the first line nobody knows whose log it is."""
    made, _ = draft()
    del made.governance["lines"][0]
    assert "controller" in failed(made.verified())


def test_evidence_of_another_log_is_found():
    """Evidence and checkpoint name one log."""
    made, _ = draft()
    made.evidence["origin"] = "other.test/log"
    assert failed(made.verified()) == {"controller"}


def test_an_empty_earlier_checkpoint_needs_no_proof():
    """Everything extends nothing."""
    made, log = draft()
    made.consistency = [{"checkpoint": kept(log, 0).decode(), "proof": []}]
    assert made.verified().holds


def test_an_earlier_checkpoint_of_another_origin_under_the_same_key_is_found():
    """A key signs for the log it is named for."""
    made, log = draft()
    text = log.checkpoint(6).encode().replace(ORIGIN, "other.test/log")
    made.consistency = [{"checkpoint": sign_note(text, NoteSigner(ORIGIN, b"L" * 32)).encode(), "proof": []}]
    assert failed(made.verified()) == {"consistency"}


def test_a_certificate_over_a_line_that_does_not_hold_is_found():
    """A broken line is no erase line."""
    made, _ = draft()
    made.entries[2]["opened"]["verdict"][1] = "refuse"
    made.extra = {"certificate.json": {"entry": "00" * 32}}
    assert "certificate" in failed(made.verified())


def test_a_witnessed_checkpoint_names_its_witness():
    """Where a witness has cosigned, the report says who, and that sentence of doubt is gone."""
    made, _ = draft()
    cosigner = Cosigner("witness.example", b"W" * 32)
    files = made.files()
    del files[MANIFEST]
    signer = NoteSigner(ORIGIN, b"L" * 32)
    note = sign_checkpoint(made.checkpoint, signer)
    cosigned = note.with_signatures(cosigner.cosign(note.text, NOW))
    files["checkpoint"] = cosigned.encode().encode()
    files[MANIFEST] = sign_manifest(ORIGIN, files, signer)
    policy = TrustPolicy(trust().logs, (Witness("council", cosigner.key),), (), "council")
    report = verify_pack(files, policy)
    assert report.holds
    assert "Witnesses saw the same log: council." in report.proved
    assert not any("cosigned" in sentence for sentence in report.not_proved)
    assert failed(verify_pack(made.files(), policy)) == {"checkpoint"}


@pytest.mark.parametrize("value", [1, ["x"], {}, True])
def test_a_value_that_is_no_text_is_refused(value):
    """A value is a text, or it is not shown."""
    made, _ = draft()
    made.evidence["facts"][0]["value"] = value
    assert failed(made.verified()) == {"form"}


@pytest.mark.parametrize("key", ["01", "x", "1000", "-1"])
def test_a_log_has_a_plain_number(key):
    """The number of a log has one spelling."""
    made, _ = draft()
    made.evidence["label_keys"] = {key: "00" * 32}
    assert failed(made.verified()) == {"form"}


def test_a_file_longer_than_any_pack_is_refused(monkeypatch):
    """A limit stands before any work."""
    made, _ = draft()
    monkeypatch.setattr(parts, "LARGEST", 100)
    assert failed(made.verified()) == {"form"}


def test_no_depth_of_nesting_ends_in_an_exception():
    """However deep somebody nests, it is said to be no evidence."""
    for depth in range(800, 1000):
        with pytest.raises(Invalid):
            shape.read(shape.ENTRIES, b"[" * depth + b"]" * depth)


@pytest.mark.parametrize(("name", "value"), [("time", "yesterday"), ("body", "[]"), ("body", "{"), ("time", None)])
def test_a_line_of_another_form_says_nothing(name, value):
    """Opened fields have a form too."""
    made, _ = draft()
    values = {key: text for key, (_, text) in made.entries[1]["opened"].items()}
    assert said(values).entity == "cz"
    changed = {**values, name: value} if value is not None else {k: v for k, v in values.items() if k != name}
    with pytest.raises(Invalid):
        said(changed)


def test_an_opening_is_a_blind_and_a_value():
    """Nothing less and nothing more."""
    made, _ = draft()
    made.entries[0]["opened"]["country"].append("CZ")
    assert failed(made.verified()) == {"form"}
