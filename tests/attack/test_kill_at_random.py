"""Kill -9 at random instants under load: whoever received a body finds its entry, and the log never forks or loses."""

import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.attack.conftest import Laid
from tests.support.audit import audit, extends, kept_checkpoint, lines_of, require_sound, standing, tree_size
from tests.support.bits import flipped
from tests.support.cli import Home

pytestmark = [pytest.mark.kill, pytest.mark.database]
ROUNDS = 4
THREADS = 4
READER = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "aboveboard.settings"
django.setup()
from tests.support.victims import read_for_ever
read_for_ever({people!r}, {threads}, {seed})
"""


class Victims:
    """The sequencer and a process of readers, started together and killed together."""

    def __init__(self, home: Home, people: list[str], seed: int) -> None:
        """Start both, each the head of its own group, and take up what the readers print."""
        code = READER.format(people=people, threads=THREADS, seed=seed)
        self.sequencer = self._start(home, [sys.executable, "-m", "aboveboard", "sequence"], subprocess.DEVNULL)
        self.reader = self._start(home, [sys.executable, "-c", code], subprocess.PIPE)
        self.received: list[str] = []
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _start(self, home: Home, command: list[str], stdout: int) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            command,
            env=home.environment,
            cwd=home.folder,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def _listen(self) -> None:
        assert self.reader.stdout
        with self.reader.stdout as lines:
            self.received.extend(lines)

    def kill(self, chance: random.Random) -> list[dict[str, object]]:
        """Kill one, then the other, at once or some milliseconds later; every whole line that came out before."""
        order = [self.sequencer, self.reader]
        chance.shuffle(order)
        for process in order:
            os.killpg(process.pid, signal.SIGKILL)
            time.sleep(chance.choice((0, 0, 0.03)))
        for process in order:
            process.wait()
        self._listener.join()
        return lines_of("".join(self.received))


def test_every_body_that_went_out_has_its_entry_after_any_crash(attacked: Home, laid_home: Laid):
    """Rounds of load, death and recovery: no body without entry, no gap, each checkpoint extends the last."""
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"killed by the seed {seed}")
    chance = random.Random(seed)  # noqa: S311 - replayed
    released: set[str] = set()
    told = standing(attacked)
    before = audit(attacked, told)
    for number in range(ROUNDS):
        victims = Victims(attacked, laid_home.people, seed + number)
        _wait_for(20 + 40 * number, victims)
        time.sleep(chance.uniform(0, 0.4))
        bodies = victims.kill(chance)
        released |= {str(body["entry"]) for body in bodies if "entry" in body}
        kept = kept_checkpoint(attacked)
        attacked.json("sequence", "--once")
        told = standing(attacked)
        checked = require_sound(attacked, told, released)
        assert extends(checked, before)
        assert checked.size >= tree_size(kept)
        before = checked
    assert len(released) > 100, "there was no load"


def _wait_for(count: int, victims: Victims) -> None:
    """Wait until more than *count* answers have come; when they come is no test, that the readers live is one."""
    while len(victims.received) <= count:
        assert victims.reader.poll() is None, "the readers ended by themselves"
        time.sleep(0.01)


@pytest.mark.postgres
def test_a_database_server_that_dies_takes_no_entry_with_it(attacked: Home, laid_home: Laid):
    """PostgreSQL itself is killed under load and started again: what was released is in the log."""
    from tests.support.postgres import crash_and_start_again

    assert laid_home.cluster is not None
    victims = Victims(attacked, laid_home.people, 1)
    _wait_for(100, victims)
    crash_and_start_again(laid_home.cluster)
    bodies = victims.kill(random.Random(1))  # noqa: S311 - replayed
    attacked.json("sequence", "--once")
    released = {str(body["entry"]) for body in bodies if "entry" in body}
    assert len(released) > 50
    require_sound(attacked, standing(attacked), released)


def test_a_body_without_its_entry_would_be_noticed(attacked: Home):
    """The check itself can fail: a hash that never stood in the log, and a leaf taken out of it."""
    told = standing(attacked)
    require_sound(attacked, told, set())
    with pytest.raises(AssertionError, match="nowhere"):
        require_sound(attacked, told, {"00" * 32})
    bundle = attacked.home / "log" / "tile" / "entries" / "000.p" / str(told["size"])
    bundle.write_bytes(flipped(bundle.read_bytes()))
    with pytest.raises(AssertionError):
        audit(attacked, told)
