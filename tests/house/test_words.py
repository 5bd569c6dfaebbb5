"""Nothing half-done, nothing of anybody's machine: what lies here is finished and runs anywhere."""

import re

from tests.house.tree import OURS, files, modules, named
from tests.support.present import ROOT

# One letter of each word stands in brackets, so that this file does not find itself.
HALF_DONE = re.compile(r"\bTO[D]O\b|\bFI[X]ME\b|\bX[X]X\b|NotImplemented[E]rror|\bst[u]b\b")
SOMEBODYS_MACHINE = re.compile(
    r"/wor[k]/|/roo[t]/|/User[s]/\w|/hom[e]/(?!aboveboard)\w+/|pypi[.]org|python[h]osted|index-ur[l][= ]+http"
)
TOP = (
    "pyproject.toml",
    "Makefile",
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "GLOSSARY.md",
    ".ci/run",
)
TEXT = frozenset({".py", ".md", ".toml", ".txt", ".in", ".html", ".css", ".js", ".csv", ".json", ".po", ".sh", ""})


def test_nothing_is_left_half_done():
    """A note to oneself is a promise nobody keeps; what is not done is not in the tree."""
    found = [named(path) for path in modules(*OURS) if HALF_DONE.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_nothing_names_a_machine_or_a_package_host():
    """Whoever clones this finds nothing that holds only where it was written."""
    paths = [*files(*OURS, "docs", "requirements"), *(ROOT / name for name in TOP if (ROOT / name).exists())]
    found = [
        named(path)
        for path in paths
        if path.suffix in TEXT and SOMEBODYS_MACHINE.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
