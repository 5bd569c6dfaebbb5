"""``python -m verifier [FOLDER]``: build the standalone verifier, and say how long it is and what its hash is."""

import sys
from pathlib import Path

from verifier.build import HERE, build, source
from verifier.count import counted

if __name__ == "__main__":
    made, digest = build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "dist")
    lines, code = counted(source())
    sys.stdout.write(f"{made}\n{lines} lines, {code} of them code\nSHA-256 {digest}\n")
