"""No command tells a value to whom it is not for; to whom it is, never without an entry; nothing is left behind."""

from pathlib import Path

import pytest

from tests.attack.conftest import Laid, left_by
from tests.attack.test_leaks_import import marked_file
from tests.attack.test_leaks_serving import DRIVEN
from tests.support.audit import standing
from tests.support.cli import Home
from tests.support.marks import Marks
from tests.support.surfaces import COMMANDS, PERMITTED, commands, without_place

pytestmark = pytest.mark.database
CARE = "customer-relationship"
PERIOD = ("--from", "2026-01-01", "--until", "2026-01-02")
NOT_FOR = ("operator-cz", "outsider-cz", "seller-jp", "analyst-hq")
RUN_ON = DRIVEN - {"init"}
"""What runs until it is stopped, or on a home of its own; it asks nobody who they are."""


def test_every_command_has_its_place():
    """A command nobody has thought about fails here, by name."""
    assert without_place(commands(), COMMANDS) == []


def test_a_new_command_without_a_place_is_named():
    """The test above can fail."""
    assert without_place([*COMMANDS, "gossip"], COMMANDS) == ["gossip"]


def arguments(name: str, subject: str, folder: Path, login: str) -> list[str]:
    """What a command is given so that it does as much as it can about the marked person."""
    acting = ["--as", login]
    given = {**for_the_machine(folder, login), **for_somebody(subject, folder, login)}
    if name in given:
        return given[name]
    return acting if name.endswith(" list") or name == "key add" else ["00" * 16, *acting]


def for_the_machine(folder: Path, login: str) -> dict[str, list[str]]:
    """What whoever runs the machine gives to commands that ask nobody who they are."""
    return {
        "backup": [str(folder / f"backup-{login}")],
        "doctor": [],
        "init": ["--sample"],
        "key backup": [str(folder / f"keys-{login}")],
        "key deleted": ["00" * 8],
        "key list": [],
        "key prepare": [],
        "key reopen": [],
        "key restore": [str(folder / "people.csv")],
        "key rotate": [],
        "key serve": [],
        "key trust": [str(folder / f"trust-{login}")],
        "login": [login],
        "logout": [login],
        "recover": ["--declare-gap", "--signatory", login, "--signatory", "seller-cz"],
        "restore": [str(folder)],
        "sequence": ["--once"],
        "upgrade": ["--backup", str(folder / f"upgrade-{login}")],
        "verify": [str(folder), "--trust", str(folder)],
        "work": ["--once"],
    }


def for_somebody(subject: str, folder: Path, login: str) -> dict[str, list[str]]:
    """What *login* gives to commands that act for somebody."""
    acting = ["--as", login]
    people = ["--entity", "cz", "--relation", "customer", "--source", "a fair", "--notice", "send"]
    post = ["--role", "seller", "--entity", "cz", "--unit", "x", "--workplace", "CZ"]
    given = {
        "act propose": ["grant", subject],
        "ask": [subject, "--purpose", CARE],
        "deny": ["--out", str(folder / f"denial-{login}")],
        "erase": [subject, "--purpose", CARE, "--yes"],
        "grant propose": ["--entity", "hq", "--role", "seller", "--purpose", CARE, "--until", "2030-01-01"],
        "import": [str(folder / "people.csv"), "--purpose", CARE, *people],
        "key retire": ["--yes"],
        "my-looks": [],
        "naming propose": ["00" * 16, "--answer", "granted", "--reason-file", str(folder / "people.csv")],
        "notice done": [subject, "--version", "1", "--on", "2026-01-01", "--purpose", CARE],
        "notice export": [str(folder / f"owed-{login}"), "--purpose", CARE],
        "notice link": [subject],
        "prove": [subject, "--out", str(folder / f"pack-{login}")],
        "prove-authority": [*PERIOD, "--person", subject, "--out", str(folder / f"file-{login}")],
        "prove-press": ["--from", "2026-01", "--until", "2026-02", "--out", str(folder / f"press-{login}")],
        "prove-range": ["--from", "2026-01-01", "--until", "2026-01-02", "--out", str(folder / f"range-{login}")],
        "quarantine admit": ["1", "Hobby", "--purpose", CARE, "--basis", "consent", "--category", "T45"],
        "quarantine drop": ["1", "Hobby"],
        "receipt": ["00" * 32, "--out", str(folder / f"receipt-{login}")],
        "staff admit": ["00" * 16, "newcomer"],
        "staff close": ["seller-us"],
        "staff list": [],
        "staff propose": post,
        "who-can-see": [subject],
    }
    return {name: [*words, *acting] for name, words in given.items()}


def test_no_command_tells_anything_to_whom_nothing_is_for(
    attacked: Home, laid_home: Laid, marks: Marks, tmp_path: Path
):
    """Every command about the marked person, for everybody it is not for; then every byte that was left."""
    (subject,) = attacked.take_in(marks.value("T01"))
    work = tmp_path / "work"
    work.mkdir()
    marked_file(work, marks)
    # What is taken for a backup, and is none.
    (work / "manifest.json").write_text(marks.value("T01"))
    for login in NOT_FOR:
        for name in COMMANDS:
            if name in RUN_ON or (login != NOT_FOR[0] and name not in {"ask", "who-can-see"}):
                continue
            ran = attacked.run(*name.split(), *arguments(name, subject, work, login), "--json")
            assert ran.code != 70, (name, ran.err)
            assert marks.search(f"{name} for {login}", ran.out + ran.err) == []
        ran = attacked.run("find", "--purpose", CARE, "--as", login, text=f"{marks.value('T01').split()[0]}\n")
        assert marks.search(f"find for {login}", ran.out + ran.err) == []
    for name in ("people.csv", "manifest.json"):
        (work / name).unlink()
    assert marks.search_files(*left_by(attacked, laid_home), work) == []


def test_a_permitted_command_shows_the_value_and_the_look_is_on_record(
    attacked: Home, laid_home: Laid, marks: Marks, tmp_path: Path
):
    """The seller asks, finds; the officer proves: the value is there, and an entry more than before."""
    (subject,) = attacked.take_in(marks.value("T01"))
    attacked.json("sequence", "--once")
    word = marks.value("T01").split()[0]
    out = tmp_path / "pack"
    asked = {
        "ask": (["ask", subject, "--purpose", CARE, "--as", "seller-cz"], ""),
        "find": (["find", "--purpose", CARE, "--as", "seller-cz"], f"{word}\n"),
        "deny": (["deny", "--out", str(tmp_path / "denial"), "--as", "dpo-cz"], f"name: {marks.value('T91')}\n"),
        "prove": (["prove", subject, "--out", str(out), "--as", "dpo-cz"], ""),
        "prove-authority": (["prove-authority", *arguments("prove-authority", subject, tmp_path, "dpo-cz")], ""),
        "notice export": (["notice", "export", str(tmp_path / "owed"), "--purpose", CARE, "--as", "seller-cz"], ""),
    }
    people = marked_file(tmp_path, marks)
    attacked.json("import", *arguments("import", subject, tmp_path, "seller-cz"))
    people.unlink()
    assert set(asked) == {name for name, place in COMMANDS.items() if place is PERMITTED}
    for name, (words, typed) in asked.items():
        before = _entries(attacked)
        ran = attacked.run(*words, text=typed)
        assert ran.code == 0, (name, ran.err)
        assert _entries(attacked) > before, f"{name} shows a value without an entry"
        written = (tmp_path / file for file in ("pack", "owed", "denial", "file-dpo-cz"))
        assert marks.is_in(ran.out) or marks.search_files(*written), name
    assert marks.search_files(*left_by(attacked, laid_home)) == []


def _entries(home: Home) -> int:
    told = standing(home)
    return len(told["pending"]) + len(told["receipts"])
