"""Counts for the press: nothing small enough to be about one person, and a checkpoint that holds."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveboard.core.errors import Invalid
from tests.support.cell import Cell
from tests.support.evidence import checked, officer

pytestmark = pytest.mark.database


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 12), max_size=8))
def test_no_difference_gives_a_small_number_back(counts):
    """Whatever is told, what is folded is five or more together, or is not told at all."""
    from aboveboard.apps.evidence.press import FEW, OTHERS, folded

    counts = {name: count for name, count in counts.items() if name != OTHERS}
    told = dict(folded(counts))
    rest = told.pop(OTHERS, None)
    assert all(int(count) >= 5 and counts[name] == int(count) for name, count in told.items())
    hidden = sum(count for name, count in counts.items() if name not in told)
    assert (rest is None) == (hidden == 0)
    if rest == FEW:
        assert hidden < 5
        assert not told
    elif rest is not None:
        assert int(rest) == hidden >= 5


def test_months_that_are_not_over_are_not_told():
    """Half a month told twice would tell what came in between."""
    from aboveboard.apps.evidence.press import months_between

    now = datetime(2026, 3, 10, tzinfo=UTC)
    assert months_between(date(2025, 12, 1), date(2026, 2, 1), now) == (202512, 202601, 202602)
    for first, last in ((date(2026, 1, 1), date(2026, 3, 1)), (date(2026, 2, 1), date(2026, 1, 1))):
        with pytest.raises(Invalid):
            months_between(first, last, now)


def test_the_press_gets_counts_and_a_checkpoint(cell: Cell, tmp_path: Path):
    """Seven looks from Czechia and two refused from elsewhere: the two are folded away with the next."""
    from aboveboard.apps.evidence.press import ask_for_press, count, write_press

    person = cell.person(T01="Zdenka Markova")
    january = datetime(2026, 1, 5, tzinfo=UTC)
    for _ in range(7):
        cell.look([person], ["T01"], asked_at=january)
    for _ in range(2):
        cell.look([person], ["T01"], by="seller-us", asked_at=january)
    overseen = ask_for_press((202601,), **officer(cell))
    assert overseen.allowed
    cell.drain()
    counted = count((202601,), now=datetime.now(UTC))
    assert ("2026-01", "looks by company and country", "others", "9") in counted.rows
    assert not any("US" in row[2] for row in counted.rows)
    write_press(counted, {"press.en.html": b"<p>"}, tmp_path / "press")
    report = checked(tmp_path / "press")
    assert report.holds, report.failures
    assert any("The counts." in sentence for sentence in report.not_proved)
    everything = b"".join(path.read_bytes() for path in (tmp_path / "press").iterdir())
    assert b"Markova" not in everything
    assert person.hex().encode() not in everything
    data = (tmp_path / "press" / "counts.csv").read_bytes()
    (tmp_path / "press" / "counts.csv").write_bytes(data.replace(b"9", b"8"))
    assert not checked(tmp_path / "press").holds
