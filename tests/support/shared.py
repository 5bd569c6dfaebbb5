"""The one door to ../shared: other people's vectors and files, which are not part of this repository."""

from pathlib import Path

from tests.support.present import SHARED, leave_out


def shared(name: str) -> Path:
    """The path of *name* in ../shared; without it the test is skipped, or fails where all is required."""
    path = SHARED / name
    if not path.exists():
        leave_out(f"no ../shared/{name} beside this checkout")
    return path
