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


def test_a_request_about_one_person_brings_their_pack_by_a_look_of_its_own(cell: Cell, tmp_path: Path):
    """Values stand on the page and in the pack inside, which verifies by itself; the person sees that it was made."""
    import zipfile
    from dataclasses import replace

    from aboveboard.apps.evidence.authority import person_of, write_authority
    from aboveboard.apps.evidence.dpv import json_ld
    from aboveboard.apps.evidence.lines import lines
    from aboveboard.faces.web.papers import rendered
    from aboveboard.faces.workbench.authority_page import authority_page

    person = cell.person(T01="Zdenka Markova")
    cell.drain()
    made = gathered(cell)
    asked = person_of(person, **officer(cell))
    assert asked is not None
    made = replace(made, person=asked)
    page, graph = rendered(authority_page(made)), json_ld(made)
    assert b"Zdenka Markova" in page
    assert b"Zdenka Markova" in graph
    folder = tmp_path / "file"
    assert write_authority(made, {"evidence.en.html": page, "evidence.jsonld": graph}, folder).holds
    assert checked(folder).holds
    zipfile.ZipFile(folder / "person.zip").extractall(tmp_path)
    assert checked(tmp_path / "person").holds
    cell.drain()
    assert lines(person)[-1].said.operation == "disclose"


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
