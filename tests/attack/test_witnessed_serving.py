"""Our server and our witness, each a process of its own, over HTTP: witnessed, killed, and witnessed again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aboveboard.apps.witness.keys import read_keys
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote
from tests.attack.conftest import Laid
from tests.attack.test_forks_witnessed import look
from tests.support.audit import standing
from tests.support.cli import Home
from tests.support.forked import ForkedHome
from tests.support.outside import Wish, ask
from tests.support.serving import free_port, served, until

pytestmark = [pytest.mark.kill, pytest.mark.database]


@contextmanager
def witness_on(folder: Path, logs: Path, port: int, home: Home) -> Iterator["subprocess.Popen[bytes]"]:
    """The witness in *folder*, served as its owner would."""
    words = ["witness", "serve", str(folder), "--logs", str(logs), "--port", str(port)]
    # A machine of its own: none of the operator's variables.
    environment = {name: text for name, text in home.environment.items() if not name.startswith("ABOVEBOARD_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "aboveboard", *words], env=environment, cwd=folder, start_new_session=True
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def witnessed_size(home: Home) -> int:
    """How far the newest witnessed checkpoint of *home* reaches."""
    try:
        note = (home.home / "log" / "checkpoint.witnessed").read_bytes()
    except FileNotFoundError:
        return 0
    return Checkpoint.parse(SignedNote.parse(note).text).size


def all_is_witnessed(home: Home) -> bool:
    """Whether nothing is pending and the witnessed checkpoint is over all of it."""
    told = standing(home)
    return not told["pending"] and told["size"] == witnessed_size(home)


def test_a_served_log_is_witnessed_whoever_is_killed(attacked: ForkedHome, laid_home: Laid, tmp_path: Path):
    """The asker dies, the witness dies: what comes after is witnessed once both are there again."""
    folder, logs, port = tmp_path / "council", tmp_path / "logs", free_port()
    attacked.json("key", "trust", str(logs))
    attacked.json("witness", "init", str(folder), "--name", "council.example/witness")
    (cosigner,) = read_keys(folder)
    policy = tmp_path / "policy"
    policy.write_text(f"witness council {cosigner.vkey} http://127.0.0.1:{port}\nquorum council\n")
    attacked.more = {**attacked.more, "ABOVEBOARD_WITNESSES": str(policy)}
    attacked.close()
    with served(attacked) as serving:
        with witness_on(folder, logs, port, attacked):
            assert "entry" in look(attacked, laid_home.people[0])
            until(lambda: all_is_witnessed(attacked))
            before = serving.of("ask-witnesses")
            serving.kill(*before)
            assert "entry" in look(attacked, laid_home.people[1])
            until(lambda: bool(serving.of("ask-witnesses") - before))
            until(lambda: all_is_witnessed(attacked))
            reached = witnessed_size(attacked)
        assert "entry" in look(attacked, laid_home.people[2])
        until(lambda: not standing(attacked)["pending"])
        assert witnessed_size(attacked) == reached
        with witness_on(folder, logs, port, attacked):
            until(lambda: all_is_witnessed(attacked))
        public = ask(serving.port, Wish("checkpoint", "GET", "/log/checkpoint.witnessed"))
        assert (public.status, public.body) == (200, (attacked.home / "log" / "checkpoint.witnessed").read_bytes())
    assert serving.process.returncode == 0
