"""``python -m verifier [FOLDER]``: build the standalone verifier, and say how long it is and what its hash is."""

import sys
from pathlib import Path

from verifier.build import HERE, KINDS, build, source, source_for
from verifier.count import counted

if __name__ == "__main__":
    made, digest = build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "dist")
    sys.stdout.write(f"{made}\nSHA-256 {digest}\n")
    for what, text in {"the whole verifier": source(), **{kind: source_for(kind) for kind in KINDS}}.items():
        lines, code = counted(text)
        sys.stdout.write(f"{code:5} lines of code, {lines} in all: {what}\n")
