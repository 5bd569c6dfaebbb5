"""How the standalone verifier is put together: everything that is needed, nothing twice, and names told apart."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.present import ROOT
from verifier import sources
from verifier.build import ALL, NAME, source
from verifier.merge import merged
from verifier.reach import reached_from
from verifier.sources import CannotBuildError, read_module

FIRST = '''import os
import re

# why
X = 1
"""What X is."""
Y = os.sep


class C:
    """One."""

    def used(self):
        return re.escape(str(X))

    def unused(self):
        return Y
'''
SECOND = """
def size(size=1):
    return size


def _of(x):
    return [size for size in (x, size())]
"""
THIRD = """
from aboveboard import a
from aboveboard.a import size as other


def size():
    return other(size=5)


def _of(x: "size") -> object:
    return lambda size: a._of(size) + [other(), x]
"""


def made(tmp_path: Path, monkeypatch, **modules: str) -> str:
    """The one module made of *modules*, of which `entry` is where it begins."""
    for name, text in modules.items():
        path = tmp_path.joinpath("aboveboard", *name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'"""{name}."""\n{text}', encoding="utf-8")
    monkeypatch.setattr(sources, "SOURCE", tmp_path)
    entry = read_module("__main__", tmp_path / "aboveboard" / "entry.py")
    return merged(reached_from(entry), "All of it.")


def run(text: str) -> dict:
    """What a module holds once it has run."""
    held: dict = {"__name__": "made"}
    exec(compile(text, "made.py", "exec"), held)  # noqa: S102 - made by the test itself
    return held


def test_only_what_is_reached_is_taken(tmp_path, monkeypatch):
    """Definitions, methods and imports that nothing needs stay behind; comments above what is taken come along."""
    text = made(
        tmp_path, monkeypatch, a=FIRST, entry="from aboveboard.a import C\n\n\ndef main():\n    return C().used()\n"
    )
    assert run(text)["main"]() == "1"
    assert '# why\nX = 1\n"""What X is."""\n' in text
    assert "unused" not in text
    assert "import os" not in text


def test_names_that_two_rooms_use_are_told_apart(tmp_path, monkeypatch):
    """Each gets the name of its room; arguments, variables and keywords of that name are left as they are."""
    entry = "from aboveboard.b import _of, size\n\n\ndef main():\n    return size(), _of(7)(3)\n"
    text = made(tmp_path, monkeypatch, a=SECOND, b=THIRD, entry=entry)
    assert run(text)["main"]() == (5, [3, 1, 1, 7])
    assert 'def _b_of(x: "b_size") -> object:' in text


@pytest.mark.parametrize(
    "entry",
    [
        "from aboveboard import a\n\n\ndef main():\n    return a\n",
        "import aboveboard.a\n\n\ndef main():\n    return aboveboard.a.X\n",
        "def main():\n    from aboveboard.a import X\n    return X\n",
        "print('at once')\n",
        "from aboveboard.nowhere import X\n\n\ndef main():\n    return X\n",
    ],
)
def test_what_cannot_be_followed_is_refused(tmp_path, monkeypatch, entry):
    """Rather no file than one that lacks something."""
    with pytest.raises(CannotBuildError):
        made(tmp_path, monkeypatch, a="X = 1\n", entry=entry)


@pytest.mark.parametrize("name", [NAME, ALL])
def test_nothing_is_missing_and_nothing_is_left_over(tmp_path, name):
    """Type checker and linter know every name, attribute and method in the file, and no import is idle."""
    file = tmp_path / "aboveboard_verify.py"
    file.write_text(source(name), encoding="utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = true\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--config-file",
        "mypy.ini",
        "--cache-dir",
        str(ROOT / ".mypy_cache"),
        file,
    ]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F,E9", "--no-cache", file]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
