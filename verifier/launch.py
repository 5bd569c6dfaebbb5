"""Starts the verifier beside this, aboveboard_verify.py, or says in one sentence what is missing."""

import sys

MISSING = 7

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this has the Python they have
        sys.stderr.write("aboveboard-verify needs Python 3.11 or newer.\n")
        sys.exit(MISSING)
    try:
        from aboveboard_verify import main
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        sys.stderr.write(f"aboveboard-verify needs the Python package {package!r}, which is not installed here.\n")
        sys.exit(MISSING)
    sys.exit(main())
