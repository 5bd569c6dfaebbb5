"""What the page that checks evidence says, it says in Czech too; and no Czech is left of what it says no more."""

import re

import pytest

from tests.support.present import ROOT

SCRIPTS = ROOT / "src/aboveboard/faces/check/static/check"
CATALOGUES = ("czech.js", "czechkinds.js")
_LITERAL = r'"((?:[^"\\\n]|\\.)*)"'
_PAIR = re.compile(rf"^  \[{_LITERAL}, {_LITERAL}\],$", re.MULTILINE)
_SAID = re.compile(rf"\b(?:say|wrong|invalid)\(\s*{_LITERAL}")
_SETTLED = re.compile(rf"\b(?:settle|no)\(\s*[A-Z_]+,\s*{_LITERAL}")
_LISTED = re.compile(rf"\[\s*{_LITERAL}(?:, \w+|, {{[^\]]*)?\]")
_WORDS = re.compile(r"[a-z]{2} |[} ][a-z]{2}")
_FILLED = re.compile(r"{(\w+)}")


def source(*, catalogues: bool) -> str:
    """All scripts that say something, or those that say it in Czech."""
    files = sorted(SCRIPTS.glob("*.js"))
    return "".join(path.read_text("utf-8") for path in files if (path.name in CATALOGUES) is catalogues)


def pairs() -> list[tuple[str, str]]:
    """Every sentence with its Czech."""
    return [(match[1], match[2]) for match in _PAIR.finditer(source(catalogues=True))]


def test_no_sentence_has_two_translations():
    """The second would hide the first."""
    english = [one for one, _ in pairs()]
    assert len(english) > 300
    assert sorted(english) == sorted(set(english))


@pytest.mark.parametrize("form", [_SAID, _SETTLED, _LISTED], ids=["said", "settled", "listed"])
def test_every_sentence_of_the_scripts_has_its_czech(form):
    """A sentence has a space in it and words; lines of a drawing have no words."""
    known = {english for english, _ in pairs()}
    found = {match[1] for match in form.finditer(source(catalogues=False)) if _WORDS.search(match[1])}
    assert len(found) > 20
    assert found - known == set()


def test_no_czech_is_left_of_what_is_said_no_more():
    """Long sentences may stand in two pieces where they are said."""
    said = re.sub(r'" \+\s*"', "", source(catalogues=False))
    assert [english for english, _ in pairs() if f'"{english}"' not in said] == []


def test_czech_is_filled_in_with_what_the_english_is():
    """A name of a value that is misspelt would stand there as it is."""
    for english, czech in pairs():
        assert {name.lower() for name in _FILLED.findall(english)} == {name.lower() for name in _FILLED.findall(czech)}
