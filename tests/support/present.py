"""What this machine has of the things only some tests need, and what becomes of those tests without them."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


def skips_are_failures() -> bool:
    """Whether a test that would be skipped must fail instead (ABOVEBOARD_REQUIRE_ALL=1)."""
    return os.environ.get("ABOVEBOARD_REQUIRE_ALL") == "1"


def leave_out(reason: str) -> None:
    """Skip the test that asks, with *reason*; or fail it, where a skip is a failure."""
    if skips_are_failures():
        pytest.fail(f"left out although everything is required: {reason}", pytrace=False)
    pytest.skip(reason)


def as_required(report: pytest.TestReport) -> pytest.TestReport:
    """Give the report of a test; one that says it was skipped says that it failed, where a skip is a failure."""
    if skips_are_failures() and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"left out although everything is required: {reason}"
    return report


def postgres_binaries() -> Path | None:
    """The folder with initdb and postgres, newest version first, or None."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    found = [*packaged, *([Path(on_path).resolve()] if on_path else [])]
    return found[0].parent if found else None


def _version(initdb: Path) -> int:
    name = initdb.parent.parent.name
    return int(name) if name.isdigit() else 0


def chromium() -> str | None:
    """The path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


GO_SOURCES = Path("/usr/share/gocode")
"""Where Debian lays the sources of Go modules."""


def go() -> str | None:
    """The path of an installed Go that finds Debian's source of golang.org/x/mod, or None."""
    tlog = GO_SOURCES / "src/golang.org/x/mod/sumdb/tlog"
    return shutil.which("go") if tlog.is_dir() else None


def missing() -> dict[str, str]:
    """What is not here, and what is therefore left out of the suite."""
    absent = {}
    if postgres_binaries() is None:
        absent["PostgreSQL"] = "no initdb on this machine: nothing is tried on PostgreSQL"
    if chromium() is None:
        absent["Chromium"] = "no Chromium on this machine: pages are not tried in a browser"
    if go() is None:
        absent["Go"] = "no Go with the source of golang.org/x/mod: the log is not checked with that project's packages"
    if not SHARED.is_dir():
        absent["shared"] = "no ../shared beside this checkout: tests on other people's files and vectors are skipped"
    return absent
