"""Homes for tests of the command line: each in folders and processes of its own, as an operator's would be."""

import atexit
import functools
import json
import os
import shutil
import sys
import tempfile
import threading
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.loaded import Parent
from tests.support.present import ROOT
from tests.support.run import made_once

DJANGO = "import json, os, django\nos.environ['DJANGO_SETTINGS_MODULE'] = 'aboveboard.settings'\ndjango.setup()\n"
"""What a script begins with."""
NOT_THEIRS = ("ABOVEBOARD_", "DJANGO_", "PYTHONDONTWRITEBYTECODE")


@dataclass
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)


@dataclass
class Home:
    """A home, reached by its command line only."""

    folder: Path
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """ABOVEBOARD_HOME."""
        return self.folder / "home"

    @property
    def outside(self) -> Path:
        """ABOVEBOARD_OUTSIDE."""
        return self.folder / "outside"

    @property
    def scratch(self) -> Path:
        """Where the processes of this home put what they hold for a moment."""
        return self.folder / "scratch"

    @property
    def environment(self) -> dict[str, str]:
        """The variables every command of this home runs with."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        own = {
            "ABOVEBOARD_HOME": str(self.home),
            "ABOVEBOARD_OUTSIDE": str(self.outside),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "TMPDIR": str(self.scratch),
        }
        return {**_everybodys(), **own, **self.more}

    def command(self, *arguments: str) -> list[str]:
        """The words that run one command."""
        return [sys.executable, "-m", "aboveboard", *arguments]

    def run(self, *arguments: str, text: str = "") -> Ran:
        """Run one command to its end."""
        ran = self.python("-m", "aboveboard", *arguments, text=text)
        assert "Traceback" not in ran.err, ran.err
        return ran

    def python(self, *words: str, text: str = "") -> Ran:
        """Run Python with *words* and *text* on its standard input; a negative code is the signal it died of."""
        environment = self.environment
        parent = _libraries() if _loads_for_itself(words) else _prepared.parent_for(environment)
        return Ran(*parent.run(words, environment, self.folder, text))

    def cut_short(self, step: int, *arguments: str) -> bool:
        """Run a command that dies just before its *step*-th write reaches the disk; False when it ended before that."""
        code = (
            "import os, sys\n"
            "left, real = int(sys.argv.pop(1)), os.fsync\n"
            "def fsync(descriptor):\n"
            "    global left\n"
            "    left -= 1\n"
            "    if left == 0:\n"
            "        os._exit(99)\n"
            "    real(descriptor)\n"
            "os.fsync = fsync\n"
            "from aboveboard.__main__ import main\n"
            "sys.exit(main())\n"
        )
        ran = self.python("-c", code, str(step), *arguments)
        assert ran.code in (0, 99), ran.err
        return ran.code == 99

    def copy(self, folder: Path) -> "Home":
        """A second home with the same content, elsewhere."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Home(folder, self.more)

    def json(self, *arguments: str, code: int = 0) -> Any:
        """Run one command with ``--json``; it must end with *code*."""
        ran = self.run(*arguments, "--json")
        assert ran.code == code, (ran.code, ran.out, ran.err)
        return ran.data

    def script(self, code: str) -> Any:
        """Run Python inside this home, Django set up; gives the JSON that it prints last."""
        ran = self.python("-c", DJANGO + code)
        assert ran.code == 0, ran.err
        lines = ran.out.splitlines()
        return json.loads(lines[-1]) if lines else None

    def take_in(self, *names: str) -> list[str]:
        """Take customers of these names in, as a seller would; their ids."""
        return self.script(f"from tests.support.intake import take_in\ntake_in({list(names)!r})\n")

    def sample(self, login: str) -> dict[str, str]:
        """The sample sign-in of a login."""
        told = json.loads((self.home / "sample-sign-ins.json").read_text())
        return next(entry for entry in told["sign_ins"] if entry["login"] == login)


def _everybodys() -> dict[str, str]:
    """The variables that are the same for every home: those of the tests, without what Aboveboard and Django read."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_THEIRS)}
    # Compiled once, not for each command: most of a short command's time would go there.
    compiled = Path(tempfile.gettempdir()) / "aboveboard-pycache"
    return {**kept, "PYTHONPYCACHEPREFIX": str(compiled), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}


@functools.cache
def _libraries() -> Parent:
    """The process that the commands of this test process are forked from."""
    parent = Parent(_everybodys())
    atexit.register(parent.close)
    return parent


def _loads_for_itself(words: Sequence[str]) -> bool:
    """Whether it is code that does something before the program is loaded."""
    return words[0] != "-m" and not words[1].startswith(DJANGO)


class _Prepared:
    """Processes that have loaded the program under the settings of one home each, for whoever comes back to it."""

    MOST = 3

    def __init__(self) -> None:
        self._once: deque[str] = deque(maxlen=self.MOST)
        self._again: OrderedDict[str, Parent] = OrderedDict()
        self._turn = threading.Lock()

    def parent_for(self, environment: Mapping[str, str]) -> Parent:
        """Give the process to fork from: of a home that comes for the first time, the one with the libraries alone."""
        settings = _read_for_settings(environment)
        with self._turn:
            if settings not in self._again:
                if settings not in self._once:
                    self._once.append(settings)
                    return _libraries()
                self._again[settings] = Parent(environment, program=True, born_of=_libraries())
            self._again.move_to_end(settings)
            parent = self._again[settings]
            if len(self._again) > self.MOST:
                self._again.popitem(last=False)[1].close()
        return parent if parent.begin() else _libraries()


def _read_for_settings(environment: Mapping[str, str]) -> str:
    """All that the program's settings are made of: its variables, and the files of secrets that it reads with them."""
    files = [Path(environment["ABOVEBOARD_OUTSIDE"], "secret_key")]
    files += [
        Path(path) for name, path in environment.items() if name.startswith(NOT_THEIRS) and name.endswith("_FILE")
    ]
    read = {str(path): path.read_text(encoding="utf-8", errors="replace") for path in files if path.is_file()}
    return json.dumps([sorted(environment.items()), read])


_prepared = _Prepared()


CHEAPLY = (
    f"{DJANGO}import sys\n"
    "from tests.support.prices import lower_keys\n"
    "lower_keys()\n"
    "from aboveboard.__main__ import main\n"
    "sys.exit(main())\n"
)
"""Runs a command; what it makes of signing keys opens at next to no cost."""


def found_sample(home: Home) -> None:
    """Found a sample home by the program's own command, with signing keys that hundreds of commands can open."""
    ran = home.python("-c", CHEAPLY, "init", "--sample", "--json")
    assert ran.code == 0, (ran.out, ran.err)


def _found_sample(folder: Path) -> None:
    """Found the sample home that is copied for each test that wants one."""
    home = Home(folder)
    found_sample(home)
    home.json("sequence", "--once")


def sample_home(folder: Path, **more: str) -> Home:
    """A founded sample home of one's own in *folder*, its log signed as far as it goes."""
    template = made_once("sample-home", _found_sample)
    for part in ("home", "outside"):
        shutil.copytree(template / part, folder / part)
    return Home(folder, more)
