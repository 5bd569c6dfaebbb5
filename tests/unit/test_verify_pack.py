"""The verifier: what holds is said to hold, and whatever somebody changed is found and named."""

from dataclasses import replace

import pytest

from aboveboard.core.envelope.commitments import field_commitment
from aboveboard.core.tlog.note import NoteSigner
from aboveboard.core.verify import verify_pack
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from aboveboard.core.verify.shape import ENTRIES, read
from tests.support.packs import (
    ORIGIN,
    Draft,
    SmallLog,
    draft,
    failed,
    short_form,
    trust,
)


@pytest.fixture(scope="module")
def sound() -> tuple[Draft, SmallLog]:
    """A pack in which everything holds, and its log."""
    return draft()


@pytest.fixture
def pack(sound) -> Draft:
    """A pack to be changed."""
    return sound[0].copy()


def test_a_sound_pack_holds_and_says_what_it_proves(pack):
    """Every check holds; what is proved and what is not are both said."""
    report = pack.verified()
    assert report.failures == ()
    assert report.holds
    assert {check.name for check in report.checks} == {
        "checkpoint", "manifest", "form", "inclusion", "openings", "completeness", "controller", "grants", "facts",
        "consistency", "index", "delays",
    }  # fmt: skip
    assert any("no other up to this checkpoint" in sentence for sentence in report.proved)
    assert any("after this checkpoint" in sentence for sentence in report.not_proved)
    assert any("witness" in sentence for sentence in report.not_proved)


def test_every_flipped_byte_in_every_file_is_caught():
    """One bit in any byte of any file, and the pack does not hold; nothing ends in an exception."""
    pack, _ = draft(short=True)
    assert pack.verified().holds
    files = pack.files()
    survived = []
    for name, data in files.items():
        for at in range(len(data)):
            changed = {**files, name: data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]}
            if verify_pack(changed, trust()).holds:
                survived.append((name, at))
    assert survived == []


def test_a_file_that_is_missing_added_or_renamed_is_caught(pack):
    """The manifest names every file, so none can go, come or change its name."""
    files = pack.files()
    for name in files:
        without = {other: data for other, data in files.items() if other != name}
        assert not verify_pack(without, trust()).holds, name
        assert not verify_pack({**without, f"{name}.old": files[name]}, trust()).holds, name
    report = verify_pack({**files, "more.txt": b""}, trust())
    assert failed(report) == {"manifest"}


def test_a_pack_of_another_log_is_not_believed(pack):
    """Somebody with a key of their own makes a perfect pack; nobody trusts their key."""
    forged = pack.files(seed=b"X" * 32)
    report = verify_pack(forged, trust())
    assert failed(report) == {"checkpoint", "manifest"}
    assert report.proved == ()


def test_a_second_signature_on_the_manifest_is_caught(pack):
    """A line added below the log's signature would be ignored by C2SP; here it is a change."""
    files = pack.files()
    files[MANIFEST] += NoteSigner("somebody.else", b"Y" * 32).sign("x\n").encode().encode()
    assert failed(verify_pack(files, trust())) == {"manifest"}


def test_a_manifest_of_another_log_is_caught(pack):
    """The manifest must be of the log that signed the checkpoint."""
    files = pack.files()
    del files[MANIFEST]
    files[MANIFEST] = sign_manifest("other.test/log", files, NoteSigner("other.test/log", b"Z" * 32))
    assert failed(verify_pack(files, trust())) == {"manifest"}


def test_an_empty_folder_does_not_hold():
    """Nothing shown is nothing proved."""
    report = verify_pack({}, trust())
    assert not report.holds
    assert all(check.sentence for check in report.checks)


# What the log's own operator could change: they can sign any manifest, so each part has to stand by itself.


def test_a_line_left_out_in_the_middle_is_found(pack):
    """The labels are counted, so a missing line leaves a gap."""
    del pack.entries[1]
    report = pack.verified()
    assert "completeness" in failed(report)
    assert report.failures[0].entry == pack.entries[1]["index"]


def test_the_first_line_left_out_is_found(pack):
    """The count begins at nought."""
    del pack.entries[0]
    pack.evidence["recordings"] = []
    assert "completeness" in failed(pack.verified())


def test_lines_in_another_order_are_found(pack):
    """Each line holds the hash of the one before it."""
    pack.entries[1], pack.entries[2] = pack.entries[2], pack.entries[1]
    assert "completeness" in failed(pack.verified())


def test_no_lines_at_all_is_no_evidence(pack):
    """A pack without lines proves nothing about a person."""
    pack.entries.clear()
    pack.evidence["recordings"] = []
    assert "completeness" in failed(pack.verified())


@pytest.mark.parametrize(
    "name", ["entity", "country", "purpose", "categories", "verdict", "time", "grant", "operation"]
)
def test_a_field_told_otherwise_is_found(pack, name):
    """A field that does not fit the line's commitment is a lie, and the line is named."""
    pack.entries[2]["opened"][name][1] += "x"
    report = pack.verified()
    assert ("openings", pack.entries[2]["index"]) in {(check.name, check.entry) for check in report.failures}


def test_a_field_hidden_from_the_person_is_found(pack):
    """An audit field may not be left as a commitment only."""
    line = pack.entries[1]
    blind, value = line["opened"].pop("country")
    line["hidden"]["country"] = field_commitment(bytes.fromhex(blind), "country", value.encode()).hex()
    assert "openings" in failed(pack.verified())


def test_a_field_that_lines_do_not_have_is_found(pack):
    """What no line commits to cannot be slipped in beside it."""
    pack.entries[1]["opened"]["apology"] = ["00" * 32, "sorry"]
    assert "openings" in failed(pack.verified())


def test_a_line_of_somebody_else_is_found(pack, sound):
    """Another person's key finds other lines."""
    pack.evidence["label_keys"] = {"1": "11" * 32}
    report = pack.verified()
    assert failed(report) == {"completeness", "index"}


def test_the_person_cannot_be_exchanged(pack):
    """The lines say by opaque id whom they are about."""
    pack.evidence["subject"] = (b"\x07" * 16).hex()
    assert failed(pack.verified()) == {"completeness"}


@pytest.mark.parametrize("change", ["index", "proof", "leaf"])
def test_a_line_that_is_not_in_the_log_is_found(pack, change):
    """Place, proof and public bytes have to lead to the signed root."""
    line = pack.entries[1]
    if change == "index":
        line["index"] += 1
    elif change == "proof":
        line["proof"][0] = "00" * 32
    else:
        line["leaf"] = line["leaf"][:-2] + "00"
    assert "inclusion" in failed(pack.verified())


def test_a_value_other_than_the_one_recorded_is_found(pack):
    """The digest in the log is of the value that was taken in."""
    pack.evidence["facts"][0]["value"] = "Somebody Else"
    assert failed(pack.verified()) == {"facts"}


def test_a_value_under_another_category_is_found(pack):
    """A category that was not recorded cannot be shown as recorded."""
    pack.evidence["facts"][0]["category"] = "T50"
    assert failed(pack.verified()) == {"facts"}


def test_a_recording_of_what_is_not_shown_is_found(pack):
    """A digest can only be made anew from all of its values."""
    pack.evidence["facts"][1]["value"] = None
    assert failed(pack.verified()) == {"facts"}


def test_a_fact_shown_twice_is_found(pack):
    """One id, one value."""
    pack.evidence["facts"].append(dict(pack.evidence["facts"][0]))
    assert failed(pack.verified()) == {"facts"}


def test_values_without_a_recording_are_told_and_do_not_fail(pack):
    """Where a value recorded together with others is gone, that is said and nothing more."""
    pack.evidence["recordings"] = []
    report = pack.verified()
    assert report.holds
    assert any("2 of the values shown cannot be tied to a line" in sentence for sentence in report.not_proved)


def test_another_controller_is_found(pack):
    """The first line of the log says for whom it was founded."""
    pack.evidence["controller"] = "hq"
    assert "controller" in failed(pack.verified())


# The short form


@pytest.fixture
def short(sound):
    """The sound pack as the product writes it."""
    return short_form(*sound)


def test_the_short_form_says_the_same(sound, short):
    """Blinds out of a key, proofs out of the paths of all: the very same lines."""
    whole, less = read(ENTRIES, sound[0].files()["entries.json"]), short.files()["entries.json"]
    assert short.verified() == sound[0].verified()
    found = read(ENTRIES, less)
    assert [replace(line, proof=None) for line in whole.lines] == list(found.lines)
    assert len(less) < 0.6 * len(sound[0].files()["entries.json"])


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda made: made.entries[1].update(key="00" * 32), {"openings"}),
        (lambda made: made.entries[1].pop("key"), {"form"}),
        (lambda made: made.entries[1].update(said=99), {"form"}),
        (lambda made: made.entries[1].pop("said"), {"openings"}),
        (lambda made: made.entries[1]["opened"].update(country="CZ"), {"form"}),
        (lambda made: made.entries[1]["opened"].update(subject="me"), {"form"}),
        (lambda made: made.said[0].update(country="XX"), {"openings", "facts"}),
        (lambda made: made.paths.clear(), {"inclusion"}),
        (lambda made: made.paths.update({"1": made.paths["1"][:-44]}), {"inclusion"}),
        (lambda made: made.paths.update({"1": "AAAA" + made.paths["1"][4:]}), {"inclusion"}),
        (lambda made: made.entries[1].update(index=10**6), {"inclusion", "index"}),
        (lambda made: made.entries[1].update(log=2), {"inclusion", "completeness", "index"}),
    ],
)
def test_what_is_changed_in_the_short_form_is_found(short, change, found):
    """A key, a number, a shared hash, a field said twice: each ends in the check it breaks."""
    change(short)
    assert failed(short.verified()) == found


# Form


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("evidence.json", b""),
        ("evidence.json", b"[]"),
        ("evidence.json", b'{"format":"aboveboard-evidence/1"}'),
        ("evidence.json", b'{ "format":"aboveboard-evidence/2"}'),
        ("entries.json", b"{}"),
        ("entries.json", b"[1]"),
        ("entries.json", b"[[" + b"[" * 5000),
        ("entries.json", b"[" * 900 + b"]" * 900),
        ("entries.json", b'{"lines":[{"hidden":{},"index":-1,"leaf":"","log":1,"opened":{}}],"paths":{},"said":[]}'),
        ("entries.json", b'{"lines":[],"paths":{"1":"A"},"said":[]}'),
        ("entries.json", b'{"lines":[],"paths":{"1":"QR=="},"said":[]}'),
        ("entries.json", b'{"lines":[],"paths":{"one":""},"said":[]}'),
        ("entries.json", b'{"lines":[],"paths":{},"said":[1]}'),
        ("governance.json", b'{"acts":[{}],"lines":[]}'),
        ("consistency.json", b'[{"checkpoint":1,"proof":[]}]'),
        ("consistency.json", b"\xff"),
    ],
)
def test_a_file_of_another_form_ends_in_a_sentence(pack, name, data):
    """Even signed, nonsense is said to be nonsense; nothing ends in an exception."""
    files = pack.files()
    files[name] = data
    del files[MANIFEST]
    files[MANIFEST] = sign_manifest(ORIGIN, files, NoteSigner(ORIGIN, b"L" * 32))
    report = verify_pack(files, trust())
    assert failed(report) == {"form"}
    assert name in report.failures[0].sentence


def test_more_failures_than_anyone_reads_are_counted(pack):
    """Twenty are told one by one, the rest is counted."""
    pack.entries = [pack.entries[1]] * 40
    pack.evidence["recordings"] = []
    report = pack.verified()
    mine = [check for check in report.failures if check.name == "completeness"]
    assert len(mine) == 21
    assert mine[-1].sentence == "20 more of the same kind do not hold."


def test_no_report_repeats_a_value(pack):
    """Whatever fails, no sentence holds a value of the person."""
    pack.evidence["facts"][0]["value"] = "Marked Value"
    pack.entries[1]["opened"]["purpose"][1] = "Marked Value"
    report = pack.verified()
    assert not any("Marked" in check.sentence for check in report.checks)
