"""An evidence file and a press file: whatever is left out, changed or of another form is noticed."""

import pytest

from aboveboard.core import canonical
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import AUDIT_FIELDS
from aboveboard.core.entries.said import said
from aboveboard.core.policy.reference import rule_set_text
from aboveboard.core.verify.asked import Asked
from aboveboard.core.verify.authority import rules_hash, verify_authority
from aboveboard.core.verify.folder import verify_files
from aboveboard.core.verify.press import verify_press
from aboveboard.core.verify.tally import table_file, tables
from tests.support.packs import NOW as START
from tests.support.packs import SmallLog, draft, failed, governance_entry, look, trust
from tests.support.ranges import ASKED, RangeDraft, drafted, line

PERIOD = Asked(ASKED.since, ASKED.until)
RULES = rule_set_text()


def small_log() -> SmallLog:
    """A log with a look by the controller in the period."""
    from datetime import timedelta

    log = SmallLog()
    log.add(governance_entry("cell.founded", {"controller": "cz"}, START - timedelta(hours=3)))
    log.add(look(START + timedelta(minutes=10)))
    log.add(look(START + timedelta(minutes=11), operation="disclose"))
    log.add(look(START + timedelta(minutes=12), kind=EntryKind.ERASE, operation="erase"))
    log.add(governance_entry("authority.told", {}, START + timedelta(hours=2)))
    log.end()
    return log


def made() -> RangeDraft:
    """An evidence file in which everything holds."""
    log = small_log()
    draft_range = drafted(log, PERIOD)
    draft_range.range["opens"] = "all"
    draft_range.lines = [line(log, at, AUDIT_FIELDS) for at in range(len(draft_range.lines))]
    told = [
        (at, log.leaves[at][1], said({name: value for name, (_, value) in shown[1].items()}))
        for at, shown in enumerate(draft_range.lines)
    ]
    within = [one for one in told if PERIOD.since <= one[2].at < PERIOD.until]
    draft_range.extra = {
        "governance.json": canonical.encode({"acts": [], "lines": [log.line(0, person=False)]}),
        "rules.json": canonical.encode(RULES),
        **{name: table_file(rows) for name, rows in tables(within).items()},
    }
    return draft_range


def verified(one: RangeDraft):
    """Check it as whoever gets a folder would."""
    return verify_files(one.files(), trust())


def test_an_evidence_file_holds_and_says_what_it_proves():
    """Lines, tables, rules: all hold, and the list of what is not proved is not empty."""
    report = verified(made())
    assert report.holds, report.failures
    assert report.proved[0].startswith("2 looks were recorded between ")
    assert report.proved[-1].startswith("The rules whose text is here")
    assert any("pages for people" in sentence for sentence in report.not_proved)


def test_the_text_of_the_rules_makes_their_hash():
    """Who has the text makes the hash of the rule set anew; another letter makes another."""
    assert rules_hash(RULES) == RULES["hash"]
    one = made()
    changed = {**RULES, "table": [*RULES["table"][1:]]}
    one.extra["rules.json"] = canonical.encode(changed)
    assert failed(verified(one)) == {"rules"}
    del one.extra["rules.json"]
    assert failed(verified(one)) == {"rules"}


@pytest.mark.parametrize("name", ["looks.csv", "disclosures.csv", "erasures.csv", "rule-sets.csv"])
def test_a_table_that_says_otherwise_than_the_lines_is_refused(name):
    """Signed or not: the tables are made anew."""
    one = made()
    one.extra[name] += b"cz\r\n"
    assert failed(verified(one)) == {"tables"}


def test_a_line_that_is_not_opened_wholly_is_refused():
    """Except what is said to be withheld, which is counted."""
    one = made()
    one.lines[3] = one.lines[3][:1]
    assert "openings" in failed(verified(one))
    one = made()
    one.lines[4] = [one.lines[4][0], "key-gone"]
    assert "period" in failed(verified(one))  # it was the line behind the period
    one = made()
    one.range["opens"] = "asked"
    assert "openings" in failed(verified(one))


def test_missing_and_foreign_parts_are_said():
    """Without checkpoint, range or governance there is nothing to hold."""
    whole = made().files()
    for name in ("checkpoint", "range.json"):
        report = verify_authority({key: data for key, data in whole.items() if key != name}, trust())
        assert not report.holds
        assert report.not_proved
    broken = {**whole, "governance.json": b"[]"}
    assert "form" in failed(verify_authority(broken, trust()))


def press(**more) -> RangeDraft:
    """A press file beside the same log."""
    one = made()
    one.extra = {
        "press.json": canonical.encode({"format": "aboveboard-press/1", "origin": one.range["origin"], **more})
    }
    return one


def test_a_press_file_holds_and_proves_no_count():
    """Checkpoint and manifest; the counts are the company's word."""
    report = verified(press())
    assert report.holds, report.failures
    assert "The counts." in report.not_proved[0]
    assert failed(verified(press(format="aboveboard-press/2"))) == {"form"}
    assert failed(verified(press(origin="example.test/other"))) == {"form"}


def test_a_press_file_without_its_checkpoint_is_none():
    """Nothing to keep, nothing to compare."""
    whole = press().files()
    del whole["checkpoint"]
    assert not verify_press(whole, trust()).holds
    assert draft()[0].verified().holds
