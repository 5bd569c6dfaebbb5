"""What somebody reads who types it wrong on their first day: what is wrong, where, and what to do; never a trace."""

from pathlib import Path

import click
import pytest

from aboveboard.core.errors import Invalid
from aboveboard.faces.cli.answers import Exit, trouble_of
from tests.support.cli import Home, sample_home

OFFICER = ("--as", "data-protection-officer")
PERIOD = ("--from", "2026-01-01", "--until", "2026-02-01")
NOBODY, CELL = "11" * 16, "00" * 16


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one person in it, whom the cases leave alone."""
    made = sample_home(tmp_path_factory.mktemp("first-day"))
    made.take_in("Žofie Zkušební")
    (made.folder / "junk").write_text("junk\n")
    return made


WRONG = {
    "a month that is none": (
        ("prove-range", "--from", "2026-13-01", "--until", "2026-03-01", "--out", "{new}", *OFFICER),
        Exit.USAGE,
        "write a day as 2026-03-01, or a moment as 2026-03-01T14:30 (UTC)",
    ),
    "a period turned round": (
        ("prove-range", "--from", "2026-03-02", "--until", "2026-03-01", "--out", "{new}", *OFFICER),
        Exit.INVALID,
        "The period ends before it begins",
    ),
    "a country by another code": (
        ("prove-range", *PERIOD, "--country", "UK", "--out", "{new}", *OFFICER),
        Exit.INVALID,
        "so GB and not UK",
    ),
    "an entity misspelt": (
        ("prove-range", *PERIOD, "--entity", "hqq", "--out", "{new}", *OFFICER),
        Exit.INVALID,
        "No company of the group has this id. Registered are: cz, de, hq",
    ),
    "a purpose misspelt": (
        ("prove-range", *PERIOD, "--looks-for", "marketing", "--out", "{new}", *OFFICER),
        Exit.INVALID,
        "No purpose with this id is registered. Registered are: customer-relationship",
    ),
    "a month of the press that is none": (
        ("prove-press", "--from", "march", "--until", "2026-04", "--out", "{new}", *OFFICER),
        Exit.USAGE,
        "write a month as 2026-03",
    ),
    "a person nobody has": (
        ("prove", NOBODY, "--out", "{new}", *OFFICER),
        Exit.GONE,
        "There is no key under this id: the person was erased, or nobody has the id.",
    ),
    "the cell's own id": (("prove", CELL, "--out", "{new}", *OFFICER), Exit.INVALID, "stands for the cell itself"),
    "half an id": (("prove", "1111", "--out", "{new}", *OFFICER), Exit.USAGE, "32 hexadecimal digits"),
    "a kept checkpoint that is none": (
        ("prove-range", *PERIOD, "--since", "{home}/junk", "--out", "{new}", *OFFICER),
        Exit.INVALID,
        "What is given as an earlier checkpoint is none: a note has no blank line before its signatures.",
    ),
    "an order without an end": (("delay",), Exit.USAGE, "Name one of these commands"),
    "a witness that is not there": (
        ("witness", "serve", "{new}", "--logs", "{home}/junk"),
        Exit.USAGE,
        "does not exist",
    ),
    "trusted keys that are none": (
        ("mirror", "init", "{new}", "--log", "http://127.0.0.1:9", "--trust", "{home}/junk"),
        Exit.INVALID,
        "The file of trusted keys cannot be read: a policy line is none of",
    ),
    "a folder that is not there": (
        ("key", "trust", "{new}/deep/trust"),
        Exit.UNAVAILABLE,
        "Look at the paths you gave",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_input_is_told_in_a_clear_sentence(home: Home, tmp_path: Path, what: str):
    """Nothing is left behind, and the sentence says what to write instead."""
    words, code, sentence = WRONG[what]
    ran = home.run(*(word.format(new=tmp_path / "new", home=home.folder) for word in words))
    assert (ran.code, sentence in ran.err) == (code, True), ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "new").exists()


def test_a_period_before_the_log_is_answered_with_a_look_at_the_dates(home: Home, tmp_path: Path):
    """A year mistyped proves that nobody looked then, which is true and not what was meant."""
    period = ("--from", "2016-01-01", "--until", "2016-02-01")
    ran = home.run("prove-range", *period, "--out", str(tmp_path / "range"), *OFFICER)
    assert ran.code == Exit.DONE, ran.err
    assert "Look at the dates: this log begins at 2" in ran.out


def test_a_truncated_range_names_the_file(home: Home, tmp_path: Path):
    """Cut short on the way: the verifier says which file cannot be read."""
    period, folder = ("--from", "2016-01-01", "--until", "2016-02-01"), tmp_path / "range"
    assert home.run("prove-range", *period, "--out", str(folder), *OFFICER).code == Exit.DONE
    home.run("key", "trust", str(tmp_path / "trust"))
    whole = (folder / "range.json").read_bytes()
    (folder / "range.json").write_bytes(whole[:50])
    ran = home.run("verify", str(folder), "--trust", str(tmp_path / "trust"))
    assert ran.code == Exit.FAILED
    assert "The file range.json cannot be read: The bytes are not canonical JSON." in ran.out


def test_a_command_with_others_below_it_shows_them(home: Home):
    """Whoever types the first word only reads what comes behind it."""
    ran = home.run("delay")
    assert "propose" in ran.err
    assert "Usage: aboveboard delay" in ran.err
    assert "aboveboard: Usage" not in ran.err


def test_what_core_says_in_the_middle_of_a_sentence_becomes_a_whole_one():
    """It begins with a capital letter and ends."""
    trouble = trouble_of(Invalid("a key name is empty"))
    assert trouble is not None
    assert trouble.sentence == "A key name is empty."
    assert trouble_of(click.UsageError("Missing."))
