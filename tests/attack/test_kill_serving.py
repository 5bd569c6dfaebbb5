"""Kill -9 at random instants, under load, of `aboveboard serve` as it runs in earnest, with real clients outside.

The clients keep each body they received. Whatever was killed: after the next start each body with personal data has
its entry in the log, each write that was acknowledged is there, and each erasure that was acknowledged stands.
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aboveboard.faces.cli.answers import Exit
from aboveboard.faces.cli.health import answers
from tests.attack.conftest import Laid
from tests.support.audit import audit, extends, require_sound, standing
from tests.support.cli import Home
from tests.support.load import Load
from tests.support.outside import Heard, api
from tests.support.serving import PARTS, Serving, free_port, served, until

pytestmark = [pytest.mark.kill, pytest.mark.database]


@pytest.fixture
def chance() -> random.Random:
    """What decides when and what is killed; its seed is printed, so that a run can be had again."""
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"killed by the seed {seed}")
    return random.Random(seed)  # noqa: S311 - replayed


@pytest.fixture
def load(attacked: Home, laid_home: Laid) -> Load:
    """The load on an attacked home; eight of its people are there to be erased."""
    return Load(attacked, laid_home.people[:-8], list(laid_home.people[-8:]))


def kill_under_load(serving: Serving, load: Load, chance: random.Random) -> None:
    """Let those outside ask for a while, then kill every process of the server at once."""
    with load.put_on(serving, chance.randrange(1 << 30)) as outside:
        outside.wait_for_more(60)
        time.sleep(chance.uniform(0, 0.3))
        serving.kill_all(chance)


def require_all_kept(home: Home, load: Load, port: int) -> None:
    """Start anew, ask, end in order, and hold the log to all that those outside were sent."""
    with served(home, port) as again:
        load.require_kept(again)
        assert again.stop() == 0, again.words()
    home.json("work", "--once")
    home.json("sequence", "--once")
    load.require_expected()
    told = standing(home)
    # An erasure may have been decided and then killed before whoever asked was told so.
    assert len(load.acknowledged("erase")) <= told["erased"] <= load.asked_to_erase
    require_sound(home, told, load.released, forgotten=told["erased"])


def test_when_all_that_serves_is_killed_nothing_sent_is_without_entry_and_nothing_acknowledged_is_lost(
    attacked: Home, load: Load, chance: random.Random
):
    """Supervisor, web, sequencer and worker die at once, twice; the second time on what the first one left."""
    port, before = free_port(), audit(attacked, standing(attacked))
    for _ in range(2):
        with served(attacked, port) as serving:
            kill_under_load(serving, load, chance)
    require_all_kept(attacked, load, port)
    assert len(load.released) > 60, "there was no load"
    assert load.acknowledged("write")
    assert extends(audit(attacked, standing(attacked)), before)


def test_when_one_part_is_killed_the_others_go_on_and_nothing_is_without_entry(
    attacked: Home, load: Load, chance: random.Random
):
    """Each part dies once under load, is there again by itself, and leaves nothing of itself behind."""
    port = free_port()
    with served(attacked, port) as serving:
        with load.put_on(serving, chance.randrange(1 << 30)) as outside:
            for part in chance.sample(PARTS, len(PARTS)):
                outside.wait_for_more(20)
                time.sleep(chance.uniform(0, 0.2))
                killed = chance.choice(sorted(serving.of(part)))
                # A web server takes those with it who answer for it.
                gone = {killed} | (serving.of("worker") if part == "web" else set())
                serving.kill(killed)
                until(lambda gone=gone, part=part: bool(serving.of(part) - gone))
                until(lambda gone=gone: not gone & set(serving.members()))
            outside.wait_for_more(20)
            serving.kill_all(chance)
        assert {f"{part} ended (-9)" in serving.words() for part in ("web", "work", "sequence")} == {True}
    require_all_kept(attacked, load, port)


def test_stores_are_not_exchanged_while_a_web_process_lives_that_nobody_supervises(attacked: Home, tmp_path: Path):
    """Whatever became of its supervisor: as long as it answers, a restore is refused."""
    attacked.json("backup", str(tmp_path / "backup"))
    port = free_port()
    web = [sys.executable, "-m", "granian", "aboveboard.wsgi:application", "--interface", "wsgi", "--port", str(port)]
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(web, env=attacked.environment, cwd=attacked.folder, stdout=quiet, stderr=quiet)
    try:
        until(lambda: answers("127.0.0.1", port))
        assert attacked.run("restore", str(tmp_path / "backup")).code == Exit.CONFLICT
    finally:
        running.terminate()
        running.wait()
    attacked.json("restore", str(tmp_path / "backup"))


LATE = """
import queue, threading, time, django
real = django.setup
def setup(*words, **named):
    real(*words, **named)
    from aboveboard.apps.ledger import actions
    waiting, insert = queue.Queue(), actions._insert
    def write():
        while True:
            work = waiting.get()
            time.sleep(0.05)
            insert(*work)
    def later(*work):
        waiting.put(work)
        return True
    actions._insert = later
    threading.Thread(target=write, daemon=True).start()
django.setup = setup
"""
"""The fault every audit log falls into: what is seen is written down afterwards."""


def test_a_server_that_writes_its_entries_afterwards_is_caught(attacked: Home, load: Load, chance: random.Random):
    """Planted: the same load, the same death, and the bodies whose entry never was are counted."""
    planted = attacked.folder / "planted"
    planted.mkdir()
    (planted / "sitecustomize.py").write_text(LATE)
    path = f"{planted}{os.pathsep}{attacked.environment['PYTHONPATH']}"
    with served(Home(attacked.folder, {**attacked.more, "PYTHONPATH": path})) as serving:
        kill_under_load(serving, load, chance)
    attacked.json("sequence", "--once")
    with pytest.raises(AssertionError, match="nowhere"):
        require_sound(attacked, standing(attacked), load.released)


def test_a_body_that_names_no_entry_is_caught(load: Load):
    """Planted: somebody outside was sent a name and no entry."""
    wish = api("person", "token", "GET", "/people/x")
    load.heard.append(Heard(wish, 200, "", b"Person Number 1", whole=True))
    with pytest.raises(AssertionError, match="without an entry"):
        _ = load.released
