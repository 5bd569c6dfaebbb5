"""A throw-away PostgreSQL for one run of the suite, in a temporary folder, reached by a unix socket."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.present import postgres_binaries

# The server refuses to run as root, so root hands it to the account that Debian's package made.
SERVER_ACCOUNT = "postgres"
# A socket's path may be 107 bytes long; a folder straight under the temporary one stays below that.
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "synchronous_commit": "on",
    # Nobody pulls the plug on a test's cluster; kill tests that look at files ask for a durable one.
    "fsync": "off",
    "full_page_writes": "off",
}


class NoPostgresError(RuntimeError):
    """The machine has no PostgreSQL, or it would not start."""


@dataclass(frozen=True)
class Cluster:
    """A running server; ``stop`` leaves nothing behind."""

    folder: Path
    binaries: Path

    @property
    def data(self) -> Path:
        """The folder of the server's files, for tests that search their bytes."""
        return self.folder / "data"

    def url(self, database: str) -> str:
        """The address of *database* on this server."""
        return f"postgresql://{SERVER_ACCOUNT}@/{database}?host={self.folder}"

    def create(self, database: str) -> str:
        """Make an empty database and give its address."""
        _run(self.binaries, "createdb", "-h", str(self.folder), "-U", SERVER_ACCOUNT, database)
        return self.url(database)

    def copy(self, database: str, into: "Cluster") -> str:
        """Copy *database* to another server, which has none of that name; its address there."""
        address, dump = into.create(database), self.folder / f"{database}.dump"
        _run(self.binaries, "pg_dump", "--format=custom", f"--file={dump}", self.url(database))
        _run(self.binaries, "pg_restore", f"--dbname={address}", str(dump))
        dump.unlink()
        return address

    def answers(self) -> bool:
        """Tell whether the server takes statements."""
        return _succeeds(self.binaries, "pg_isready", "-q", "-h", str(self.folder))

    def lives(self) -> bool:
        """Tell whether there is a server at all; one that recovers by itself takes no statements yet."""
        return _succeeds(self.binaries, "pg_ctl", "status", "-D", str(self.data))

    def stop(self) -> None:
        """Stop the server at once and remove its files."""
        try:
            _run(self.binaries, "pg_ctl", "stop", "-D", str(self.data), "-m", "immediate", "-s")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


def start(*, durable: bool = False, log: Path | None = None) -> Cluster:
    """Start a cluster of one's own; *durable* writes through to the disk as in earnest.

    With *log* the write-ahead log lies in that folder, in pieces of one MiB.

    Raises:
        NoPostgresError: there are no binaries, or the server did not come up.
    """
    binaries = postgres_binaries()
    if binaries is None:
        raise NoPostgresError("no initdb on this machine")
    folder = Path(tempfile.mkdtemp(prefix="abpg", dir="/tmp"))
    hand_over(folder)
    cluster = Cluster(folder, binaries)
    try:
        _run(
            binaries,
            "initdb",
            "-D",
            str(cluster.data),
            "-U",
            SERVER_ACCOUNT,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            *(() if log is None else (f"--waldir={log}", "--wal-segsize=1")),
        )
        with (cluster.data / "postgresql.auto.conf").open("a", encoding="utf-8") as conf:
            conf.writelines(_configuration(folder, durable=durable))
        _run(binaries, "pg_ctl", "start", "-D", str(cluster.data), "-w", "-s", "-l", str(folder / "server.log"))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return cluster


def hand_over(folder: Path) -> None:
    """Give a folder to the account the server runs under."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(SERVER_ACCOUNT)
        os.chown(folder, account.pw_uid, account.pw_gid)


def bring_back(cluster: Cluster) -> None:
    """Do what an operator does for a server that gave up: wait while it recovers, start it where it has ended."""
    while not cluster.answers():
        if not cluster.lives():
            start_again(cluster)
        time.sleep(0.1)


def start_again(cluster: Cluster) -> None:
    """Start a server that ended, and let it recover."""
    log = str(cluster.folder / "server.log")
    _run(cluster.binaries, "pg_ctl", "start", "-D", str(cluster.data), "-w", "-s", "-l", log)


def crash_and_start_again(cluster: Cluster) -> None:
    """End the server as a power cut would, and let it recover."""
    _run(cluster.binaries, "pg_ctl", "stop", "-D", str(cluster.data), "-m", "immediate", "-s")
    start_again(cluster)


def _configuration(folder: Path, *, durable: bool) -> list[str]:
    settings = {
        key: value for key, value in SETTINGS.items() if not durable or key not in {"fsync", "full_page_writes"}
    }
    settings["unix_socket_directories"] = f"'{folder}'"
    return [f"{key} = {value}\n" for key, value in settings.items()]


def _succeeds(binaries: Path, program: str, *arguments: str) -> bool:
    try:
        _run(binaries, program, *arguments)
    except NoPostgresError:
        return False
    return True


def _run(binaries: Path, program: str, *arguments: str) -> None:
    command: Sequence[str] = [str(binaries / program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", SERVER_ACCOUNT, "--", *command]
    try:
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    except subprocess.CalledProcessError as error:
        raise NoPostgresError(f"{program} failed: {error.stderr.strip()[-500:]}") from error
