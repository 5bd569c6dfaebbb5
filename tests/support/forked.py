"""Homes whose commands run in children of one process that has loaded the program: the same, without the loading.

Each child is forked from a process that has opened no store and read no key, so it begins as a process of its own does.
What has to be a program started in earnest (a server, a sequencer that runs on) is still started as one.
"""

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.cli import Home, Ran


@dataclass
class ForkedHome(Home):
    """A home, reached by commands that start in no time; `close` it when it is no longer needed."""

    _parent: "subprocess.Popen[str] | None" = field(default=None, init=False, repr=False)

    def python(self, *words: str, text: str = "") -> Ran:
        """Run ``-m aboveboard ...`` or ``-c ...`` in a child, with *text* on its standard input."""
        parent = self._begun()
        assert parent.stdin is not None
        assert parent.stdout is not None
        files = {name: self.folder / f"forked.{name}" for name in ("in", "out", "err")}
        files["in"].write_text(text)
        parent.stdin.write(json.dumps({"words": words, **{name: str(path) for name, path in files.items()}}) + "\n")
        parent.stdin.flush()
        code = json.loads(parent.stdout.readline())
        ran = Ran(code, files["out"].read_text(), files["err"].read_text())
        for path in files.values():
            path.unlink()
        return ran

    def close(self) -> None:
        """End the process the children come from."""
        if self._parent is not None:
            self._parent.communicate()
            self._parent = None

    def _begun(self) -> "subprocess.Popen[str]":
        if self._parent is None:
            self._parent = subprocess.Popen(
                [sys.executable, "-m", "tests.support.forked"],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._parent


def main() -> None:
    """Load the program, then run one child for each line that comes in, and answer with its exit code."""
    import importlib
    import pkgutil

    import django

    from aboveboard.faces.cli import commands

    os.environ["DJANGO_SETTINGS_MODULE"] = "aboveboard.settings"
    django.setup()
    for found in pkgutil.iter_modules(commands.__path__, f"{commands.__name__}."):
        importlib.import_module(found.name)
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run(json.loads(line))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps(code), file=answers, flush=True)


def _run(told: dict[str, Any]) -> None:
    """Be the child: exchange the standard streams, run, and end without going back."""
    for number, name in enumerate(("in", "out", "err")):
        mode = os.O_RDONLY if name == "in" else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        os.dup2(os.open(told[name], mode, 0o600), number)
    # Nothing of the parent's own standard input, read ahead or not, is the child's.
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    code = 70
    try:
        code = _ran(*told["words"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _ran(kind: str, *words: str) -> int:
    import traceback

    try:
        if kind == "-c":
            sys.argv = list(words[1:])
            exec(compile(words[0], "script", "exec"), {"__name__": "__main__"})  # noqa: S102 - a test's own words
            return 0
        from aboveboard.__main__ import main as command

        sys.argv = [str(Path(words[0])), *words[1:]]
        return command()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - the child ends as a process of its own would
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    main()
