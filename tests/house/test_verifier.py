"""The standalone verifier stays short enough to be read by whoever has to believe it."""

from verifier.build import source
from verifier.count import counted

MOST_CODE = 2300
"""Lines of code: neither blank, nor a comment, nor a text for people (docstring)."""


def test_the_verifier_can_be_read_in_a_day():
    """Nobody can trust what nobody can read."""
    _, code = counted(source())
    assert code <= MOST_CODE


def test_its_lines_are_counted_honestly():
    """Blank lines, comments and docstrings are no code; everything else is, each line of a long call too."""
    text = (
        '"""Says."""\n\n# why\nX = (\n    1,\n)\n"""What X is."""\n\ndef f():\n    """Does."""\n    return X  # here\n'
    )
    assert counted(text) == (11, 5)
