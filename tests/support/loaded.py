"""Processes that begin with what they need already loaded: forked from one that waits, each with an end of its own.

Most of a short command's time goes into loading Django and other libraries, and tests run a thousand of them. The
process that waits has opened no store and read no key, and unless it is told so it has loaded no setting and nothing of
Aboveboard but its core. One that is to load the program for a home is itself forked from the one with the libraries.
A child exchanges environment, folder and standard streams, runs what ``python -m`` or ``python -c`` would run, and then
ends as any Python does: exit handlers, open databases closed, the code or the signal told.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

LIBRARIES = (
    "aboveboard.core.policy.decide",
    "aboveboard.core.verify",
    "argon2",
    "click",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.hazmat.primitives.ciphers.aead",
    "django.contrib.auth.hashers",
    "django.contrib.sessions.backends.db",
    "django.core.management.commands.migrate",
    "django.db.backends.postgresql.base",
    "django.db.backends.sqlite3.base",
    "django.forms",
    "django.template.defaulttags",
    "django.template.loader_tags",
    "django.views.debug",
    "logging.config",
    "orjson",
    "psycopg.types.json",
    "sqlite3",
)
"""What loads without settings: others' code, and the floor of ours that knows neither Django nor the outside world."""


@dataclass
class Parent:
    """A process that waits, and forks a child for each run."""

    environment: Mapping[str, str]
    """What it is started with; a child may be given another."""
    program: bool = False
    """Whether it has loaded the program too, under the settings of its environment, which then hold for every child."""
    born_of: "Parent | None" = None
    """The process it is forked from, so that libraries are loaded once; None: it is started by itself."""
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False, repr=False)
    _line: "tuple[IO[bytes], IO[bytes]] | None" = field(default=None, init=False, repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def run(
        self, words: Sequence[str], environment: Mapping[str, str], folder: Path, text: str
    ) -> tuple[int, str, str]:
        """Run a child to its end: its code (negative: the signal it died of), and what it said."""
        with self._turn, tempfile.TemporaryDirectory(prefix="aboveboard-child-") as where:
            files = [Path(where, name) for name in ("in", "out", "err")]
            files[0].write_text(text, encoding="utf-8")
            order = {"words": words, "environment": dict(environment), "folder": str(folder)}
            code = self._code_of({**order, "files": [str(path) for path in files]})
            return code, files[1].read_text(encoding="utf-8"), files[2].read_text(encoding="utf-8")

    def begin(self) -> bool:
        """Start the process, unless it runs; False where the program cannot be loaded in its environment."""
        with self._turn:
            return self._begin()

    def close(self) -> None:
        """End the process that waits."""
        with self._turn:
            line, process, self._line, self._process = self._line, self._process, None, None
            for end in line or ():
                end.close()
            if process is not None:
                process.wait()

    def _begin(self) -> bool:
        if self._line is None:
            self._line = self._started() if self.born_of is None else self._forked_from(self.born_of)
        return self._line is not None

    def _started(self) -> "tuple[IO[bytes], IO[bytes]]":
        loading = "program" if self.program else "libraries"
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, loading],
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def _forked_from(self, older: "Parent") -> "tuple[IO[bytes], IO[bytes]] | None":
        with tempfile.TemporaryDirectory(prefix="aboveboard-line-") as where:
            orders, answers = (Path(where, name) for name in ("orders", "answers"))
            for end in (orders, answers):
                os.mkfifo(end)
            order = {"environment": dict(self.environment), "orders": str(orders), "answers": str(answers)}
            with older._turn:
                older._begin()
                lives = older._code_of(order) == 0
            return (orders.open("wb"), answers.open("rb")) if lives else None

    def _code_of(self, order: dict[str, Any]) -> int:
        if not self._begin():
            raise RuntimeError("the program cannot be loaded in this environment")
        assert self._line is not None
        orders, answers = self._line
        orders.write(json.dumps(order).encode() + b"\n")
        orders.flush()
        return int(answers.readline())


def main() -> None:
    """Load, wait for orders, and in a child become what was ordered."""
    # The standard streams stay free for the children.
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(quiet, standard)
    os.close(quiet)
    _load(sys.argv[1])
    _wait(orders, answers)


def _wait(orders: IO[bytes], answers: IO[bytes]) -> None:
    """Fork a child for each order, and answer how it ended; or how it began, where it waits for orders itself."""
    for line in iter(orders.readline, b""):
        order = json.loads(line)
        told, tell = os.pipe()
        child = os.fork()
        if child == 0:
            for end in (orders, answers):
                end.close()
            os.close(told)
            if "words" in order:
                os.close(tell)
                _become(**order)
            else:
                _wait_too(tell, **order)
            return
        os.close(tell)
        began = os.read(told, 1)
        os.close(told)
        code = 0 if began else os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        answers.write(b"%d\n" % code)
        answers.flush()


def _wait_too(tell: int, environment: Mapping[str, str], orders: str, answers: str) -> None:
    """Load the program under the settings of *environment*, say so, and wait for orders on a line of one's own."""
    _exchange(environment)
    try:
        _load("program")
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the command itself says it
        os._exit(1)
    os.write(tell, b"1")
    os.close(tell)
    with open(orders, "rb") as from_there, open(answers, "wb") as to_there:  # noqa: PTH123 - pipes, not files
        _wait(from_there, to_there)


def _load(loading: str) -> None:
    for name in LIBRARIES:
        importlib.import_module(name)
    if loading == "program":
        import django

        from aboveboard.faces.cli import commands

        os.environ["DJANGO_SETTINGS_MODULE"] = "aboveboard.settings"
        django.setup()
        for found in pkgutil.iter_modules(commands.__path__, f"{commands.__name__}."):
            importlib.import_module(found.name)
    # What every child shares is not looked through again by each.
    gc.freeze()


def _exchange(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None


def _become(words: Sequence[str], environment: Mapping[str, str], folder: str, files: Sequence[str]) -> None:
    """Run ``-m MODULE ...`` or ``-c CODE ...``; whatever ends it ends the process."""
    for standard, path in enumerate(files):
        mode = os.O_RDONLY if standard == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        opened = os.open(path, mode, 0o600)
        os.dup2(opened, standard)
        os.close(opened)
    _exchange(environment)
    os.chdir(folder)
    kind, what, *more = words
    sys.argv = [what if kind == "-m" else kind, *more]
    if kind == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 - a test's own words


if __name__ == "__main__":
    main()
