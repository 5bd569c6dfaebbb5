"""What the workers of one run of the suite share: a folder, in which whatever is dear is made once."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

VARIABLE = "TESTS_RUN_FOLDER"


def begin() -> Path | None:
    """Make the folder of a run, unless another process of it has; gives it to whoever must take it away."""
    if VARIABLE in os.environ:
        return None
    os.environ[VARIABLE] = tempfile.mkdtemp(prefix="aboveboard-run-")
    return Path(os.environ[VARIABLE])


def end(folder: Path) -> None:
    """Take the folder of a run away."""
    del os.environ[VARIABLE]
    shutil.rmtree(folder, ignore_errors=True)


@cache
def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Give the folder called *name*, filled by *make* in whichever process comes first; the others wait for it."""
    whole, begun = (Path(os.environ[VARIABLE], part) for part in (name, f"{name}.begun"))
    with Path(os.environ[VARIABLE], f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(begun, ignore_errors=True)
            begun.mkdir()
            make(begun)
            begun.rename(whole)
    return whole
