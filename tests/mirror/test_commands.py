"""A mirror by its commands, on a machine without a home: what an outsider types, and what they read."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote
from tests.support.mirroring import KNOWS
from tests.support.published import Published, on_the_web
from tests.support.serving import free_port


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    """The log's key, as it was had by another way."""
    path = tmp_path / "trust"
    path.write_bytes(KNOWS.encode())
    return path


def said(*words: object, code: int = 0) -> dict[str, object]:
    """Run a command in an environment that knows of no home; what it answers for machines."""
    command = [sys.executable, "-m", "aboveboard", "mirror", *map(str, words), "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={})
    assert ran.returncode == code, ran.stderr
    return json.loads(ran.stdout)


def test_an_outsider_mirrors_a_log_and_finds_it_out(log: Published, trust: Path, tmp_path: Path):
    """Made, fetched, checked; then the log says two things, and both are handed on."""
    folder = tmp_path / "kept"
    with on_the_web(log.folder) as url:
        made = said("init", folder, "--log", url, "--trust", trust, "--cosign-as", "council.example")
        assert "holds-every-entry" in str(made["lines"])
        assert said("init", folder, "--log", url, "--trust", trust, code=5)["error"]
        log.publish()
        assert said("fetch", folder) == {"origin": "log.example/cell", "size": 307, "new": 307}
        assert said("fetch", folder)["new"] == 0
        assert said("check", folder)["holds"] is True
        log.fork(log.folder, 100).grow(300, salt="other").publish()
        assert said("fetch", folder, code=1)["error"]["code"] == "fork"
        found = said("check", folder, code=1)
        assert [one["kind"] for one in found["refused"]] == ["fork"]
        assert said("trust", folder, "--trust", trust)["keys"] == [KNOWS.logs[0].key.encode()]


def test_what_cannot_be_is_said_in_a_sentence(trust: Path, tmp_path: Path):
    """An address that is none, a log the file does not name, a folder without a mirror, nobody at the other end."""
    (tmp_path / "empty").mkdir()
    folder = tmp_path / "kept"
    url = "http://127.0.0.1:1"
    assert said("init", folder, "--log", "ftp://log.example", "--trust", trust, code=4)["error"]
    assert said("init", folder, "--log", url, "--trust", trust, "--origin", "other", code=4)["error"]
    assert said("fetch", tmp_path / "empty", code=4)["error"]["code"] == "invalid"
    said("init", folder, "--log", url, "--trust", trust, "--origin", "log.example/cell")
    assert said("fetch", folder, code=7)["error"]["code"] == "ledger_unavailable"
    assert said("check", folder, code=1)["flaws"] == ["The mirror shows no checkpoint yet: fetch first."]


@contextmanager
def running(*words: object) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on until it is told to stop."""
    command = [sys.executable, "-m", "aboveboard", "mirror", *map(str, words)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={}) as process:
        try:
            yield process
        finally:
            process.terminate()


def test_a_mirror_fetches_and_serves_until_it_is_told_to_stop(log: Published, trust: Path, tmp_path: Path):
    """One process follows the log, another serves what it holds; a third party mirrors the mirror."""
    first, second, port = tmp_path / "first", tmp_path / "second", free_port()
    with on_the_web(log.folder) as url:
        said("init", first, "--log", url, "--trust", trust)
        log.publish()
        said("fetch", first)
        with running("serve", first, "--port", port) as serving, running("fetch", first, "--every", 1) as following:
            until(lambda: answers(port), serving)
            said("init", second, "--log", f"http://127.0.0.1:{port}", "--trust", trust)
            assert said("fetch", second)["size"] == 307
            log.grow(2)
            log.publish()
            until(lambda: Checkpoint.parse(shown(first)).size == 310, following)
            assert said("fetch", second) == {"origin": "log.example/cell", "size": 310, "new": 3}
    assert said("check", second)["holds"] is True


def until(holds: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for as long as it takes, or until the process has ended, which fails."""
    while not holds():
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.1)


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with closing(socket.socket()) as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def shown(folder: Path) -> str:
    """The text of the checkpoint that the mirror shows."""
    return SignedNote.parse((folder / "log" / "checkpoint").read_bytes()).text
