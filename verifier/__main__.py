"""``python -m verifier [FOLDER]``: build the standalone verifiers, and tell their hashes and how long they are."""

import sys
from pathlib import Path

from verifier.build import ALL, HERE, KINDS, NAME, build, source, source_for
from verifier.count import counted

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "dist"
    texts = {}
    for name in (NAME, ALL):
        made, digest = build(folder, name)
        sys.stdout.write(f"{digest}  {made}\n")
        texts[name] = source(name)
    for what, text in {**texts, **{f"{kind} alone": source_for(kind) for kind in KINDS}}.items():
        lines, code = counted(text)
        sys.stdout.write(f"{code:5} lines of code, {lines} in all: {what}\n")
