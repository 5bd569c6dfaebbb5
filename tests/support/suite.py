"""The whole suite: once on SQLite, then whatever touches a database once more on PostgreSQL.

What this machine lacks is said first, so that nobody takes a skipped test for a passed one.
"""

import subprocess
import sys

from tests.support.present import missing, postgres_binaries, skips_are_failures

TWO_AT_ONCE = ("-n", "2", "--dist", "loadfile")
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
    command = [sys.executable, "-m", "pytest", *TWO_AT_ONCE, *arguments, *sys.argv[1:]]
    code = subprocess.run(command, check=False).returncode
    return 0 if code == NOTHING_COLLECTED else code


if __name__ == "__main__":
    sys.exit(main())
