"""The register: nothing enters without a signed act, legitimate interest not without its assessment."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from aboveboard.apps.accounts.acts import propose
from aboveboard.apps.accounts.queries import act
from aboveboard.apps.group.queries import legal_entity as recorded
from aboveboard.apps.ledger.models import Cell
from aboveboard.apps.register.actions import (
    apply_entity,
    apply_instrument,
    apply_lift_default,
    apply_purpose,
    spend_derogation,
)
from aboveboard.apps.register.drafts import (
    AssessmentDraft,
    InstrumentDraft,
    LiftDraft,
    PurposeDraft,
    entity_body,
    live_body,
)
from aboveboard.apps.register.founding import found
from aboveboard.apps.register.models import Assessment, Instrument, Purpose
from aboveboard.apps.register.queries import derogation_for, instruments, purpose_texts, purposes
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.policy import register as values
from aboveboard.core.terms import (
    Capacity,
    CategoryId,
    EntityId,
    EntityStanding,
    LawfulBasis,
    PurposeId,
    Role,
    SubjectId,
    TransferTool,
)
from tests.support.founded import NOW, TODAY, appointee, legal_entity

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

YEAR = timedelta(days=365)
LIA = AssessmentDraft("lia", TODAY, TODAY + YEAR, "file:lia-7")
TIA = AssessmentDraft("tia", TODAY, TODAY + YEAR, "file:tia-2")
GOLF = CategoryId("T45")
CARE = PurposeDraft(
    id=PurposeId("customer-care"),
    basis=LawfulBasis.LEGITIMATE_INTEREST,
    allowed={Capacity.CUSTOMER: frozenset({CategoryId("T01"), CategoryId("T02")})},
    roles=frozenset({Role.SELLER}),
    sentence_en="We answer when customers call.",
    sentence_cs="Odpovídáme, když zákazníci volají.",
    dpv="https://w3id.org/dpv#CustomerCare",
    assessment=LIA,
)


def registered(founded, draft):
    """Register a purpose by a signed act."""
    return apply_purpose(act=founded.decide("purpose", draft.body()), now=NOW)


def test_a_signed_purpose_stands_in_the_register_as_the_rules_see_it(founded):
    """Basis, allow-list, roles and the live assessment."""
    registered(founded, CARE)
    assert purposes() == {
        "customer-care": values.Purpose(
            id=CARE.id,
            controller=EntityId("cz"),
            basis=CARE.basis,
            allowed=CARE.allowed,
            roles=CARE.roles,
            assessment=values.Assessment(TODAY, TODAY + YEAR),
        )
    }
    (text,) = purpose_texts(role=Role.SELLER)
    assert (text.sentence("cs"), text.sentence("en")) == (CARE.sentence_cs, CARE.sentence_en)
    assert purpose_texts(role=Role.DPO) == ()


def test_a_proposed_purpose_is_not_registered(founded):
    """Nothing follows from a proposal."""
    answer = propose(kind="purpose", body=CARE.body(), by=founded.first, now=NOW)
    with pytest.raises(Conflict):
        apply_purpose(act=answer.act, now=NOW)
    assert purposes() == {}


def test_what_a_purpose_stands_for_and_what_it_was_tested_against_reach_the_rules(founded):
    """Circumstances of the catalogue, and purposes whose facts may be used after a recorded test (Art. 6(4))."""
    registered(founded, CARE)
    reach = {
        "circumstances": frozenset({"event", "legal-claims"}),
        "compatible_with": frozenset({CARE.id}),
        "compatibility_test": "file:test-1",
    }
    registered(founded, replace(CARE, id=PurposeId("sales"), **reach))
    known = purposes()
    assert known[PurposeId("sales")].circumstances == {"event", "legal-claims"}
    assert known[PurposeId("sales")].compatible_with == {"customer-care"}
    assert (known[CARE.id].circumstances, known[CARE.id].compatible_with) == (frozenset(), frozenset())
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        Purpose.objects.filter(pk="sales").update(compatibility_test="")


def test_a_purpose_is_compatible_with_registered_ones_only(founded):
    """Nobody tested it against one that nobody registered."""
    draft = replace(CARE, compatible_with=frozenset({PurposeId("sales")}), compatibility_test="file:test-1")
    act_id = founded.decide("purpose", draft.body())
    with pytest.raises(Conflict, match="not registered"):
        apply_purpose(act=act_id, now=NOW)
    assert purposes() == {}


def test_an_act_from_before_a_purpose_could_say_so_says_nothing_of_its_reach(founded):
    """Older acts still take effect as they were signed."""
    body = CARE.body()
    for name in ("circumstances", "compatible_with", "compatibility_test"):
        del body[name]
    apply_purpose(act=founded.decide("purpose", body), now=NOW)
    assert purposes()[CARE.id].circumstances == frozenset()


def test_a_purpose_is_replaced_and_ended_by_further_acts(founded):
    """The history is in the acts."""
    registered(founded, CARE)
    registered(founded, replace(CARE, ended_on=TODAY, allowed={}))
    assert purposes()[CARE.id].ended_on == TODAY
    assert purposes()[CARE.id].allowed == {}
    assert purpose_texts(on=TODAY) == ()
    assert Purpose.objects.count() == 1


def test_legitimate_interest_without_its_assessment_is_refused_in_program_and_table(founded):
    """GDPR-6-1-f: the assessment comes before the basis."""
    for assessment in (None, TIA):
        with pytest.raises(Invalid, match="assessment"):
            registered(founded, replace(CARE, assessment=assessment))
    registered(founded, CARE)
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        Purpose.objects.update(assessment=None)


def test_an_assessment_is_reviewed_after_it_was_decided(founded):
    """One that never lapses is none."""
    with pytest.raises(Invalid):
        registered(founded, replace(CARE, assessment=replace(LIA, review_on=TODAY)))
    registered(founded, CARE)
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        Assessment.objects.update(review_on=TODAY)


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "Not A Slug"},
        {"basis": "because"},
        {"allowed": {"customer": ["T99"]}},
        {"allowed": {"enemy": ["T01"]}},
        {"allowed": ["T01"]},
        {"roles": []},
        {"roles": ["emperor"]},
        {"sentence_cs": " "},
        {"dpv": "dpv:CustomerCare"},
        {"ended_on": "soon"},
        {"assessment": {"kind": "lia"}},
        {"assessment": {**LIA.body(), "kind": "vibe"}},
        {"assessment": {**LIA.body(), "document": "on my desk"}},
        {"circumstances": ["whenever-we-like"]},
        {"compatible_with": ["sales"]},
        {"compatible_with": ["Not A Slug"], "compatibility_test": "file:test-1"},
        {"compatible_with": ["customer-care"], "compatibility_test": "file:test-1"},
        {"compatible_with": ["sales"], "compatibility_test": "on my desk"},
    ],
)
def test_a_purpose_of_another_form_takes_no_effect(founded, change):
    """Signed nonsense changes nothing, and the act stays unapplied."""
    act_id = founded.decide("purpose", {**CARE.body(), **change})
    with pytest.raises(Invalid):
        apply_purpose(act=act_id, now=NOW)
    assert (purposes(), act(act_id).applied_at) == ({}, None)


def test_every_draft_reads_back_what_it_wrote():
    """What is signed is what takes effect."""
    instrument = InstrumentDraft(EntityId("cz"), EntityId("hq"), TransferTool.CLAUSES, TODAY, TODAY + YEAR, TIA)
    lift = LiftDraft(CARE.id, Capacity.CUSTOMER, GOLF)
    for draft in (LIA, CARE, instrument, lift):
        assert type(draft).of(draft.body()) == draft


def entered(founded, entity):
    """Enter an entity by a signed act."""
    apply_entity(act=founded.decide("entity", entity_body(entity)), now=NOW)


def test_an_entity_enters_and_goes_live_by_two_acts(founded):
    """Being known is not being live."""
    entity = legal_entity("de", "DE", works_council=True, agreement_on=TODAY)
    entered(founded, entity)
    assert recorded(entity.id) == entity
    apply_entity(act=founded.decide("entity", live_body(entity.id, TODAY)), now=NOW)
    assert recorded(entity.id) == replace(entity, live_on=TODAY)


def test_an_entity_lacking_its_consultation_does_not_go_live_however_well_signed(founded):
    """Two signatures do not stand in for the staff."""
    entered(founded, legal_entity("jp", "JP", consultation_on=None))
    act_id = founded.decide("entity", live_body(EntityId("jp"), TODAY))
    with pytest.raises(Conflict, match="consultation"):
        apply_entity(act=act_id, now=NOW)
    assert act(act_id).applied_at is None


@pytest.mark.parametrize("body", [{"change": "sell"}, {"change": "enter"}, {"change": "live", "entity": "cz"}, {}])
def test_an_act_about_an_entity_of_another_form_takes_no_effect(founded, body):
    """Signed nonsense changes nothing."""
    with pytest.raises(Invalid):
        apply_entity(act=founded.decide("entity", body), now=NOW)


def test_clauses_between_two_known_entities_stand_with_their_assessment(founded):
    """SCC-2021-914, SCC-cl14."""
    entered(founded, legal_entity("hq", "IN"))
    draft = InstrumentDraft(EntityId("cz"), EntityId("hq"), TransferTool.CLAUSES, TODAY, TODAY + YEAR, TIA)
    apply_instrument(act=founded.decide("instrument", draft.body()), now=NOW)
    assert instruments() == (
        values.Instrument(
            EntityId("cz"),
            EntityId("hq"),
            TransferTool.CLAUSES,
            TODAY,
            TODAY + YEAR,
            values.Assessment(TIA.decided_on, TIA.review_on),
        ),
    )


def test_clauses_without_an_assessment_are_kept_as_such(founded):
    """The rules refuse the flow; the register says why."""
    entered(founded, legal_entity("hq", "IN"))
    draft = InstrumentDraft(EntityId("cz"), EntityId("hq"), TransferTool.CLAUSES, TODAY, TODAY + YEAR, None)
    apply_instrument(act=founded.decide("instrument", draft.body()), now=NOW)
    assert instruments()[0].assessment is None


@pytest.mark.parametrize(
    "change",
    [
        {"tool": "adequacy"},
        {"tool": "handshake"},
        {"valid_until": "2020-01-01"},
        {"importer": "cz"},
        {"assessment": LIA.body()},
        {"valid_from": None},
        {"subject": "00" * 16},
        {"tool": "derogation"},
        {"tool": "derogation", "subject": "00" * 4},
        {"tool": "derogation", "subject": "somebody"},
    ],
)
def test_an_instrument_of_another_form_takes_no_effect(founded, change):
    """Only clauses, binding rules and derogations, between two, for a time."""
    entered(founded, legal_entity("hq", "IN"))
    draft = InstrumentDraft(EntityId("cz"), EntityId("hq"), TransferTool.CLAUSES, TODAY, TODAY + YEAR, TIA)
    with pytest.raises(Invalid):
        apply_instrument(act=founded.decide("instrument", {**draft.body(), **change}), now=NOW)


def test_a_derogation_names_its_one_person_and_is_spent_once(founded):
    """Art. 49(1): the table itself takes no derogation for everybody, and no other tool for somebody."""
    entered(founded, legal_entity("hq", "IN"))
    subject = SubjectId(bytes(range(16)))
    cz, hq = EntityId("cz"), EntityId("hq")
    draft = InstrumentDraft(cz, hq, TransferTool.DEROGATION, TODAY, TODAY + YEAR, None, subject)
    apply_instrument(act=founded.decide("instrument", draft.body()), now=NOW)
    (kept,) = instruments()
    assert (kept.subject, kept.spent) == (subject, False)
    assert derogation_for(subject, cz, hq, TODAY) == Instrument.objects.get().pk
    assert derogation_for(subject, cz, hq, TODAY + 2 * YEAR) is None
    version = Cell.objects.get().governance
    spend_derogation(Instrument.objects.get().pk, now=NOW)
    assert instruments()[0].spent
    assert Cell.objects.get().governance == version + 1
    assert derogation_for(subject, cz, hq, TODAY) is None
    with pytest.raises(Conflict, match="used already"):
        spend_derogation(Instrument.objects.get().pk, now=NOW)
    for change in ({"subject": None}, {"tool": "scc"}, {"tool": TransferTool.CLAUSES.value}):
        with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
            Instrument.objects.update(**change)


def test_an_instrument_with_an_unknown_entity_takes_no_effect(founded):
    """Nobody transfers to nowhere."""
    draft = InstrumentDraft(EntityId("cz"), EntityId("nowhere"), TransferTool.CLAUSES, TODAY, TODAY + YEAR, TIA)
    with pytest.raises(Conflict):
        apply_instrument(act=founded.decide("instrument", draft.body()), now=NOW)


def test_a_house_default_is_lifted_for_one_purpose_and_once(founded):
    """Lifted where it was signed, nowhere else."""
    registered(founded, CARE)
    registered(founded, replace(CARE, id=PurposeId("another")))
    body = LiftDraft(CARE.id, Capacity.OFFICIAL, CategoryId("T17")).body()
    apply_lift_default(act=founded.decide("lift-default", body), now=NOW)
    assert purposes()[CARE.id].lifted == {Capacity.OFFICIAL: {"T17"}}
    assert purposes()[CARE.id].allowed[Capacity.OFFICIAL] == {"T17"}
    assert purposes()[PurposeId("another")].lifted == {}
    with pytest.raises(Conflict):
        apply_lift_default(act=founded.decide("lift-default", body), now=NOW)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"category": "T66"}, Invalid),
        ({"category": "T99"}, Invalid),
        ({"capacity": "enemy"}, Invalid),
        ({"purpose": "nothing"}, Conflict),
    ],
)
def test_the_law_is_never_lifted_nor_what_does_not_exist(founded, change, error):
    """Religion stays refused, whoever signs."""
    registered(founded, CARE)
    body = {**LiftDraft(CARE.id, Capacity.CUSTOMER, GOLF).body(), **change}
    with pytest.raises(error):
        apply_lift_default(act=founded.decide("lift-default", body), now=NOW)


def test_every_registered_change_moves_the_governance_version(founded):
    """The gate asks again."""
    before = Cell.objects.get().governance
    registered(founded, CARE)
    assert Cell.objects.get().governance > before


def test_only_a_controller_founds_a_cell_and_all_of_it_or_nothing(root_key):
    """A founding that fails leaves no cell behind."""
    signatories = [appointee(Role.SIGNATORY), appointee(Role.SIGNATORY)]
    officer = appointee(Role.DPO)
    with pytest.raises(Invalid):
        found(controller=legal_entity("cz", "CZ"), signatories=signatories, officer=officer, now=NOW)
    hasty = legal_entity("cz", "CZ", standing=EntityStanding.CONTROLLER, live_on=TODAY, staff_notice_on=None)
    with pytest.raises(Conflict):
        found(controller=hasty, signatories=signatories, officer=officer, now=NOW)
    assert not Cell.objects.exists()
    found(controller=replace(hasty, live_on=None), signatories=signatories, officer=officer, now=NOW)
    assert recorded(EntityId("cz")).live_on is None
