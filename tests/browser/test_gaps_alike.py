"""A range over declared gaps: the page that checks it finds out what core/verify finds out, and says it alike."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from aboveboard.apps.evidence.pack import own_trust
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify.asked import Asked
from aboveboard.core.verify.ranges import verify_range
from aboveboard.core.verify.report import Report
from tests.integration.test_evidence_ranges import opened, period
from tests.integration.test_evidence_ranges_gap import person
from tests.support.cell import Cell
from tests.support.checked_in_browser import in_browser, in_python, sentences_in_browser, speaking_page
from tests.support.gaps import GapDraft, declaring, over_gaps
from tests.support.packs import FIRST, NOW, SECOND, trust
from tests.support.ranges import ASKED

__all__ = ["person"]

pytestmark = pytest.mark.browser
EVERY = 30
"""Bytes turned over in each file, spread evenly."""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page for anybody's file, opened from a file, without a network."""
    context = browser.new_context()
    yield speaking_page(context, Path(tmp_path_factory.mktemp("page")))
    context.close()


def check_alike(page: Page, files: Mapping[str, bytes], policy: TrustPolicy | None = None) -> Report:
    """Both make the same checks with the same outcome, in the same words; what core found out."""
    policy = policy or trust()
    report = verify_range(files, policy)
    assert in_browser(page, files, policy.encode()) == in_python(report)
    checks, proved, not_proved = sentences_in_browser(page, files, policy.encode())
    assert checks == [check.sentence for check in report.checks]
    assert not_proved == list(report.not_proved)
    answer, *more = report.proved or ("",)
    behind = len(proved) - len(more)
    assert proved[behind:] == more
    # The page says question, answer and exceptions each in a sentence of its own, so that it can say them in Czech.
    assert sum(one.startswith("Except ") for one in proved[:behind]) == answer.count(", except ")
    found = "No look between" if answer.startswith("No ") else f"recorded as asked for: {answer.split(' ')[0]}."
    assert not answer or any(found in one for one in proved[:behind])
    return report


def declared_by(**how: Any) -> Callable[[dict], dict]:
    """An act that declares the gap, made otherwise than it should be."""
    return lambda body: declaring(body, **how)


def line_of(made: GapDraft, operation: str = "log.opened") -> dict:
    """The first line of governance that says this."""
    return next(line for line in made.declared["lines"] if line["opened"]["operation"][1] == operation)


def drop(made: GapDraft, operation: str, *logs: int) -> None:
    """Leave out the lines that say this, of all logs or of some."""
    lines = made.declared["lines"]
    made.declared["lines"] = [
        line for line in lines if line["opened"]["operation"][1] != operation or (logs and line["log"] not in logs)
    ]


def lost_from_the_start(body: dict) -> None:
    """Say of the second log that none of its lines is left."""
    if body["number"] == 2:
        body["lost_from"] = 0


def all_lost(made: GapDraft) -> GapDraft:
    """Show nothing of the second log, and say why."""
    made.former["logs"][1]["why"] = "all-lost"
    del made.earlier[2]
    return made


def withheld(made: GapDraft) -> GapDraft:
    """Say of looks that they are sealed, or that their month's key is gone."""
    for lines, at, why in (
        (made.earlier[1].lines, 3, "key-gone"),
        (made.earlier[1].lines, 4, "sealed"),
        (made.main.lines, 3, "sealed"),
    ):
        lines[at] = [lines[at][0], why]
    return made


SOUND: dict[str, Callable[[], GapDraft]] = {
    "one gap": over_gaps,
    "two gaps": lambda: over_gaps(gaps=2),
    "the newest of two goes back far enough": lambda: over_gaps(gaps=2, older=True),
    "a country nobody registered": lambda: over_gaps(replace(ASKED, country="XQ")),
    "looks of a category": lambda: over_gaps(Asked(ASKED.since, ASKED.until, category="T01", released=True)),
    "an earlier log from its second line on, which is old enough": lambda: over_gaps(start=1),
    "all of the newest earlier log was lost": lambda: all_lost(over_gaps(gaps=2, says=lost_from_the_start)),
    "looks of an earlier log and of this one are not opened": lambda: withheld(over_gaps()),
    "every look": lambda: over_gaps(Asked(ASKED.since, ASKED.until)),
    "another history was signed elsewhere": lambda: over_gaps(says=lambda body: body.update(elsewhere_size=7)),
    "an end in the lost part": lambda: over_gaps(Asked(NOW - timedelta(hours=2), NOW + timedelta(minutes=16))),
}


@pytest.mark.parametrize("what", SOUND)
def test_a_sound_range_over_gaps_holds_in_both(page, what):
    """Under the log's key, and under no other."""
    files = SOUND[what]().files()
    assert check_alike(page, files).holds
    assert not check_alike(page, files, trust(b"X" * 32)).holds


@pytest.mark.parametrize("gaps", [1, 2])
def test_a_turned_byte_in_any_file_is_found_by_the_same_check(page, gaps):
    """A sample of the bytes of every file, and every file left out."""
    files = over_gaps(gaps=gaps).files()
    for name, data in files.items():
        for at in range(0, len(data), max(1, len(data) // EVERY)):
            changed = data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]
            assert not check_alike(page, {**files, name: changed}).holds, (name, at)
        if name != "range.json":
            assert not check_alike(page, {other: content for other, content in files.items() if other != name}).holds


TOLD: dict[str, Callable[[GapDraft], object]] = {
    "all is said to be lost": lambda one: one.former["logs"][0].update(why="all-lost"),
    "its lines are said not to be held": lambda one: one.former["logs"][0].update(why="no-lines"),
    "its files are said not to be held": lambda one: one.former["logs"][0].update(why="no-files"),
    "nothing is said of earlier logs": lambda one: one.without.update({"former.json"}),
    "no earlier log is told of": lambda one: one.former["logs"].clear(),
    "no act": lambda one: one.declared["acts"].clear(),
    "the act has another text": lambda one: one.declared["acts"][0]["body"].update(lost_from=1),
    "the signatory's signature is none": lambda one: one.declared["acts"][0].update(signer_signature="00" * 64),
    "the proposer's signature is none": lambda one: one.declared["acts"][0].update(proposer_signature="00" * 64),
    "no line says that it was signed": lambda one: drop(one, "act.signed"),
    "no line says that it took effect": lambda one: drop(one, "act.applied"),
    "no line shows a key": lambda one: drop(one, "key.added"),
    "no line says who the controller is": lambda one: drop(one, "cell.founded"),
    "the act stands beside one that is none": lambda one: one.declared["acts"].insert(0, declaring({"number": 9})),
}
"""What is honest and says less: it holds, and what is missing is named."""


@pytest.mark.parametrize("what", TOLD)
@pytest.mark.parametrize("gaps", [1, 2])
def test_whoever_tells_less_proves_less_in_both(page, what, gaps):
    """Signed anew by the log itself; the answer leaves out what is not shown, and what is not proved is said."""
    made, whole = over_gaps(gaps=gaps), over_gaps(gaps=gaps)
    TOLD[what](made)
    report, sound = check_alike(page, made.files()), check_alike(page, whole.files())
    assert report.holds
    if "stands beside" not in what:
        assert (report.proved, report.not_proved) != (sound.proved, sound.not_proved)


SIGNED: dict[str, Callable[[dict], dict]] = {
    "by one person alone": declared_by(by=SECOND, signer=SECOND, keys=(4, 4)),
    "by two under one key": declared_by(keys=(3, 3)),
    "under a key nobody has on record": declared_by(keys=(3, 8)),
    "under somebody else's key": declared_by(by=SECOND, signer=FIRST),
    "without an opinion": declared_by(opinion={}),
    "as something else": declared_by(kind="grant"),
    "over another text": lambda body: declaring({**body, "lost_from": 0}),
}


@pytest.mark.parametrize("how", SIGNED)
def test_an_act_that_two_did_not_sign_declares_nothing(page, how):
    """The range holds, and both say that no act shows that two signatories declared the gap."""
    report = check_alike(page, over_gaps(signed=SIGNED[how]).files())
    assert report.holds
    assert any("no act here shows it" in sentence for sentence in report.not_proved)
    assert not any("as two signatories declared" in sentence for sentence in report.proved)


CHANGES: dict[str, Callable[[GapDraft], object]] = {
    "another format": lambda one: one.former.update(format="aboveboard-former/2"),
    "a reason nobody knows": lambda one: one.former["logs"][0].update(why="because"),
    "no reason": lambda one: one.former["logs"][0].pop("why"),
    "no number": lambda one: one.former["logs"][0].update(log="1"),
    "logs that are no list": lambda one: one.former.update(logs={}),
    "a log that never was": lambda one: one.former["logs"].append({"log": 7, "why": ""}),
    "a log 0": lambda one: one.former["logs"].append({"log": 0, "why": ""}),
    "former.json is no JSON": lambda one: one.extra.update({"former.json": b"{"}),
    "declared.json is left out": lambda one: one.without.update({"declared.json"}),
    "declared.json is empty": lambda one: one.extra.update({"declared.json": b"{}"}),
    "an act of another form": lambda one: one.declared["acts"][0].update(proposal=[]),
    "nothing says how it ended": lambda one: drop(one, "log.opened"),
    "the line that says it is told otherwise": lambda one: line_of(one)["opened"]["body"].__setitem__(1, "{}"),
    "the line that says it stands elsewhere": lambda one: line_of(one).update(index=1),
    "the line that says it is of another log": lambda one: line_of(one).update(log=1),
    "the line that says it hides a field": lambda one: line_of(one)["opened"].pop("verdict"),
    "a proof too short": lambda one: line_of(one)["proof"].pop(),
    "a proof too long": lambda one: line_of(one)["proof"].append("00" * 32),
    "a key is told otherwise": lambda one: line_of(one, "key.added")["opened"]["country"].__setitem__(1, "US"),
    "the lines are missing": lambda one: one.without.update({"former-1-lines-000.json"}),
    "the range is missing": lambda one: one.without.update({"former-1-range.json"}),
    "both are missing": lambda one: one.without.update({"former-1-lines-000.json", "former-1-range.json"}),
    "its last line is left out": lambda one: one.earlier[1].lines.pop(),
    "its last line is left out, and its end moved": lambda one: (
        one.earlier[1].lines.pop(), one.earlier[1].range.update(end=one.earlier[1].range["end"] - 1)),
    "no lines": lambda one: one.earlier[1].lines.clear(),
    "two lines exchanged": lambda one: one.earlier[1].lines.reverse(),
    "a look closed": lambda one: one.earlier[1].lines.__setitem__(3, one.earlier[1].lines[3][:1]),
    "a look told otherwise": lambda one: one.earlier[1].lines[3][1]["country"].__setitem__(1, "CZ"),
    "another question": lambda one: one.earlier[1].range["asked"].update(country="CZ"),
    "a longer period": lambda one: one.earlier[1].range["asked"].update(until=(NOW + timedelta(hours=9)).isoformat()),
    "opened for something else": lambda one: one.earlier[1].range.update(entry="11" * 32),
    "of another cell": lambda one: one.earlier[1].range.update(cell="us-1"),
    "everything opened": lambda one: one.earlier[1].range.update(opens="all"),
    "of another log": lambda one: one.earlier[1].range.update(log=2),
    "another origin": lambda one: one.earlier[1].range.update(origin="other.test/log"),
    "another start": lambda one: one.earlier[1].range.update(start=1),
    "no proof to its last head": lambda one: one.earlier[1].range.update(after=[]),
    "another proof to its last head": lambda one: one.earlier[1].range["after"].reverse(),
    "more files than there are": lambda one: one.earlier[1].range.update(files=2),
    "another form of range": lambda one: one.earlier[1].range.update(format="aboveboard-range/2"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("gaps", [1, 2])
def test_whatever_is_told_wrongly_of_an_earlier_log_is_found_by_the_same_check(page, what, gaps):
    """Signed anew by the log itself, which can sign any manifest."""
    made = over_gaps(gaps=gaps)
    CHANGES[what](made)
    report = check_alike(page, made.files())
    assert not report.holds
    assert report.proved == ()


SAID: dict[str, Callable[[dict], object]] = {
    "another root": lambda body: body.update(last_root="11" * 32),
    "a root that is none": lambda body: body.update(last_root="11"),
    "no root": lambda body: body.pop("last_root"),
    "another size": lambda body: body.update(last_size=body["last_size"] + 1, lost_to=body["lost_to"] + 1),
    "a size that is none": lambda body: body.update(last_size="8"),
    "an end of what was lost before the end": lambda body: body.update(lost_to=body["lost_to"] - 1),
    "a beginning behind the end": lambda body: body.update(lost_from=body["lost_to"] + 1),
    "less lost": lambda body: body.update(lost_from=body["lost_from"] + 1),
    "nothing of where it was lost": lambda body: body.pop("lost_from"),
    "another number": lambda body: body.update(number=5),
    "another origin": lambda body: body.update(last_origin="other.test/log"),
    "no origin": lambda body: body.pop("last_origin"),
    "an empty origin": lambda body: body.update(last_origin=""),
    "an origin of two lines": lambda body: body.update(last_origin="example.test/log\n1"),
    "a history elsewhere of no size": lambda body: body.update(elsewhere_size=None),
}


@pytest.mark.parametrize("what", SAID)
def test_a_first_line_that_says_something_else_does_not_vouch_for_the_log_before(page, what):
    """Root, size, lost lines and origin are what that line says, and nobody's word besides."""
    report = check_alike(page, over_gaps(says=SAID[what]).files())
    assert not report.holds


def test_a_first_line_that_stands_second_says_nothing_of_the_log_before(page):
    """What ends a log is the first thing that stands in the next one, before anything else can."""
    assert not check_alike(page, over_gaps(late=True).files()).holds


@pytest.mark.parametrize("start", [2, 3])
def test_an_earlier_log_shown_from_its_middle_does_not_go_back_far_enough(page, start):
    """Lines of the period could stand before it, or in the log before."""
    for gaps in (1, 2):
        report = check_alike(page, over_gaps(gaps=gaps, start=start).files())
        assert {check.name for check in report.failures} == {"former"}


def without_log(made: GapDraft, log: int) -> None:
    """Leave a log out, as if it had never been."""
    made.former["logs"] = [one for one in made.former["logs"] if one["log"] != log]
    del made.earlier[log]


SKIPPED: dict[str, tuple[Callable[[GapDraft], object], bool]] = {
    "the first log": (lambda one: without_log(one, 1), True),
    "the log between": (lambda one: without_log(one, 2), True),
    "both": (lambda one: (without_log(one, 1), without_log(one, 2)), True),
    "the line that names the first": (lambda one: drop(one, "log.opened", 2), False),
    "the line that names the one between": (lambda one: drop(one, "log.opened", 3), False),
    "the number of the log between": (lambda one: one.main.range.update(log=2), False),
    "the numbers of both": (lambda one: one.main.range.update(log=1), False),
    "a number that no log has": (lambda one: one.main.range.update(log=2**53), False),
    "numbers that never were": (lambda one: one.main.range.update(log=9), False),
}


@pytest.mark.parametrize("what", SKIPPED)
def test_a_range_that_skips_a_log_says_so_or_does_not_hold(page, what):
    """Nobody goes round an earlier log in silence."""
    change, holds = SKIPPED[what]
    made = over_gaps(gaps=2)
    change(made)
    report = check_alike(page, made.files())
    assert report.holds is holds
    if holds:
        assert ", except what earlier logs of this cell hold (log" in report.proved[0]
        assert any(sentence.startswith("What stood in log ") for sentence in report.not_proved)


def test_two_acts_under_one_id_do_not_vouch_for_one_another(page):
    """Beside an act that two signed over another text one that nobody signed says what the first line says."""
    made, bodies = over_gaps(signed=lambda body: declaring({**body, "lost_from": 0})), list[dict]()
    over_gaps(says=bodies.append)
    forged = {**declaring(bodies[0]), "proposer_signature": "00" * 64, "signer_signature": "00" * 64}
    for acts in ([forged, *made.declared["acts"]], [*made.declared["acts"], forged]):
        checks, proved, not_proved = sentences_in_browser(page, changed(made, acts).files(), trust().encode())
        assert "What is said of earlier logs stands under their last heads, which this log names." in checks
        assert not any("as two signatories declared" in sentence for sentence in proved)
        assert any("no act here shows it" in sentence for sentence in not_proved)


def changed(made: GapDraft, acts: list[dict]) -> GapDraft:
    """The same with other acts."""
    other = made.copy()
    other.declared["acts"] = acts
    return other


def test_a_later_log_is_not_taken_for_the_first(page):
    """Its first line is of a public kind that no first log has; so nobody hides the logs before by a number."""
    made = over_gaps(gaps=2)
    made.main.range["log"], made.earlier = 1, {}
    made.without |= {"former.json", "declared.json"}
    checks, proved, _ = sentences_in_browser(page, made.files(), trust().encode())
    assert any("begins with the first line of a later one" in sentence for sentence in checks)
    assert proved == []


@pytest.mark.parametrize("log", [1000, 2**53])
def test_a_number_of_logs_that_nobody_has_is_refused_and_not_counted(page, log):
    """One log that is missing is one sentence; a range may not ask for as many as there are numbers."""
    made = over_gaps()
    made.main.range["log"] = log
    checks, proved, _ = sentences_in_browser(page, made.files(), trust().encode())
    assert "The file range.json cannot be read: it does not have the form it must have." in checks
    assert proved == []


@pytest.mark.parametrize("what", SOUND)
def test_everything_is_said_in_czech_too(page, what):
    """No sentence is left in English, and each has its numbers in it."""
    files = SOUND[what]().files()
    english, czech = (sentences_in_browser(page, files, trust().encode(), one) for one in ("en", "cs"))
    for one, other in zip(english, czech, strict=True):
        assert len(one) == len(other)
        assert [sentence for sentence in other if sentence in one or "{" in sentence] == []


def test_a_range_over_a_gap_as_the_product_writes_it_holds_in_both(page, cell: Cell, person: bytes, tmp_path):
    """Out of a cell that was set back, whose gap two signatories declared."""
    for asked in (period(country="CZ", purpose="customer-relationship"), period(country="US")):
        folder = opened(cell, asked, tmp_path / (asked.country)).folder
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert "former.json" in files
        report = check_alike(page, files, own_trust())
        assert report.holds
        assert any("as two signatories declared" in sentence for sentence in report.proved)
