"""What a log says of its witnesses: one text for one choice, read strictly, and when a quorum had seen something."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.trust import NO_QUORUM, Group, Log, TrustPolicy, Witness
from aboveboard.core.tlog.witnessing import Witnessing, digest_of, quorum_since, read_choice
from aboveboard.core.verify.witnessed import choice_words
from tests.support.tlog import AUDITOR, LOG, ORIGIN, WORKS_COUNCIL

SINCE = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
BOTH = (Witness("council", WORKS_COUNCIL.key), Witness("auditor", AUDITOR.key))
POLICY = TrustPolicy((Log(LOG.key),), BOTH, (Group("enough", 2, ("council", "auditor")),), "enough")
CHOICE = Witnessing(ORIGIN, SINCE, 300, POLICY)


@pytest.mark.parametrize("stop_after", [None, 1, 300])
def test_a_choice_reads_back_as_itself(stop_after: int | None):
    """What is signed has one meaning."""
    made = replace(CHOICE, stop_after=stop_after)
    assert Witnessing.parse(made.encode()) == made
    assert read_choice(made.choice) == stop_after
    assert len(digest_of(made.encode())) == 64


def test_the_same_choice_at_another_time_is_the_same_choice():
    """It is recorded when it changes, not at each start."""
    later = replace(CHOICE, since=SINCE + timedelta(days=1))
    assert CHOICE.same_choice(later)
    assert not CHOICE.same_choice(replace(later, stop_after=None))
    assert (CHOICE.names, CHOICE.wants_quorum) == (("council", "auditor"), True)


def test_looks_stop_only_where_a_quorum_is_named():
    """Nobody can be late of whom nothing is wanted."""
    with pytest.raises(Invalid, match="only where one is named"):
        replace(CHOICE, policy=POLICY._replace(quorum=NO_QUORUM))
    with pytest.raises(Invalid, match="only where one is named"):
        replace(CHOICE, stop_after=0)
    assert not replace(CHOICE, stop_after=None, policy=POLICY._replace(quorum=NO_QUORUM)).wants_quorum


def test_a_name_that_is_no_text_is_not_published():
    """A policy may hold any bytes; a signed text may not."""
    odd = POLICY._replace(witnesses=(BOTH[0]._replace(name="council\udcff"), BOTH[1]), groups=(), quorum="auditor")
    with pytest.raises(Invalid, match="UTF-8"):
        Witnessing(ORIGIN, SINCE, None, odd)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("witnessing/v1", "witnessing/v2"),
        ("2026-11-22T13:00:00Z", "22 November"),
        ("2026-11-22T13:00:00Z", "2026-11-22T13:00:0Z"),
        ("stop-after-300", "stop-after-0300"),
        ("stop-after-300", "stop"),
        ("stop-after-300", "stop-after-0"),
        ("quorum enough", "quorum  enough"),
        ("quorum enough", "quorum nobody"),
        ("quorum enough\n", ""),
        ("quorum enough\n", "quorum enough"),
    ],
)
def test_a_changed_text_is_refused(old: str, new: str):
    """Nothing is read that would not be written so."""
    text = CHOICE.encode()
    assert old in text
    with pytest.raises(Invalid):
        Witnessing.parse(text.replace(old, new))


def test_a_text_cut_short_is_refused():
    """Whoever cuts it off says nothing."""
    lines = CHOICE.encode().splitlines(keepends=True)
    for count in range(len(lines)):
        with pytest.raises(Invalid):
            Witnessing.parse("".join(lines[:count]))


def test_a_quorum_has_seen_something_when_its_last_member_has():
    """Two of two: the earlier of the two times; without a time nobody can say when."""
    early, late = SINCE, SINCE + timedelta(seconds=30)
    assert quorum_since(POLICY, {"council": late, "auditor": early}) == early
    assert quorum_since(POLICY, {"council": late}) is None
    assert quorum_since(POLICY, {"council": late, "auditor": None}) is None
    either = POLICY._replace(groups=(Group("enough", 1, ("council", "auditor")),))
    assert quorum_since(either, {"council": late, "auditor": early}) == late
    assert quorum_since(POLICY._replace(quorum=NO_QUORUM), {"council": late}) is None


def test_the_logs_own_line_is_said_in_words():
    """A pack repeats what the controller chose; a line that does not say it is no line about it."""
    said = choice_words({"without_quorum": "go-on", "witnesses": ["council 01020304", "auditor 05060708"]})
    assert said.endswith("council, auditor; without their quorum looks go on.")
    assert "nobody" in choice_words({"without_quorum": "go-on"})
    for silent in ({}, {"witnesses": []}):
        with pytest.raises(Invalid):
            choice_words(silent)
