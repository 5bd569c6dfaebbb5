"""Two machines, two sequencers, an old copy: no second history is signed unnoticed, and nothing erased comes back."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attack.conftest import Laid
from tests.support.audit import audit, extends, require_sound, standing
from tests.support.cli import Home
from tests.support.marks import Marks

pytestmark = [pytest.mark.kill, pytest.mark.database]


def begun(home: Home, *words: str) -> "subprocess.Popen[str]":
    """Start a command that runs until it is stopped."""
    return subprocess.Popen(
        [sys.executable, "-m", "aboveboard", *words],
        env=home.environment,
        cwd=home.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read(home: Home, subject: str) -> dict[str, object]:
    """Look once."""
    return home.script(
        f"import json\nfrom tests.support.victims import *\nprint(json.dumps(look_and_tell({subject!r})))"
    )


def test_a_second_sequencer_is_refused_and_the_first_goes_on(attacked: Home, laid_home: Laid):
    """One place, one holder: the second says so and writes nothing."""
    running = begun(attacked, "sequence")
    try:
        assert running.stderr
        assert "Sequencing" in running.stderr.readline()
        assert attacked.run("sequence", "--once").code == 5
        entry = read(attacked, laid_home.people[0])["entry"]
    finally:
        running.terminate()
        running.communicate()
    require_sound(attacked, standing(attacked), {str(entry)})


@pytest.mark.postgres
def test_a_second_machine_on_the_same_database_is_refused(attacked: Home, tmp_path: Path):
    """The place is held in the database too, so another machine with the same keys cannot sequence beside it."""
    shutil.copytree(attacked.folder, tmp_path / "second")
    second = Home(tmp_path / "second", attacked.more)
    running = begun(attacked, "sequence")
    try:
        assert running.stderr
        assert "Sequencing" in running.stderr.readline()
        ran = second.run("sequence", "--once")
        assert (ran.code, "Another machine" in ran.err) == (5, True), ran.err
    finally:
        running.terminate()
        running.communicate()


@pytest.mark.sqlite
def test_a_copied_machine_makes_a_second_history_that_no_checkpoint_of_the_first_extends(
    attacked: Home, laid_home: Laid, tmp_path: Path
):
    """Whoever copies home, keys and head can go on signing: it cannot be prevented there, and cannot be hidden."""
    shutil.copytree(attacked.folder, tmp_path / "copy")
    copy = Home(tmp_path / "copy")
    for home, people in ((attacked, laid_home.people[:2]), (copy, laid_home.people[2:5])):
        for person in people:
            read(home, person)
        home.json("sequence", "--once")
    one, other = (audit(home, standing(home)) for home in (attacked, copy))
    assert not extends(one, other)
    assert not extends(other, one)


def test_a_copied_home_without_what_lies_outside_opens_nothing(attacked: Home, laid_home: Laid, tmp_path: Path):
    """The root key and the head are not in the home: the copy is sealed for good."""
    shutil.copytree(attacked.home, tmp_path / "copy" / "home")
    (tmp_path / "copy" / "outside").mkdir()
    copy = Home(tmp_path / "copy", attacked.more)
    ran = copy.run("ask", laid_home.people[0], "--purpose", "customer-relationship", "--as", "seller-cz")
    assert ran.code in (7, 8)
    assert "Person Number" not in ran.out + ran.err


OPEN_ALL = """
import json
from django.conf import settings
from aboveboard.apps import keys
from aboveboard.apps.gate.finding import found_subjects
from aboveboard.apps.vault.models import Fact
from aboveboard.core.envelope.facts import place_of_fact, read_value
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.envelope.seal import unseal
from aboveboard.core.errors import NotVerified
store = keys.store()
every = [key for kind in KeyKind for owner in list(store.owners(kind)) for key in store.keys_of(kind, owner).values()]
opened = []
facts = Fact.objects.filter(person_id=bytes.fromhex({subject!r}))
for fact in facts:
    person, number = bytes(fact.person_id), bytes(fact.id)
    for key in every:
        try:
            plain = unseal(key, bytes(fact.sealed), place_of_fact(settings.OPTIONS.cell, person, number, fact.category))
        except NotVerified:
            continue
        opened.append(read_value(plain)[0])
found = [bytes(one).hex() for one in found_subjects({name!r})]
print(json.dumps({{"sealed": len(facts), "keys": len(every), "opened": opened, "found": found}}))
"""


def test_after_an_erasure_an_old_copy_opens_nothing_with_todays_keys(attacked: Home, marks: Marks, tmp_path: Path):
    """Yesterday's cell, today's keys, every key tried on every value: nothing opens, and nobody is found."""
    name = marks.value("T01")
    subject, other = attacked.take_in(name, "Somebody Else")
    attacked.json("sequence", "--once")
    attacked.json("backup", str(tmp_path / "old"))
    look = f"from tests.support.victims import *\nerase({subject!r})\nsequence()\n"
    finish = "from aboveboard.apps.gate.deeds import finish_erasures\nfinish_erasures()\n"
    before = attacked.script(OPEN_ALL.format(subject=subject, name=name))
    assert (before["sealed"], before["found"], name in before["opened"]) == (2, [subject], True)
    attacked.script(look + finish)
    assert attacked.json("restore", str(tmp_path / "old"))["set_back"] is True
    after = attacked.script(OPEN_ALL.format(subject=subject, name=name))
    assert after["sealed"] == 2, "the old copy has the sealed values"
    assert (after["opened"], after["found"]) == ([], [])
    assert after["keys"] > 50
    assert attacked.script(OPEN_ALL.format(subject=other, name="Somebody Else"))["opened"]
    assert marks.search_files(attacked.home, attacked.outside, tmp_path / "old") == []
    ran = attacked.run("ask", subject, "--purpose", "customer-relationship", "--as", "seller-cz")
    assert ran.code == 8, "a database that was set back releases nothing at all"


@pytest.mark.sqlite
def test_every_old_checkpoint_is_kept_in_mind_outside_the_home(attacked: Home, laid_home: Laid, tmp_path: Path):
    """The whole home laid back from yesterday, keys and all: the head outside tells, and nothing is released."""
    shutil.copytree(attacked.home, tmp_path / "yesterday")
    read(attacked, laid_home.people[0])
    attacked.json("sequence", "--once")
    shutil.rmtree(attacked.home)
    shutil.copytree(tmp_path / "yesterday", attacked.home)
    assert attacked.run("sequence", "--once").code == 8
    told = read(attacked, laid_home.people[0])
    assert told["code"] == "ledger_unavailable", json.dumps(told)
