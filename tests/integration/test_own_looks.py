"""An employee sees what they did, all of it and only theirs, and nobody they did it to."""

from typing import Any

import pytest
from django.test import Client

from aboveboard.apps import keys
from aboveboard.apps.evidence.lines import lines
from aboveboard.apps.evidence.own_looks import own_looks
from aboveboard.apps.ledger.models import Leaf, Pending
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import NotVerified, Shredded
from tests.support.bits import flipped
from tests.support.cell import Cell
from tests.support.workbench import came


def numbers(cell: Cell, login: str = "seller-cz", **more: Any) -> list[int]:
    """The numbers of somebody's own lines."""
    return [line.number for line in own_looks(cell.staff(login), **more).lines]


def test_every_line_of_theirs_is_there_counted_from_nought(cell: Cell):
    """A recording, a look, a refusal: newest first, without a gap, and none of anybody else."""
    person = cell.person()
    cell.look([person], ["T01"])
    cell.look([person], ["T01"], by="seller-cz-2")
    cell.look([person], ["T01"], purpose="public-affairs")
    cell.drain()
    before = len(own_looks(cell.staff("seller-cz-2")).lines)
    found = own_looks(cell.staff("seller-cz"))
    assert [line.number for line in found.lines] == list(range(found.length))[::-1]
    assert [line.said.verdict for line in found.lines[:2]] == ["refuse", "permit"]
    assert {line.role for line in found.lines} == {"seller"}
    cell.look([person], ["T01"], by="seller-cz-2")
    cell.drain()
    assert len(own_looks(cell.staff("seller-cz-2")).lines) == before + 1


def test_people_looked_at_together_are_lines_of_one_step(cell: Cell):
    """Each has a line of the employee's too; they share the step's name, and say nobody."""
    people = cell.people([{"T01": f"Person Number {number}"} for number in range(5)])
    look = cell.look(people, ["T01"])
    cell.drain()
    found = own_looks(cell.staff("seller-cz"), most=5)
    assert {line.entry_hash for line in found.lines} == {look.entry_hash}
    assert {line.index for line in found.lines} == {lines(person)[-1].index for person in people}
    assert not any(person.hex() in repr(found) for person in people)


def test_pages_follow_on_one_another(cell: Cell):
    """Before a number, at most so many."""
    person = cell.person()
    for _ in range(7):
        cell.look([person], ["T01"])
    cell.drain()
    whole = numbers(cell)
    assert numbers(cell, most=3) == whole[:3]
    assert numbers(cell, most=3, before=whole[2]) == whole[3:6]
    assert numbers(cell, before=0) == []
    assert numbers(cell, before=10_000) == whole


def test_lines_in_older_bundles_are_found_too(cell: Cell):
    """The search goes back through every bundle, as far as it has to."""
    cell.look([cell.person()], ["T01"])
    cell.drain()
    people = cell.people([{"T01": f"Person Number {number}"} for number in range(50)])
    for _ in range(6):
        cell.look(people, ["T01"], by="seller-cz-2")
        cell.drain()
    found = own_looks(cell.staff("seller-cz"))
    assert len(found.lines) == found.length


def test_what_is_not_signed_yet_is_counted_and_not_shown(cell: Cell, monkeypatch):
    """Sequenced and not published: the employee is told how many wait."""
    from aboveboard.apps.ledger.publishing import Publisher

    person = cell.person()
    cell.drain()
    cell.look([person], ["T01"])
    monkeypatch.setattr(Publisher, "publish", lambda *_args: None)
    cell.drain()
    found = own_looks(cell.staff("seller-cz"))
    assert (found.unsigned, len(found.lines)) == (1, found.length - 1)


def test_looking_leaves_no_line(cell: Cell):
    """Nothing about a person is opened and nothing released anew; a log of reading one's log would feed itself."""
    cell.look([cell.person()], ["T01"])
    cell.drain()
    assert numbers(cell)
    assert came(cell, "seller-cz").get("/desk/my-looks").status_code == 200
    assert not Pending.objects.exists()


@pytest.mark.parametrize("column", ["data", "actor", "audit"])
def test_a_changed_line_is_not_shown_as_theirs(cell: Cell, column):
    """Bytes, opening, audit fields: each is held against the line's commitment."""
    cell.look([cell.person()], ["T01"])
    cell.drain()
    index = own_looks(cell.staff("seller-cz"), most=1).lines[0].index
    row = Leaf.objects.get(seq=index)
    Leaf.objects.filter(seq=index).update(**{column: flipped(bytes(getattr(row, column)), 40)})
    with pytest.raises(NotVerified):
        own_looks(cell.staff("seller-cz"))


def test_a_line_that_was_taken_away_is_missed(cell: Cell):
    """The numbers have no hole."""
    cell.look([cell.person()], ["T01"])
    cell.drain()
    index = own_looks(cell.staff("seller-cz"), most=1).lines[0].index
    Leaf.objects.filter(seq=index).delete()
    with pytest.raises(NotVerified, match="is gone from the ledger"):
        own_looks(cell.staff("seller-cz"))


def test_without_their_key_nobody_reads_it(cell: Cell):
    """K_actor goes with the employee's record, and their own lines with it."""
    keys.store().shred(cell.staff("seller-cz"), KeyKind.ACTOR)
    with pytest.raises(Shredded):
        own_looks(cell.staff("seller-cz"))


def test_the_page_says_what_when_and_from_where_and_no_name(cell: Cell):
    """Not even of the person whom they saw by name a moment ago."""
    person = cell.person(T01="Žofie Říhová", T02="zofie@example.test")
    cell.look([person], ["T01", "T02"])
    cell.look([person], ["T01"], purpose="public-affairs")
    cell.drain()
    page = came(cell, "seller-cz").get("/desk/my-looks").content.decode()
    assert "Your lines are numbers 0 to" in page
    assert "Nothing was shown" in page
    assert "Looked: " in page
    assert not any(word in page for word in ("Žofie", "Říhová", "zofie@", person.hex()))
    assert "No step of" not in page
    assert came(cell, "seller-cz").get("/desk/my-looks?before=x").status_code == 200
    assert came(cell, "signatory-cz").get("/desk/my-looks?before=1").status_code == 200


def test_a_page_of_governance_is_told_too(cell: Cell):
    """A signatory's acts stand under their key as well."""
    cell.drain()
    assert "A step of governance" in came(cell, "signatory-cz").get("/desk/my-looks").content.decode()


def test_nobody_reads_it_unasked_or_for_another(cell: Cell):
    """The page has no part in its address that could name somebody else."""
    assert Client().get("/desk/my-looks").status_code == 302
    assert came(cell, "operator-cz").get("/desk/my-looks").status_code == 200
