"""Whoever reads badly can read here: every pair of colours that meets on a page is measured."""

from pathlib import Path

import pytest

import aboveboard.faces.web
from tests.support.colour import contrast, linear, tokens

CSS = Path(aboveboard.faces.web.__file__).parent / "static/web/aboveboard.css"
TOKENS = tokens(CSS.read_text(encoding="utf-8"))
GROUNDS = ("paper", "raised", "sunken", "signal-wash", "warn-wash", "stop-wash")
AAA, AA, SHAPE = 7.0, 4.5, 3.0

PAIRS = (
    *(("ink", ground, AAA) for ground in GROUNDS),
    *(("ink-soft", ground, AAA) for ground in ("paper", "raised")),
    *(("ink-soft", ground, AA) for ground in GROUNDS),
    *(("signal", ground, AA) for ground in GROUNDS),
    *(("signal-deep", ground, AA) for ground in ("paper", "raised", "sunken")),
    *(("stop", ground, AA) for ground in ("paper", "raised", "stop-wash")),
    *(("warn", ground, AA) for ground in ("paper", "raised", "warn-wash")),
    ("on-signal", "signal", AA),
    ("on-signal", "signal-deep", AA),
    ("paper", "ink", AAA),
    ("paper", "stop", AA),
    ("line-strong", "paper", SHAPE),
    ("line-strong", "raised", SHAPE),
)


@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
@pytest.mark.parametrize("light", [0, 1], ids=["by day", "by night"])
def test_what_is_written_can_be_read_on_its_ground(front, ground, least, light):
    """Running text reaches AAA, everything else that is read AA, and edges of fields 3 to 1."""
    assert contrast(TOKENS[front][light], TOKENS[ground][light]) >= least


def test_the_measure_knows_black_on_white_and_grey_on_grey():
    """The measure itself gives the ratios WCAG names: 21 for black on white, 1 for the same colour twice."""
    white, black = linear("100% 0 0"), linear("0% 0 0")
    assert contrast(white, black) == pytest.approx(21, abs=0.01)
    assert contrast(white, white) == pytest.approx(1)


def test_every_colour_has_its_value_by_day_and_by_night():
    """No colour is written anywhere but in the one set of tokens."""
    rules = CSS.read_text(encoding="utf-8").split("@font-face", 1)[1]
    assert "oklch(" not in rules
    assert "#" not in "".join(part for part in rules.split('"')[::2] if "url" not in part).replace("#main", "")
    assert len(TOKENS) >= 17
