"""Homes for tests of the command line: each in folders and processes of its own, as an operator's would be."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.present import ROOT


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
    def environment(self) -> dict[str, str]:
        """The variables every command of this home runs with."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ABOVEBOARD_", "DJANGO_"))}
        own = {
            "ABOVEBOARD_HOME": str(self.home),
            "ABOVEBOARD_OUTSIDE": str(self.outside),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        return {**kept, **own, **self.more}

    def run(self, *arguments: str, text: str = "") -> Ran:
        """Run one command to its end."""
        command = [sys.executable, "-m", "aboveboard", *arguments]
        ran = subprocess.run(
            command, env=self.environment, cwd=self.folder, input=text, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in ran.stderr, ran.stderr
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def json(self, *arguments: str, code: int = 0) -> Any:
        """Run one command with ``--json``; it must end with *code*."""
        ran = self.run(*arguments, "--json")
        assert ran.code == code, (ran.code, ran.out, ran.err)
        return ran.data

    def start(self, *arguments: str, **more: str) -> "subprocess.Popen[str]":
        """Start a command that runs until it is stopped."""
        command = [sys.executable, "-m", "aboveboard", *arguments]
        return subprocess.Popen(
            command,
            env={**self.environment, **more},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def script(self, code: str) -> Any:
        """Run Python inside this home, Django set up; gives the JSON that it prints last."""
        head = "import os, django\nos.environ['DJANGO_SETTINGS_MODULE'] = 'aboveboard.settings'\ndjango.setup()\n"
        ran = subprocess.run(
            [sys.executable, "-c", head + code],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        lines = ran.stdout.splitlines()
        return json.loads(lines[-1]) if lines else None

    def take_in(self, *names: str) -> list[str]:
        """Take customers of these names in, as a seller would; their ids."""
        return self.script(f"from tests.support.intake import take_in\ntake_in({list(names)!r})\n")

    def sample(self, login: str) -> dict[str, str]:
        """The sample sign-in of a login."""
        told = json.loads((self.home / "sample-sign-ins.json").read_text())
        return next(entry for entry in told["sign_ins"] if entry["login"] == login)
