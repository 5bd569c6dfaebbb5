"""Consents and objections: given, withdrawn, objected, resolved by somebody else, and forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from aboveboard.apps.consent.actions import forget, give, object_to, resolve, withdraw
from aboveboard.apps.consent.models import Objection
from aboveboard.apps.consent.queries import (
    consent_records,
    consents_held,
    consents_of,
    objection_records,
    objections_held,
    objections_of,
    open_objections,
)
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.policy.question import ConsentHeld
from aboveboard.core.terms import CategoryId, PurposeId, StaffId, SubjectId

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
PERSON, OTHER = SubjectId(b"\x0a" * 16), SubjectId(b"\x0b" * 16)
CLERK, SECOND = StaffId(b"\x01" * 16), StaffId(b"\x02" * 16)
EVENT, NEWS = PurposeId("event"), PurposeId("newsletter")


def given(person=PERSON, purpose=EVENT, now=NOW, **more):
    """Give a consent."""
    return give(person=person, purpose=purpose, wording="event-v3", channel="form", by=CLERK, now=now, **more)


def test_a_consent_is_kept_with_everything_that_proves_it():
    """Wording version, channel, time, who recorded it, evidence: Art. 7(1)."""
    given(evidence_digest=b"\x07" * 32)
    (record,) = consent_records(PERSON)
    assert (record.purpose, record.wording, record.channel) == (EVENT, "event-v3", "form")
    assert (record.given_at, record.withdrawn_at, record.evidence_digest) == (NOW, None, b"\x07" * 32)


def test_a_consent_is_for_one_purpose_and_one_person():
    """Nothing is read into it for another purpose or another person."""
    given()
    assert consents_held([PERSON, OTHER]) == {PERSON: (ConsentHeld(EVENT, NOW),)}


def test_an_explicit_consent_names_its_category():
    """Art. 9(2)(a): explicit, for that category."""
    given(explicit_for=CategoryId("T48"))
    given()
    assert {held.explicit_for for held in consents_of(PERSON)} == {CategoryId("T48"), None}


def test_the_same_consent_does_not_stand_twice():
    """A second one would hide a withdrawal."""
    given()
    with pytest.raises(Conflict):
        given()


def test_withdrawing_takes_one_step_and_leaves_what_was():
    """Art. 7(3): as easy as giving; the record of having had it stays."""
    given()
    given(explicit_for=CategoryId("T48"))
    given(purpose=NEWS)
    assert withdraw(person=PERSON, purpose=EVENT, now=LATER) == 2
    assert {(held.purpose, held.withdrawn_at) for held in consents_of(PERSON)} == {(EVENT, LATER), (NEWS, None)}
    given(now=LATER)
    assert withdraw(person=PERSON, purpose=EVENT, now=LATER) == 1


@pytest.mark.parametrize(
    ("wording", "channel", "digest"),
    [("", "form", None), ("free text here", "form", None), ("v1", "telepathy", None), ("v1", "form", b"short")],
)
def test_a_consent_without_a_named_wording_channel_or_whole_digest_is_refused(wording, channel, digest):
    """What cannot be proved later is not recorded now."""
    with pytest.raises(Invalid):
        give(
            person=PERSON,
            purpose=EVENT,
            wording=wording,
            channel=channel,
            by=None,
            now=NOW,
            evidence_digest=digest,
        )


def test_an_objection_holds_at_once_and_stops_when_overruled():
    """Art. 21(1): stop first, weigh afterwards."""
    objection = object_to(person=PERSON, purpose=NEWS, by=CLERK, now=NOW)
    assert objections_held([PERSON, OTHER]) == {PERSON: frozenset({NEWS})}
    assert open_objections() == ((objection, NEWS, NOW),)
    assert resolve(objection=objection, outcome="overruled", grounds="legal-claims", by=SECOND, now=LATER) == PERSON
    assert objections_of(PERSON) == frozenset()
    assert objection_records(PERSON)[0].grounds == "legal-claims"


def test_an_objection_that_is_upheld_goes_on_holding():
    """Upheld means stopped for good."""
    objection = object_to(person=PERSON, purpose=NEWS, by=None, now=NOW)
    resolve(objection=objection, outcome="upheld", by=SECOND, now=LATER)
    assert objections_of(PERSON) == {NEWS}
    assert open_objections() == ()


def test_an_objection_is_not_resolved_by_whoever_recorded_it():
    """A second person decides."""
    objection = object_to(person=PERSON, purpose=NEWS, by=CLERK, now=NOW)
    with pytest.raises(Conflict):
        resolve(objection=objection, outcome="upheld", by=CLERK, now=LATER)


def test_an_objection_to_marketing_is_never_overruled_not_even_in_the_table():
    """Art. 21(3) knows no grounds."""
    objection = object_to(person=PERSON, purpose=NEWS, by=None, now=NOW, marketing=True)
    with pytest.raises(Conflict):
        resolve(objection=objection, outcome="overruled", grounds="compelling", by=SECOND, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        Objection.objects.filter(pk=objection).update(
            outcome="overruled", grounds="compelling", resolved_at=LATER, resolved_by=SECOND
        )


@pytest.mark.parametrize(
    ("outcome", "grounds"), [("overruled", ""), ("overruled", "because"), ("upheld", "compelling"), ("", "")]
)
def test_overruling_needs_one_of_the_grounds_of_the_law(outcome, grounds):
    """Art. 21(1): compelling grounds or legal claims, and nothing else."""
    objection = object_to(person=PERSON, purpose=NEWS, by=None, now=NOW)
    with pytest.raises(Invalid):
        resolve(objection=objection, outcome=outcome, grounds=grounds, by=SECOND, now=LATER)


def test_an_objection_is_resolved_once_and_is_open_once():
    """Neither can be repeated to another end."""
    objection = object_to(person=PERSON, purpose=NEWS, by=None, now=NOW)
    with pytest.raises(Conflict):
        object_to(person=PERSON, purpose=NEWS, by=None, now=NOW)
    resolve(objection=objection, outcome="upheld", by=SECOND, now=LATER)
    with pytest.raises(Conflict):
        resolve(objection=objection, outcome="upheld", by=SECOND, now=LATER)


def test_after_an_erasure_nothing_of_the_person_is_left_here():
    """Art. 17: no row that says this person consented to anything."""
    given()
    given(person=OTHER)
    object_to(person=PERSON, purpose=NEWS, by=None, now=NOW)
    forget(person=PERSON)
    assert (consents_of(PERSON), objections_of(PERSON)) == ((), frozenset())
    assert consents_of(OTHER) != ()
