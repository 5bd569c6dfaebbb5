"""Office holders in Popolo: every word of a record stands in a cell, memberships in the words of their register."""

import json
from pathlib import Path

import pytest

from aboveboard.apps.intake.readers.source import Reason
from aboveboard.core.errors import Invalid
from tests.support.people_files import pairs, read, written

PERSON = {"id": "p1", "name": "Holder Of Office", "given_name": "Holder", "birth_date": None, "email": ""}


def test_a_person_in_a_list_becomes_a_row_of_its_scalars(tmp_path: Path) -> None:
    """Null and empty text are no values."""
    source = written(tmp_path, json.dumps([PERSON]))
    assert pairs(source, read(source)[0][0]) == [("id", "p1"), ("name", "Holder Of Office"), ("given_name", "Holder")]


def test_objects_in_lists_become_one_value_each_named_by_scheme_or_type(tmp_path: Path) -> None:
    """Nothing of the object is left out."""
    person = PERSON | {
        "identifiers": [{"scheme": "psp", "identifier": "17"}],
        "contact_details": [{"type": "email", "value": "a@example.org", "note": "office"}],
        "other_names": [{"name": "Другой", "lang": "ru"}],
        "memberships": {"groups": [{"name": "Group", "start_date": "2025-01-02", "end_date": ""}]},
    }
    source = written(tmp_path, json.dumps([person]))
    assert pairs(source, read(source)[0][0])[3:] == [
        ("identifiers;psp", "17"),
        ("contact_details;email", "a@example.org (office)"),
        ("other_names", "Другой (ru)"),
        ("memberships.groups", "Group (2025-01-02 –)"),
    ]


def test_memberships_that_stand_apart_are_joined_in_words(tmp_path: Path) -> None:
    """The organisation's kind is in the property's name, ids are replaced by names."""
    data = {
        "persons": [PERSON],
        "organizations": [
            {"id": "o", "name": "Assembly", "classification": "legislature"},
            {"id": "g", "name": "Group", "classification": "party"},
        ],
        "events": [{"id": "t/1", "name": "First term"}],
        "memberships": [
            {
                "person_id": "p1",
                "organization_id": "o",
                "on_behalf_of_id": "g",
                "role": "member",
                "legislative_period_id": "t/1",
                "start_date": "2025-01-02",
            },
            {"person_id": "nobody", "organization_id": "o", "role": "member"},
        ],
    }
    source = written(tmp_path, json.dumps(data))
    rows, problems = read(source)
    assert pairs(source, rows[0])[3:] == [
        ("memberships;legislature", "Assembly (member, First term, 2025-01-02 –)"),
        ("memberships;party", "Group (2025-01-02 –)"),
    ]
    assert [(problem.reason, problem.cells) for problem in problems] == [(Reason.ORPHAN, 1)]


def test_what_is_no_person_is_reported(tmp_path: Path) -> None:
    """An organisation among persons, and something that is no record at all."""
    data = [PERSON, {"id": "o", "name": "Assembly", "classification": "legislature"}, 17]
    rows, problems = read(written(tmp_path, json.dumps(data)))
    assert [row.number for row in rows] == [1]
    assert [(problem.number, problem.reason) for problem in problems] == [
        (2, Reason.NOT_A_PERSON),
        (3, Reason.NOT_A_PERSON),
    ]


def test_a_file_that_breaks_off_is_read_up_to_there(tmp_path: Path) -> None:
    """The end is reported, the persons before it are not lost."""
    rows, problems = read(written(tmp_path, json.dumps([PERSON, PERSON])[:-30]))
    assert len(rows) == 1
    assert [(problem.number, problem.reason) for problem in problems] == [(2, Reason.BROKEN_FORM)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_in_other_encodings_is_read(tmp_path: Path, encoding: str) -> None:
    """With a mark, or in wide characters."""
    source = written(tmp_path, json.dumps([PERSON | {"name": "Žluťoučký Kůň"}], ensure_ascii=False), encoding)
    assert ("name", "Žluťoučký Kůň") in pairs(source, read(source)[0][0])


def test_a_list_of_organisations_is_refused(tmp_path: Path) -> None:
    """With a sentence, not with rows."""
    with pytest.raises(Invalid, match="persons"):
        written(tmp_path, json.dumps([{"id": "o", "name": "Assembly", "classification": "legislature"}]))
