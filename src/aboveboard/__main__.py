"""The command `aboveboard`, also as `python -m aboveboard`."""

import sys

from aboveboard.faces.cli.tree import aboveboard


def main() -> int:
    """Run the command line; gives the exit code, which docs/reference/commands.md explains."""
    return aboveboard.main(standalone_mode=False)


if __name__ == "__main__":
    sys.exit(main())
