"""The whole suite: once on SQLite, then whatever touches a database once more on PostgreSQL.

What this machine lacks is said first, so that nobody takes a skipped test for a passed one.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.present import missing, postgres_binaries, skips_are_failures

PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
SIDE_BY_SIDE = ("-n", str(PROCESSORS + 1), "--dist", "loadfile", "--no-loadscope-reorder")
"""One worker more than there are processors: servers, browsers and databases are waited for. The longest files come
first (`tests.support.longest`), so that no worker is left alone with one at the end."""
COMPILED = Path(tempfile.gettempdir()) / "aboveboard-pycache"
NOTHING_COLLECTED = 5


def main() -> int:
    """Run both halves; 0 only when each passed."""
    absent = missing()
    for reason in absent.values():
        print(f"LEFT OUT: {reason}", flush=True)
    if absent and skips_are_failures():
        print("ABOVEBOARD_REQUIRE_ALL=1: what is left out is a failure.", flush=True)
        return 1
    print("== On SQLite", flush=True)
    outcomes = [_pytest("--database", "sqlite")]
    if postgres_binaries() is not None:
        print("== On PostgreSQL: whatever touches a database", flush=True)
        outcomes.append(_pytest("--database", "postgres", "-m", "database or postgres"))
    return max(outcomes)


def _pytest(*arguments: str) -> int:
    command = [sys.executable, "-m", "pytest", *SIDE_BY_SIDE, *arguments, *sys.argv[1:]]
    code = subprocess.run(command, env=_environment(), check=False).returncode
    return 0 if code == NOTHING_COLLECTED else code


def _environment() -> dict[str, str]:
    """Everything as it is; bytecode that may not lie beside the sources lies apart, or each process makes it anew."""
    kept = dict(os.environ)
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
        kept.setdefault("PYTHONPYCACHEPREFIX", str(COMPILED))
    return kept


if __name__ == "__main__":
    sys.exit(main())
