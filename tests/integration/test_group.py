"""Legal entities: none goes live before its staff were told and consulted."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from aboveboard.apps.group.actions import enter, go_live
from aboveboard.apps.group.models import Entity
from aboveboard.apps.group.queries import entities, legal_entities, legal_entity
from aboveboard.apps.ledger.models import Cell
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.terms import EntityId, EntityStanding
from tests.support.founded import NOW, TODAY, entries
from tests.support.founded import legal_entity as an_entity

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

ACT = b"\x05" * 16


def entered(entity):
    """Enter an entity."""
    enter(entity=entity, act=ACT, by=None, now=NOW)
    return entity.id


def live(entity):
    """Let it go live today."""
    go_live(entity=entity, on=TODAY, act=ACT, by=None, now=NOW)


def test_an_entity_with_everything_on_record_goes_live(founded):
    """The rules see it live from that day; the log has the dates."""
    live(entered(an_entity("jp", "JP", adequacy_scopes=frozenset({"APPI"}))))
    record = entities()[EntityId("jp")]
    assert (record.live_on, record.country, record.adequacy_scopes) == (TODAY, "JP", {"APPI"})
    (entry,) = [entry for entry in entries() if entry.operation == "entity.live" and entry.body["entity"] == "jp"]
    assert entry.body["consultation_on"] == (TODAY - timedelta(days=20)).isoformat()
    assert entry.body["act"] == ACT.hex()


@pytest.mark.parametrize(
    ("country", "change", "says"),
    [
        ("CZ", {"staff_notice_on": None}, "the notice to its staff"),
        ("CZ", {"consultation_on": None}, "the recorded consultation with its document"),
        ("CZ", {"consultation_document": ""}, "the recorded consultation with its document"),
        ("CZ", {"serious_reason": ""}, "the serious reason in the nature of the work"),
        ("CZ", {"staff_notice_on": TODAY + timedelta(days=1)}, "the notice to its staff"),
        ("DE", {"works_council": True}, "the agreement of its works council"),
        (
            "DE",
            {"works_council": True, "agreement_on": TODAY + timedelta(days=1)},
            "the agreement of its works council",
        ),
        ("US", {"staff_notice_on": None, "consultation_on": None}, "the notice to its staff and the recorded"),
    ],
)
def test_an_entity_does_not_go_live_and_the_sentence_names_what_is_missing(founded, country, change, says):
    """CZ-262-2006-316, CZ-262-2006-280, DE-BETRVG-87-1-6."""
    entity = entered(an_entity("xx", country, **change))
    with pytest.raises(Conflict, match=says):
        live(entity)
    assert legal_entity(entity).live_on is None


def test_a_german_unit_goes_live_with_its_works_councils_agreement_or_without_a_council(founded):
    """BetrVG s. 87(1) no. 6 asks only where there is a council."""
    live(entered(an_entity("de", "DE", works_council=True, agreement_on=TODAY)))
    live(entered(an_entity("de2", "DE")))


@pytest.mark.parametrize(
    ("country", "change"),
    [
        ("CZ", {"staff_notice_on": None}),
        ("CZ", {"consultation_on": None}),
        ("CZ", {"consultation_document": ""}),
        ("CZ", {"serious_reason": ""}),
        ("DE", {"agreement_on": None}),
    ],
)
def test_the_table_itself_lets_no_entity_live_without_notice_and_consultation(founded, country, change):
    """Whoever writes past the program meets the table's own rules."""
    whole = an_entity("xx", country, works_council=True, agreement_on=TODAY)
    live(entered(whole))
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        Entity.objects.filter(pk="xx").update(**change)


def test_a_correction_does_not_undo_what_going_live_rested_on(founded):
    """The notice cannot be taken back behind a live entity; its name may change."""
    entity = an_entity("jp", "JP")
    live(entered(entity))
    with pytest.raises(Conflict, match="would lose the notice"):
        entered(replace(entity, staff_notice_on=None))
    entered(replace(entity, legal_name="Another name"))
    assert (legal_entity(entity.id).legal_name, legal_entity(entity.id).live_on) == ("Another name", TODAY)


def test_an_entity_goes_live_once_and_only_if_it_is_known(founded):
    """The day stands."""
    live(entered(an_entity("jp", "JP")))
    for entity in ("jp", "nowhere"):
        with pytest.raises(Conflict):
            live(EntityId(entity))


def test_a_cell_has_one_controller(founded):
    """A second one would have another's data decided."""
    with pytest.raises(Conflict):
        entered(an_entity("hq", "IN", standing=EntityStanding.CONTROLLER))
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        Entity.objects.create(id="hq", legal_name="x", country="IN", standing="controller", works_council=False)


@pytest.mark.parametrize(
    "change",
    [{"id": "Not A Slug"}, {"country": "Czechia"}, {"legal_name": " "}, {"consultation_document": "with a space"}],
)
def test_an_entity_of_another_form_is_refused(founded, change):
    """Ids, countries and references are plain."""
    with pytest.raises(Invalid):
        entered(replace(an_entity("xx", "JP"), **change))


def test_an_entity_of_a_country_whose_law_is_not_modelled_says_so(founded):
    """EU and Czech law are modelled; others are told apart."""
    entered(an_entity("jp", "JP"))
    assert {record.id: record.national_law_modelled for record in legal_entities()} == {"cz": True, "jp": False}


def test_every_change_moves_the_governance_version(founded):
    """The gate asks again."""
    before = Cell.objects.get().governance
    entered(an_entity("jp", "JP"))
    middle = Cell.objects.get().governance
    live(EntityId("jp"))
    assert before < middle < Cell.objects.get().governance
