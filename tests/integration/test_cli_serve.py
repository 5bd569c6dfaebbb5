"""Serving: one web server, one sequencer, one worker; started again when they fail, stopped in order."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from aboveboard.faces.cli.answers import Exit
from aboveboard.faces.cli.commands.serve import THREADS
from tests.support.cli import Home, sample_home

LOOK = ("--purpose", "customer-relationship", "--as", "seller")
pytestmark = pytest.mark.slow


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; that it comes about at all is what a test asks, not when."""
    while not holds():
        time.sleep(0.1)


def children(name: str, home: Home) -> list[int]:
    """The processes of this home that run a command of that name."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            environment = (folder / "environ").read_bytes()
        except (OSError, ValueError):
            continue
        if name.encode() in words and str(home.home).encode() in environment:
            found.append(int(folder.name))
    return found


def answer(port: int, path: str) -> tuple[int, str]:
    """What the server says."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        response = connection.getresponse()
        response.read()
        return response.status, response.headers.get("content-type", "")
    finally:
        connection.close()


def me(port: int, token: str) -> int:
    """What the API answers to whom a token acts for."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        connection.request("GET", "/api/v1/me", headers={"Host": "localhost", "Authorization": f"Bearer {token}"})
        return connection.getresponse().status


@contextmanager
def served(home: Home, port: int) -> Iterator["subprocess.Popen[str]"]:
    """Serve *home* until the block ends; what it said is in a file beside the home."""
    with (home.folder / "said").open("w") as said:
        process = subprocess.Popen(
            home.command("serve"),
            env={**home.environment, "ABOVEBOARD_PORT": str(port)},
            cwd=home.folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            text=True,
        )
        try:
            until(lambda: "answers on" in (home.folder / "said").read_text() or process.poll() is not None)
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait()


def test_pages_and_static_files_are_served_entries_sequenced_and_the_last_batch_drained(tmp_path: Path):
    """While it serves, a look is signed without anybody's doing; what comes last is signed before the end."""
    home = sample_home(tmp_path)
    (person,) = home.take_in("Alena Vzorová")
    port = free_port()
    with served(home, port) as process:
        assert answer(port, "/account/login/")[0] == 200
        assert answer(port, "/static/web/mark.svg") == (200, "image/svg+xml")
        home.json("ask", person, *LOOK)
        until(lambda: _pending(home) == 0)
        assert home.run("sequence", "--once").code == Exit.CONFLICT
        home.json("backup", str(tmp_path / "backup"))
        assert home.run("restore", str(tmp_path / "backup")).code == Exit.CONFLICT
        assert home.run("key", "rotate").code == Exit.CONFLICT
        home.json("ask", person, *LOOK)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == Exit.DONE
    assert _pending(home) == 0
    assert home.json("sequence", "--once")["leaves"] == 0
    assert not any(children(name, home) for name in ("sequence", "work", "granian"))
    assert "Traceback" not in (tmp_path / "said").read_text()


def test_browsers_that_keep_idle_connections_open_keep_nobody_else_out(tmp_path: Path):
    """Three dozen connections on which nothing is asked any more, and the next reader is answered."""
    home = sample_home(tmp_path)
    port = free_port()
    with served(home, port), ExitStack() as idle:
        for _ in range(4 * THREADS + 4):
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            idle.callback(connection.close)
            connection.request("GET", "/static/web/mark.svg", headers={"Host": "localhost"})
            response = connection.getresponse()
            response.read()
            assert not response.will_close
        assert answer(port, "/account/login/")[0] == 200


def test_a_token_revoked_on_the_command_line_opens_nothing_at_the_server_from_then_on(tmp_path: Path):
    """The web server remembers a token that opens, and learns at once that another process revoked it."""
    home = sample_home(tmp_path)
    port = free_port()
    token = home.sample("seller-cz")["token"]
    revoke = (
        "from datetime import UTC, datetime\nfrom aboveboard.apps.signin.actions import revoke_token, verify_token\n"
    )
    revoke += f"now = datetime.now(UTC)\nstaff = verify_token({token!r}, now=now)\n"
    revoke += f"revoke_token(prefix={token.split('_')[1]!r}, staff=staff, now=now)\nprint('[]')\n"
    with served(home, port), ThreadPoolExecutor(1) as elsewhere:
        assert me(port, token) == 200
        revoking = elsewhere.submit(home.script, revoke)
        while not revoking.done() and me(port, token) == 200:
            pass
        assert revoking.result() == []
        assert me(port, token) == 401


def test_a_child_that_dies_is_started_again_and_there_is_never_a_second_sequencer(tmp_path: Path):
    """The sequencer is killed: another takes its place and signs what was left."""
    home = sample_home(tmp_path)
    (person,) = home.take_in("Alena Vzorová")
    with served(home, free_port()):
        (first,) = children("sequence", home)
        os.kill(first, signal.SIGKILL)
        home.json("ask", person, *LOOK)
        until(lambda: children("sequence", home) not in ([], [first]))
        until(lambda: _pending(home) == 0)
        assert len(children("sequence", home)) == 1
    assert "sequence ended" in (tmp_path / "said").read_text()


@pytest.mark.kill
def test_when_the_supervisor_is_killed_nothing_of_it_stays_behind(tmp_path: Path):
    """Kill -9 on the one that watches: the children end by themselves, and the next start finds nobody in its way."""
    home = sample_home(tmp_path)
    port = free_port()
    with served(home, port) as process:
        process.kill()
        process.wait()
        until(lambda: not any(children(name, home) for name in ("sequence", "work", "granian")))
    with served(home, port) as again:
        assert again.poll() is None


def test_a_port_that_is_taken_is_said_before_anything_starts(tmp_path: Path):
    """Somebody else listens there: a sentence, code 5, and no child was started."""
    home = sample_home(tmp_path)
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        busy = Home(tmp_path, {"ABOVEBOARD_PORT": str(other.getsockname()[1])})
        ran = busy.run("serve")
    assert ran.code == Exit.CONFLICT
    assert "listens on port" in ran.err
    assert not children("sequence", home)


def _pending(home: Home) -> int:
    return int(
        home.script(
            "import json\n"
            "from aboveboard.apps.ledger.models import Pending\n"
            "print(json.dumps(Pending.objects.count()))\n"
        )
    )
