"""An evidence file for an authority: complete, made anew by whoever checks it, and no value or person in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aboveboard.core.verify.asked import Asked
from tests.support.cell import CONTACT, OVERSIGHT, Cell
from tests.support.evidence import checked, let_headquarters_look, officer

pytestmark = pytest.mark.database


def gathered(cell: Cell):
    """The officer asks for the last hour, ten minutes later."""
    from aboveboard.apps.evidence.authority import ask_for_authority, gather

    now = datetime.now(UTC)
    asked = Asked(now - timedelta(hours=1), now + timedelta(minutes=1))
    given = {**officer(cell), "now": now + timedelta(minutes=10)}
    overseen = ask_for_authority(asked, **given)
    assert overseen.allowed
    cell.drain()
    return gather(asked, overseen, now=given["now"])


def written(cell: Cell, out: Path) -> Path:
    """The file, written."""
    from aboveboard.apps.evidence.authority import write_authority

    assert write_authority(gathered(cell), {"evidence.en.html": b"<p>"}, out).holds
    return out


def test_an_authority_gets_all_lines_and_nobodys_name(cell: Cell, tmp_path: Path):
    """Looks by entity and country, grants with opinion and signatures, rules; it holds, and names no person."""
    person = cell.person(T01="Zdenka Markova")
    grant = let_headquarters_look(cell)
    cell.look([person])
    cell.look([person], ["T01"], by="analyst-hq")
    cell.look([person], by="seller-us")
    folder = written(cell, tmp_path / "file")
    report = checked(folder)
    assert report.holds, report.failures
    looks = (folder / "looks.csv").read_text()
    assert "cz,CZ,workplace,customer-relationship,consult,permit,within-eea,1" in looks
    assert "hq," in looks
    assert ",refuse," in looks
    assert grant.hex() in (folder / "grants.csv").read_text()
    assert "in favour" in (folder / "grants.csv").read_text()
    assert "T01,legitimate-interest,customer-relationship," in (folder / "facts.csv").read_text()
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"Markova" not in everything
    assert person.hex().encode() not in everything


@pytest.mark.parametrize("name", ["looks.csv", "rules.json", "governance.json", "lines-000.json", "evidence.en.html"])
def test_a_changed_file_is_noticed(cell: Cell, tmp_path: Path, name: str):
    """Tables, rules, acts, lines, and the pages for people."""
    person = cell.person()
    let_headquarters_look(cell)
    cell.look([person], ["T01"], by="analyst-hq")
    folder = written(cell, tmp_path / "file")
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    assert not checked(folder).holds


def test_decisions_come_out_the_same_when_they_are_made_again(cell: Cell):
    """Looks, permitted and refused, by the rules whose text is handed over; after an erasure nobody can."""
    from aboveboard.apps.gate.deeds import erase

    stays, goes = cell.people([{"T01": "Person Concerned"}, {"T01": "Another Person"}])
    cell.look([stays], ["T01"])
    cell.look([stays, goes], ["T01"])
    cell.look([stays], ["T01"], by="seller-us")
    cell.drain()
    replay = gathered(cell).replay
    assert (replay.looks, replay.same, replay.contradictions) == (4, 4, [])
    erase(cell.question("erase", [goes], CONTACT, by="dpo-cz", purpose=OVERSIGHT), goes)
    cell.drain()
    replay = gathered(cell).replay
    assert (replay.looks, replay.same, replay.not_found) == (4, 3, 1)


def test_a_decision_on_what_has_changed_since_is_not_called_a_contradiction(cell: Cell):
    """The person is restricted after the look; today the look would be refused, and the file says why it differs."""
    from aboveboard.apps.gate.deeds import restrict

    person = cell.person()
    cell.look([person], ["T01"])
    restrict(cell.question("restrict", [person], CONTACT, by="dpo-cz", purpose=OVERSIGHT), person)
    replay = gathered(cell).replay
    assert (replay.looks, replay.same, replay.changed, replay.contradictions) == (1, 0, 1, [])
