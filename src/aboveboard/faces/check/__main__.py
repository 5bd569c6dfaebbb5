"""Write the page that checks evidence as one file: ``python -m aboveboard.faces.check FILE``; needs no Django."""

import sys
from pathlib import Path

from aboveboard.faces.check.pages import checking_page


def main() -> None:
    """Write the page to the file named."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the module and the file
        sys.exit("Name the file to write: python -m aboveboard.faces.check dist/aboveboard-check.html")
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(checking_page())
    sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    main()
