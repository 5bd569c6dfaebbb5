"""Orders on the command line, from proposal to the early end, and a sequencer killed in the middle of opening."""

from pathlib import Path

import pytest

from aboveboard.faces.cli.answers import Exit
from tests.support.cli import Home, sample_home
from tests.support.delays import ARTICLE, CUSTOMER_CARE, LAW, days_ahead

OFFICER = ("--as", "dpo-cz")
FIRST, SECOND = ("--as", "signatory-cz"), ("--as", "signatory-cz-2")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A sample home of one's own."""
    return sample_home(tmp_path)


def ordered(home: Home, person: str) -> str:
    """An order in effect about a person; its act."""
    words = ("--purpose", CUSTOMER_CARE, "--law", LAW, "--article", ARTICLE, "--open-by", str(days_ahead(60)))
    act = str(home.json("delay", "propose", "--person", person, *words, *FIRST)["act"])
    home.json("delay", "opine", act, "--in-favour", *OFFICER)
    assert home.json("delay", "sign", act, *FIRST, code=Exit.REFUSED)["refusals"]
    home.json("delay", "sign", act, *SECOND)
    home.json("delay", "apply", act, *SECOND)
    return act


def test_an_order_is_taken_through_all_its_steps_and_ended_by_a_signatory(home: Home):
    """The list says what is sealed; a sequencer killed while it publishes the openings leaves each opened once."""
    (person,) = home.take_in("Čestmír Ověřený")
    act = ordered(home, person)
    for _ in range(2):
        home.json("ask", person, "--purpose", CUSTOMER_CARE, "--as", "seller")
    home.json("sequence", "--once")
    listed = home.json("delay", "list", *FIRST)
    assert listed["log"] == {"sealed": 2, "opened": 0, "late": 0, "overdue": False}
    assert [(one["act"], one["state"], one["outstanding"]) for one in listed["orders"]] == [(act, "standing", 2)]
    assert home.run("delay", "end", act, *OFFICER).code == Exit.REFUSED
    assert home.json("delay", "end", act, *FIRST)["opened"] == 2
    assert home.cut_short(2, "sequence", "--once")
    home.json("work", "--once")
    home.json("sequence", "--once")
    listed = home.json("delay", "list", *SECOND)
    assert (listed["log"]["opened"], listed["orders"][0]["state"]) == (2, "ended")
    assert all(
        check["holds"] for check in home.json("doctor")["checks"] if check["name"].startswith(("sealed", "audit"))
    )
