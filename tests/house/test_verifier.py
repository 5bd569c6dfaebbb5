"""The standalone verifier stays short enough to be read by whoever has to believe it."""

import pytest

from tests.support.present import ROOT
from verifier.build import KINDS, source, source_for
from verifier.count import counted

MOST_CODE = {"a pack": 1250, "a mirrored log": 650, "a single proof": 550, "all three, and the command": 1499}
"""Lines of code: neither blank, nor a comment, nor a text for people (docstring)."""


@pytest.mark.parametrize("what", MOST_CODE)
def test_the_verifier_can_be_read(what):
    """Nobody can trust what nobody can read; how much there is to read stands in the reference."""
    _, code = counted(source_for(what) if what in KINDS else source())
    assert code <= MOST_CODE[what]
    page = (ROOT / "docs/reference/verifier.md").read_text(encoding="utf-8")
    assert f"| {what} | {MOST_CODE[what]:,} |" in page


def test_its_lines_are_counted_honestly():
    """Blank lines, comments and docstrings are no code; everything else is, each line of a long call too."""
    text = (
        '"""Says."""\n\n# why\nX = (\n    1,\n)\n"""What X is."""\n\ndef f():\n    """Does."""\n    return X  # here\n'
    )
    assert counted(text) == (11, 5)
