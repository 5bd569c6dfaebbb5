"""The standalone verifier as a stranger has it: the built file, a bare Python, `cryptography`, and nothing of ours."""

import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify import parts
from aboveboard.core.verify.delays import NOT_HERE
from aboveboard.core.verify.told import told
from verifier.build import ALL, NAME, build, source

NEEDED = ("cryptography", "cffi", "_cffi_backend", "pycparser")
"""What `cryptography` brings along, by the beginnings of its names."""


@dataclass(frozen=True)
class Standalone:
    """The built file, and a Python in which nothing but that library is installed."""

    python: Path
    file: Path

    def run(self, *words: str | Path, code: int) -> str:
        """What the file says, which ends with *code*; nothing of a traceback is ever among it."""
        command = [str(self.python), "-I", str(self.file), *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
        assert "Traceback" not in done.stdout + done.stderr
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr


def set_up(folder: Path) -> Standalone:
    """Build the file, and a bare Python beside it."""
    file, _ = build(folder)
    venv.create(folder / "bare", symlinks=True)
    packages = Path(sysconfig.get_path("purelib"))
    site = next((folder / "bare" / "lib").glob("python*/site-packages"))
    for package in packages.iterdir():
        if package.name.partition(".")[0] in NEEDED:
            (site / package.name).symlink_to(package)
    return Standalone(folder / "bare" / "bin" / "python", file)


@cache
def built(name: str) -> ModuleType:
    """The source in the file *name*, run in this process, where thousands of packs are tried."""
    module = ModuleType(name.replace("-", "_"))
    sys.modules[module.__name__] = module
    exec(compile(source(name), name, "exec"), module.__dict__)  # noqa: S102 - our own source
    return module


CHECKS = {
    **dict.fromkeys(("verify_mirror", "verify_proof"), NAME),
    **dict.fromkeys(("verify_pack", "verify_range", "verify_denial", "verify_receipt"), ALL),
    **dict.fromkeys(("verify_authority", "verify_press"), ALL),
}
"""Functions that check, and which file is the smaller one that holds them."""


def _with_built(name: str, ours: Callable[..., Any]) -> Callable[..., Any]:
    """Do what *ours* does, and hold what the built file says of the same against it.

    A pack goes through the smaller file too, which says the same of it, or that it does not check such packs.
    """

    def both(*given: Any) -> Any:
        report = ours(*given)
        assert _from_built(name, given) == told(report)
        if name == "verify_pack":
            plain = _from_built("verify_plain_pack", given)
            refused = [check for check in plain["checks"] if check["sentence"] == NOT_HERE]
            assert plain == told(report) or (refused and not plain["holds"])
        return report

    return both


def _from_built(name: str, given: tuple[Any, ...]) -> Any:
    module = built(CHECKS.get(name, NAME))
    module.__dict__["PARTS_LARGEST"] = parts.LARGEST  # which a test may have lowered
    again = [module.TrustPolicy.parse(one.encode()) if isinstance(one, TrustPolicy) else one for one in given]
    return module.told(getattr(module, name)(*again))


@contextmanager
def held_against_built(*modules: ModuleType) -> Iterator[None]:
    """Whatever is verified through *modules*, the built file verifies too, and says the same word for word."""
    with pytest.MonkeyPatch.context() as patch:
        for module in modules:
            for name in CHECKS:
                if hasattr(module, name):
                    patch.setattr(module, name, _with_built(name, getattr(module, name)))
        yield
