"""What a pack says of sealed lines: how many, until when, none overdue; each opened one with the order behind it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aboveboard.apps.evidence.pack import make_pack, own_trust
from aboveboard.apps.evidence.waiting import pending_about
from aboveboard.apps.gate.delays import end_delay
from aboveboard.apps.gate.places import place_of_person
from aboveboard.apps.gate.settling import settle_sealed
from aboveboard.apps.ledger.publishing import log_origin, log_signer
from aboveboard.core import canonical
from aboveboard.core.policy.question import Actor
from aboveboard.core.terms import EntityId, PurposeId, Role, SubjectId
from aboveboard.core.verify import Report, shape, verify_pack
from aboveboard.core.verify.delays import NOT_HERE
from aboveboard.core.verify.manifest import MANIFEST, sign_manifest
from aboveboard.core.verify.pack import verify_plain_pack
from tests.support.cell import Cell
from tests.support.delays import days_ahead, order

pytestmark = pytest.mark.usefixtures("transactional_db")


def pack_of(person: SubjectId, now: datetime | None = None) -> tuple[dict[str, bytes], Report]:
    """The person's own evidence."""
    actor = Actor(None, Role.PERSON, EntityId(""))
    at = now or datetime.now(UTC)
    made = make_pack(person, actor=actor, purpose=PurposeId("own-record"), place=place_of_person(None), now=at)
    assert made.files is not None
    assert made.report is not None
    return dict(made.files), made.report


def changed(files: dict[str, bytes], name: str, change: Callable[[Any], None]) -> set[str]:
    """The checks that do not hold once a file was changed and the manifest signed anew."""
    value = json.loads(files[name])
    change(value)
    made = {one: data for one, data in files.items() if one != MANIFEST} | {name: canonical.encode(value)}
    made[MANIFEST] = sign_manifest(log_origin(), made, log_signer(log_origin()))
    return {check.name for check in verify_pack(made, own_trust()).failures}


def test_a_pack_says_that_lines_are_sealed_to_the_covered_and_to_others_alike(cell: Cell):
    """Proved for both in the same words, so that nobody learns from a pack whom the lines are about."""
    covered, other = cell.person(), cell.person(T02="other@example.test")
    order(cell, covered)
    cell.look([covered, other])
    cell.drain()
    for person in (covered, other):
        _, report = pack_of(person)
        assert report.holds
        assert any(f"1 lines of this log are sealed by law until {days_ahead(90)}" in said for said in report.proved)
    assert [len(json.loads(pack_of(person)[0][shape.ENTRIES])["lines"]) for person in (covered, other)] == [1, 2]


def test_a_sealed_look_that_waits_for_its_signature_is_not_told_either(cell: Cell):
    """In the second before it is signed a pack counts what waits: of the covered person only what is not sealed."""
    covered, other = cell.person(), cell.person(T02="other@example.test")
    order(cell, covered)
    cell.drain()
    cell.look([covered, other])
    assert pending_about(covered) == frozenset()
    assert len(pending_about(other)) == 1
    cell.look([covered], by="dpo-cz", purpose="data-protection-oversight")
    assert len(pending_about(covered)) == 1


def test_an_overdue_opening_makes_every_pack_fail_and_is_handed_out_all_the_same(cell: Cell):
    """The person gets what they asked for; its first line says what the controller failed to do."""
    covered, other = cell.person(), cell.person(T02="other@example.test")
    order(cell, covered, open_by=days_ahead(1))
    cell.look([covered])
    cell.drain()
    files, report = pack_of(other)
    assert report.holds
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    assert changed(files, shape.EVIDENCE, lambda value: value.update(made_at=later)) == {"delays"}
    settle_sealed(datetime.now(UTC) + timedelta(days=2))
    cell.drain()
    files, report = pack_of(other)
    assert report.holds
    assert any("1 in this log were opened after their day" in said for said in report.proved)


@pytest.fixture
def opened(cell: Cell) -> dict[str, bytes]:
    """The pack of somebody at whom two looks were sealed, one order renewed, the other line opened early by its end."""
    person = cell.person()
    first = order(cell, person, open_by=days_ahead(10))
    cell.look([person])
    cell.drain()
    second = order(cell, person, open_by=days_ahead(20), renews=first)
    cell.look([person])
    cell.drain()
    end_delay(second, by=cell.staff("signatory-cz"), now=datetime.now(UTC))
    cell.drain()
    files, report = pack_of(person)
    assert report.holds, report.failures
    assert any("2 of the looks were kept from the person for a time" in said for said in report.proved)
    return files


def opening(value: dict[str, Any]) -> dict[str, Any]:
    """The first line that opens a sealed one."""
    return next(line for line in value["lines"] if "sealed" in line)


def test_an_opened_look_is_shown_with_its_proof_and_the_orders_that_two_people_signed(opened: dict[str, bytes]):
    """The look sealed under the first order names both, the other one only the second."""
    entries = json.loads(opened[shape.ENTRIES])
    lines = [line for line in entries["lines"] if "sealed" in line]
    assert sorted(len(json.loads(entries["said"][line["said"]]["body"])["acts"]) for line in lines) == [1, 2]
    for line in lines:
        assert line["leaf"][:4] == "0109"
        assert [one["leaf"][:4] for one in line["sealed"]] == ["0108"]
        assert line["leaf"][196:212] == line["sealed"][0]["leaf"][196:212]
    bodies = [act["body"] for act in json.loads(opened[shape.GOVERNANCE])["acts"]]
    assert {body["law"] for body in bodies} == {"Directive (EU) 2015/849"}


def test_the_short_verifier_refuses_such_a_pack_and_names_the_other(opened: dict[str, bytes]):
    """It lets nothing pass that it does not check; everything else of the pack holds in it."""
    report = verify_plain_pack(opened, own_trust())
    assert {check.sentence for check in report.failures} == {NOT_HERE}
    assert len(report.failures) == 2
    assert report.proved == ()


@pytest.mark.parametrize(
    ("name", "change", "fails"),
    [
        (shape.ENTRIES, lambda v: opening(v).update(sealed=[]), {"sealed"}),
        (shape.ENTRIES, lambda v: v["lines"][0].update(sealed=[]), set()),
        (shape.ENTRIES, lambda v: v["lines"][0].update(sealed=opening(v)["sealed"]), {"sealed"}),
        (shape.ENTRIES, lambda v: v["lines"].remove(opening(v)), {"inclusion", "completeness", "index"}),
        (shape.ENTRIES, lambda v: opening(v).update(sealed=v["lines"][-1]["sealed"]), {"sealed"}),
        (shape.ENTRIES, lambda v: opening(v)["sealed"][0].update(index=1), {"inclusion"}),
        (shape.ENTRIES, lambda v: opening(v)["sealed"][0]["opened"].update(time="2026-01-01T00:00:00Z"), {"openings"}),
        (shape.ENTRIES, lambda v: opening(v)["sealed"].append(opening(v)["sealed"][0]), {"sealed"}),
        (shape.GOVERNANCE, lambda v: v.update(acts=[]), {"sealed"}),
        (shape.GOVERNANCE, lambda v: v["acts"][0]["body"].update(open_by="2099-01-01"), {"sealed"}),
        (shape.EVIDENCE, lambda v: v.update(made_at="yesterday"), {"form"}),
    ],
)
def test_what_was_changed_of_a_sealed_line_is_named(opened: dict[str, bytes], name, change, fails):
    """A line left out, exchanged, changed or without its order: the check that finds it says so."""
    assert changed(opened, name, change) == fails
