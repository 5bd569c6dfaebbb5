"""The command `aboveboard`, also as `python -m aboveboard`."""

import os
import sys

import django

from aboveboard.options import OptionsError


def main() -> int:
    """Set Django up and hand over to the command line; a bad option ends in one sentence and exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aboveboard.settings")
    try:
        django.setup()
    except OptionsError as error:
        print(f"aboveboard: {error}", file=sys.stderr)
        return 2
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
