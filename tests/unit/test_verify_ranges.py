"""A range of the log: it proves what was asked, and every way to hide a look in it is noticed."""

from datetime import timedelta

import pytest

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import sign_checkpoint
from aboveboard.core.tlog.cosignature import Cosigner
from aboveboard.core.tlog.merkle import consistency_proof
from aboveboard.core.tlog.note import NoteSigner
from aboveboard.core.tlog.trust import TrustPolicy, Witness
from aboveboard.core.verify.asked import AFTER, BEFORE, Asked, time_of
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from aboveboard.core.verify.ranges import verify_range
from aboveboard.core.verify.spans import KEY_GONE, SEALED
from tests.support.packs import NOW, ORIGIN, failed, kept, trust
from tests.support.ranges import ASKED, drafted, line, log_of_looks


def test_a_range_says_which_looks_were_as_asked():
    """Of four looks from the United States one is of headquarters and in the hour; it is named by place and time."""
    report = drafted(log_of_looks()).verified()
    assert report.holds, report.failures
    assert report.proved[0].startswith(
        "1 look was recorded as from US by the entity hq between 2026-11-22 09:00:00 UTC"
    )
    assert report.proved[1] == "Line 4: 2026-11-22 09:12:00 UTC."
    assert report.not_proved


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"country": "JP"}, "No look was recorded as from JP between "),
        ({"country": "US"}, "2 looks were recorded as from US between "),
        ({"country": "US", "released": True}, "1 look that released something was recorded as from US between "),
        ({"category": "T01"}, "2 looks were recorded of the category T01 between "),
        ({"category": "T03"}, "1 look was recorded of the category T03 between "),
        ({"category": "T03", "released": True}, "No look that released something was recorded of the category T03"),
        ({"category": "T01", "released": True}, "2 looks that released something were recorded of the category T01"),
        ({"category": "T02", "entity": "hq"}, "No look was recorded by the entity hq of the category T02 between "),
        ({"purpose": "customer-relationship"}, "3 looks were recorded for the purpose customer-relationship between "),
        ({}, "3 looks were recorded between "),
    ],
)
def test_each_question_is_answered(asked, says):
    """Country, entity, purpose, category, release: alone, together, or nothing but the period."""
    report = drafted(log_of_looks(), Asked(ASKED.since, ASKED.until, **asked)).verified()
    assert report.holds, report.failures
    assert report.proved[0].startswith(says)


def test_a_range_need_not_begin_with_the_log():
    """The peaks of the tree before it stand for all that is not shown."""
    report = drafted(log_of_looks(), start=1).verified((kept(log_of_looks(), 9),))
    assert report.holds, report.failures


def test_a_range_that_begins_or_ends_inside_the_period_is_refused():
    """Without a line that is old enough, or one that is young enough, looks could stand outside."""
    log = log_of_looks()
    assert failed(drafted(log, start=2).verified()) == {"period"}
    short = drafted(log)
    short.lines.pop()
    short.range["end"] -= 1
    short.range["after"] = [one.hex() for one in consistency_proof(7, len(log.leaves), log.subtree)]
    assert failed(short.verified()) == {"period"}


def test_a_look_left_out_is_missed():
    """Whichever line is taken out, the tree does not come out."""
    for at in range(8):
        made = drafted(log_of_looks())
        del made.lines[at]
        assert "range" in failed(made.verified())
        made.range["end"] -= 1
        assert "range" in failed(made.verified())


def test_a_look_that_is_not_opened_is_refused():
    """A look of which nothing, or not enough, is opened could be one of those asked for."""
    for names in (set(), {"country"}, {"country", "entity"}, {"entity", "time"}):
        made, log = drafted(log_of_looks()), log_of_looks()
        made.lines[4] = line(log, 4, names)
        assert failed(made.verified()) == {"openings"}, names


def test_more_than_was_asked_is_refused():
    """What a range opens beyond the question nobody had to learn."""
    log = log_of_looks()
    for at, names in ((3, {"country", "purpose"}), (0, {"operation", "time"}), (3, {"country", "entity"})):
        made = drafted(log)
        made.lines[at] = line(log, at, names)
        assert failed(made.verified()) == {"openings"}, names


@pytest.mark.parametrize("why", [KEY_GONE, SEALED])
def test_what_is_withheld_is_counted_and_said(why):
    """A line that is not opened, for whatever reason, weakens the sentence and does not vanish from it."""
    made = drafted(log_of_looks())
    made.lines[4] = [made.lines[4][0], why]
    report = made.verified()
    assert report.holds, report.failures
    assert report.proved[0].startswith("No look was recorded as from US by the entity hq between ")
    assert report.proved[0].endswith(
        {KEY_GONE: ", except 1 of which the month's key is gone.", SEALED: ", except 1 sealed."}[why]
    )
    assert len(report.not_proved) == len(drafted(log_of_looks()).verified().not_proved) + 1


def test_a_field_under_another_name_or_of_no_line_does_not_count():
    """Fields are committed to by name; a further one, or one opened and hidden too, has no commitment."""
    made = drafted(log_of_looks())
    made.lines[3][1]["moon"] = made.lines[3][1]["country"]
    assert failed(made.verified()) == {"openings"}
    made = drafted(log_of_looks())
    made.lines[3][2].append("00" * 32)
    assert failed(made.verified()) == {"openings"}
    made = drafted(log_of_looks())
    made.lines[3][2].pop()
    assert failed(made.verified()) == {"openings"}


def test_a_false_index_leaf_hides_nothing():
    """What calls itself an index and is none could be a look."""
    log = log_of_looks()
    log.leaves[4] = log.leaves[4][:1] + b"\x07" + log.leaves[4][2:]
    log.leaves.pop()
    log.openings.pop()
    log.leaves.append(b"\x01\x07" + bytes(32) + (8).to_bytes(8, "big") + bytes(56))
    made = drafted(log)
    assert failed(made.verified()) == {"openings"}


def test_an_unknown_kind_of_line_counts_as_a_look():
    """A verifier that does not know a kind of line takes nothing for granted about it."""
    log = log_of_looks()
    log.leaves[4] = log.leaves[4][:1] + b"\x2a" + log.leaves[4][2:]
    made = drafted(log)
    made.lines[4] = line(log, 4, ())
    assert failed(made.verified()) == {"openings"}


def test_a_time_that_is_no_time_is_said():
    """The field has one form."""
    with pytest.raises(NotVerified):
        time_of("yesterday")


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"from": "x", "until": "y"},
        {**ASKED.told(), "moon": "full"},
        {**ASKED.told(), "until": ASKED.told()["from"]},
        {**ASKED.told(), "released": "maybe"},
        {**ASKED.told(), "country": ""},
        {**ASKED.told(), "from": "2026-11-22T10:00:00+01:00"},
        {**ASKED.told(), "from": "0001-01-01T00:00:00+23:59"},
    ],
)
def test_a_question_has_one_spelling(told):
    """What was asked reads in one way, or not at all."""
    with pytest.raises(Invalid):
        Asked.read(told)
    made = drafted(log_of_looks())
    made.range["asked"] = told
    assert failed(made.verified()) == {"form"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "aboveboard-range/2"),
        ("opens", "everything"),
        ("asked", {**ASKED.told(), "country": 7}),
        ("origin", 7),
        ("start", -1),
        ("entry", "00"),
        ("before", ["00"]),
        ("files", 2),
        ("files", "1"),
    ],
)
def test_a_range_of_another_form_is_refused(name, value):
    """Each member has its form."""
    made = drafted(log_of_looks())
    made.range[name] = value
    assert failed(made.verified()) == {"form"}


@pytest.mark.parametrize(
    "shown", [7, [], ["00"], ["01"], ["0102"], [7], ["x", "lost"], ["x", {}, []], [None, {"country": []}, []]]
)
def test_a_line_of_another_form_is_refused(shown):
    """A line is its bytes, its bytes and a reason, or its bytes with what is opened and hidden."""
    made = drafted(log_of_looks())
    made.lines[3] = [made.lines[3][0] if one == "x" else one for one in shown] if isinstance(shown, list) else shown
    assert failed(made.verified()) == {"form"}


def test_another_log_or_another_place_is_refused():
    """A range counts under the checkpoint of its own log, at its own place."""
    made = drafted(log_of_looks())
    made.range["origin"] = "example.test/other"
    assert failed(made.verified()) == {"range"}
    for name in ("start", "end"):
        made = drafted(log_of_looks(), start=1)
        made.range[name] += 1
        assert "range" in failed(made.verified())


def test_no_lines_prove_nothing():
    """An empty range is none."""
    made = drafted(log_of_looks())
    made.lines, made.range["end"] = [], 0
    assert "range" in failed(made.verified())


def test_files_that_are_missing_or_foreign_are_said():
    """Checkpoint, range, lines, consistency: without one there is nothing to hold."""
    whole = drafted(log_of_looks()).files()
    for name in ("checkpoint", "range.json", "lines-000.json", "consistency.json", "manifest"):
        report = verify_range({key: data for key, data in whole.items() if key != name}, trust())
        assert not report.holds
        assert report.not_proved
    assert not verify_range(whole, trust(seed=b"X" * 32)).holds


def test_the_range_is_wide_enough_for_what_a_human_takes():
    """An hour before, for what a human takes to sign; two minutes behind, because a minute is the longest wait."""
    assert (timedelta(hours=1), timedelta(minutes=2)) == (BEFORE, AFTER)
    asked = Asked(NOW, NOW + timedelta(hours=1))
    with pytest.raises(NotVerified):
        asked.covered_by({0: NOW - BEFORE + timedelta(seconds=1), 9: asked.until + AFTER}, start=1)
    with pytest.raises(NotVerified):
        asked.covered_by({0: NOW - BEFORE, 9: asked.until + AFTER - timedelta(seconds=1)}, start=1)
    asked.covered_by({0: NOW - BEFORE, 9: asked.until + AFTER}, start=1)


def test_after_a_declared_gap_the_log_before_is_named():
    """A second log may not reach back; then the answer excepts what stands before, unless a line is old enough."""
    log = log_of_looks()
    made = drafted(log)
    made.range["log"] = 2
    assert not any("declared gap" in sentence or "earlier logs" in sentence for sentence in made.verified().proved)
    made.lines[1] = line(log, 1, {"country"})
    report = made.verified()
    assert ", except what earlier logs of this cell hold (log 1)." in report.proved[0]
    assert any("declared gap; what was before stands in that one" in sentence for sentence in report.proved)
    assert any("What stood in log 1 of this cell" in sentence for sentence in report.not_proved)


def test_many_looks_are_told_in_part():
    """Twenty are named, the rest is counted."""
    from tests.support.packs import SmallLog, governance_entry, look

    log = SmallLog()
    for minute in range(25):
        log.add(look(NOW + timedelta(minutes=minute)))
    log.add(governance_entry("range.opened", {}, NOW + timedelta(hours=1) + AFTER))
    log.end()
    report = drafted(log, Asked(NOW, NOW + timedelta(hours=1))).verified()
    assert report.holds, report.failures
    assert "5 more." in report.proved


def test_a_witness_says_when_it_saw_the_log():
    """A time that is not the company's stands beside the range."""
    made, signer = drafted(log_of_looks()), NoteSigner(ORIGIN, b"L" * 32)
    cosigner, files = Cosigner("witness.example", b"W" * 32), made.files()
    note = sign_checkpoint(made.checkpoint, signer)
    del files[MANIFEST]
    files["checkpoint"] = note.with_signatures(cosigner.cosign(note.text, NOW)).encode().encode()
    files[MANIFEST] = sign_manifest(ORIGIN, files, signer)
    report = verify_range(files, TrustPolicy(trust().logs, (Witness("council", cosigner.key),), (), "council"))
    assert report.holds, report.failures
    assert report.proved[-1] == "The witness council saw this log at 2026-11-22 09:00:00 UTC."
    assert not any("cosigned" in sentence for sentence in report.not_proved)
