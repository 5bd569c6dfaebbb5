"""Homes whose keys are kept apart: the files moved away, a service run for itself, clients that know one secret."""

import os
import signal
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from aboveboard.apps.keys.access import PAPERS_HERE
from aboveboard.apps.keys.address import Network, address_of
from aboveboard.apps.keys.certificates import Side
from aboveboard.apps.keys.client import Client
from aboveboard.apps.keys.tls import Papers, dial
from aboveboard.apps.keys.wire import Role, secret_path
from tests.support.cli import Home
from tests.support.forked import ForkedHome
from tests.support.serving import free_port, until


@dataclass
class Apart:
    """A home on one side, its keys on the other."""

    operator: ForkedHome
    """Where the keys are."""
    desk: ForkedHome
    """Where they are not: only the desk's secret is known."""
    keys: Path
    service: str
    """ABOVEBOARD_KEY_SERVICE: a socket, or a port of this machine behind TLS."""
    roles: tuple[Role, ...] = (Role.DESK,)
    """Whose secrets the desk is handed."""
    listen: tuple[str, ...] = ()
    """Where the service is told to listen."""
    _clients: list[Client] = field(default_factory=list)

    @property
    def papers(self) -> Papers:
        """The certificates of the side that has no keys."""
        return Papers(self.desk.outside / PAPERS_HERE, Side.CLIENT)

    def client(self, role: Role = Role.DESK, secret: str = "") -> Client:
        """Speak to the service as whoever has taken a client of *role* over would."""
        told = secret or secret_path(self.keys, role).read_text()
        self._clients.append(Client(address_of(self.service), told, self.papers))
        return self._clients[-1]

    def line(self) -> socket.socket:
        """Open a line to the service past its door, before the greeting."""
        address = address_of(self.service)
        if isinstance(address, Network):
            return dial(address, self.papers, 60).connection
        line = socket.socket(socket.AF_UNIX)
        line.connect(self.service)
        return line

    def close(self) -> None:
        """End the processes its commands come from."""
        for client in self._clients:
            client.close()
        self.operator.close()
        self.desk.close()

    def select(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What the cell's database says to whoever can write to it; committed."""
        url = self.desk.more.get("ABOVEBOARD_VAULT_DATABASE_URL")
        if url:
            with closing(psycopg.connect(url, autocommit=True)) as database:
                done = database.execute(query.replace("?", "%s"), values)
                return done.fetchall() if done.description else []
        with closing(sqlite3.connect(self.desk.home / "cell.sqlite3", isolation_level=None)) as database:
            return database.execute(query, values).fetchall()


def apart(home: Home, *, network: bool = False) -> Apart:
    """Take the keys out of *home* and put them into a folder of their own, as the how-to says.

    With *network* the service listens at a port of this machine behind TLS, and each side has pinned the other.
    """
    folder = Path(tempfile.mkdtemp(prefix="keys-", dir=home.folder))
    keys, service = folder / "keys", f"tls://127.0.0.1:{free_port()}" if network else str(folder / "s" / "keys.sock")
    keys.mkdir(mode=0o700)
    (home.outside / "root.key").rename(keys / "root.key")
    for path in home.home.glob("keys.sqlite3*"):
        path.rename(keys / path.name)
    told = {**home.more, "ABOVEBOARD_KEY_SERVICE": service}
    there = {**told, "ABOVEBOARD_KEY_HOME": str(keys)}
    if network:
        introduce(Home(home.folder, there), Home(home.folder, told))
    operator = ForkedHome(home.folder, there)
    # The service makes its secrets when it starts; the desk is told where its own will lie.
    secret = folder / "desk.secret"
    desk = ForkedHome(home.folder, {**told, "ABOVEBOARD_KEY_SECRET_FILE": str(secret)})
    return Apart(operator, desk, keys, service)


def elsewhere(home: Home, database: str, scratch: Path) -> Apart:
    """Take the keys out of *home* to a machine that has no home, and reads the cell as a role of its own in *database*.

    The service is named by the address clients dial, and told to listen at it by an option.
    """
    folder = scratch / "other-machine"
    keys, port = folder / "keys", free_port()
    keys.mkdir(mode=0o700, parents=True)
    (home.outside / "root.key").rename(keys / "root.key")
    for path in home.home.glob("keys.sqlite3*"):
        path.rename(keys / path.name)
    service = {"ABOVEBOARD_KEY_SERVICE": f"tls://localhost:{port}"}
    there = {**service, "ABOVEBOARD_KEY_HOME": str(keys), "ABOVEBOARD_VAULT_DATABASE_URL": database}
    here = {**home.more, **service}
    introduce(Home(folder, there), Home(home.folder, here))
    desk = ForkedHome(home.folder, {**here, "ABOVEBOARD_KEY_SECRET_FILE": str(keys.with_name("desk.secret"))})
    listen = ("--listen", f"127.0.0.1:{port}")
    return Apart(ForkedHome(folder, there), desk, keys, f"tls://localhost:{port}", tuple(Role), listen)


def introduce(operator: Home, desk: Home) -> None:
    """Have both sides of a line make their pairs, and pin each other's certificate by its fingerprint."""
    theirs, ours = operator.json("key", "pair"), desk.json("key", "pair")
    assert (theirs["side"], ours["side"]) == ("service", "client")
    operator.json("key", "pin", ours["certificate"], ours["own"]["fingerprint"])
    desk.json("key", "pin", theirs["certificate"], theirs["own"]["fingerprint"])


class Keeping:
    """A running key service of a home."""

    def __init__(self, of: Apart) -> None:
        """Start it and wait until it answers; hand the desk its secret."""
        self.of, self.said = of, of.keys.parent / "said"
        self.start()

    def start(self) -> None:
        """Start the process and wait until it answers."""
        with self.said.open("a") as said:
            self.process = subprocess.Popen(
                self.of.operator.command("key", "serve", *self.of.listen),
                env=self.of.operator.environment,
                cwd=self.of.operator.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        until(lambda: answers(self.of) or self.process.poll() is not None)
        assert self.process.poll() is None, self.said.read_text()
        secrets = [secret_path(self.of.keys, role).read_text() for role in self.of.roles]
        self.of.keys.with_name("desk.secret").write_text("".join(secrets))

    def kill(self) -> None:
        """Kill it, as `kill -9` does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end in order."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()


def answers(of: Apart) -> bool:
    """Tell whether the service of these keys greets a client that knows a secret."""
    try:
        of.client(Role.OPERATOR).ask("counts")
    except Exception:  # noqa: BLE001 - not yet, for whatever reason
        return False
    return True


@contextmanager
def keeping(of: Apart) -> Iterator[Keeping]:
    """Keep the keys of a home in a service until the block ends."""
    running = Keeping(of)
    try:
        yield running
    finally:
        running.stop()


def without_keys(process: int, of: Apart) -> bool:
    """Tell that a process neither knows where the keys lie nor has any file of theirs open."""
    folder = Path("/proc", str(process))
    told = (folder / "environ").read_bytes()
    held = [os.readlink(one) for one in (folder / "fd").iterdir() if one.is_symlink()]  # noqa: PTH115 - may be gone
    return str(of.keys).encode() not in told and not any(str(of.keys) in path for path in held)
