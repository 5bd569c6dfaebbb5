"""The sample group: laid down the way a real one is, and complete."""

import pytest
from django.contrib.auth import authenticate

from aboveboard.apps.accounts.actions import unlock
from aboveboard.apps.accounts.queries import acts, pending_application, staff_member, staff_members, unit_size
from aboveboard.apps.group.queries import entities
from aboveboard.apps.ledger.models import Cell
from aboveboard.apps.register.queries import instruments, purpose_texts, purposes
from aboveboard.apps.register.sample import lay_down_sample_group
from aboveboard.apps.signin.actions import verify_token
from aboveboard.apps.signin.queries import staff_of
from aboveboard.core.catalogue import catalogue
from aboveboard.core.catalogue.category import BASES, Letter
from aboveboard.core.errors import Conflict
from aboveboard.core.terms import EntityId, LawfulBasis, Role
from tests.support.founded import NOW, TODAY

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def sample(root_key, db):
    """The sample group, just laid down."""
    return lay_down_sample_group(now=NOW)


def test_the_five_entities_are_live_each_in_its_standing(sample):
    """A controller, the regional headquarters, one adequate, one uncertified, one without any decision."""
    found = entities()
    assert {str(record.id): str(record.country) for record in found.values()} == {
        "cz": "CZ",
        "de": "DE",
        "jp": "JP",
        "us": "US",
        "hq": "IN",
    }
    assert all(record.live_on == TODAY for record in found.values())
    adequate = {
        record.id
        for record in found.values()
        if catalogue().adequate(record.country, record.adequacy_scopes, TODAY) is not None
    }
    assert adequate == {"jp"}
    assert not catalogue().warned_of(found[EntityId("hq")].country)
    assert instruments() == ()


def test_the_whole_cast_signs_in_and_its_tokens_act_for_it(sample):
    """Each role that staff can have is there."""
    assert {sign_in.role for sign_in in sample} == set(Role) - {Role.PERSON}
    for sign_in in sample:
        staff = staff_of(sign_in.login)
        assert authenticate(username=sign_in.login, password=sign_in.password).staff_id == staff
        assert verify_token(sign_in.token, now=NOW) == staff
        assert staff_member(staff).role is sign_in.role
        assert staff_member(staff).entity == sign_in.entity
        if sign_in.passphrase:
            assert unlock(staff=staff, passphrase=sign_in.passphrase).staff == staff
    assert {sign_in.login for sign_in in sample if sign_in.passphrase} == {
        "signatory-cz",
        "signatory-cz-2",
        "seller-cz",
        "analyst-hq",
    }


def test_the_czech_sales_unit_is_large_enough_for_pseudonyms(sample):
    """Five at least."""
    assert unit_size(EntityId("cz"), "sales", now=NOW) == 6


def test_everything_but_the_founding_came_by_signed_acts(sample):
    """No short cut for the sample."""
    records = acts()
    assert all(record.signatures_hold and record.opinion_given and record.state == "applied" for record in records)
    assert pending_application() == ()
    appointed = {record.body["staff"] for record in records if record.kind == "appointment"}
    assert len(appointed) == len(staff_members()) - 3
    assert {record.body["purpose"] for record in records if record.kind == "purpose"} == set(purposes())


def test_the_purposes_allow_what_the_catalogue_lets_rest_on_their_basis(sample):
    """No allow-list goes past the catalogue: children, income and hobbies are on none."""
    found = purposes()
    assert set(found) == {
        "customer-relationship",
        "public-affairs",
        "supplier-management",
        "data-protection-oversight",
        "own-record",
    }
    for purpose in found.values():
        if purpose.basis is LawfulBasis.LEGITIMATE_INTEREST:
            assert purpose.assessment is not None
            for capacity, categories in purpose.allowed.items():
                for category in categories:
                    assert Letter.LI in catalogue().rule(category, capacity).letters
                    assert purpose.basis in BASES[Letter.LI]
    listed = {
        category
        for text in purpose_texts(role=Role.SELLER)
        for ids in found[text.id].allowed.values()
        for category in ids
    }
    assert listed.isdisjoint({"T36", "T53", "T54", "T45"})
    assert all(text.sentence_en and text.sentence_cs for text in purpose_texts())


def test_the_sample_home_says_that_it_is_one_and_is_laid_down_once(sample):
    """Its sign-ins must work nowhere else."""
    assert Cell.objects.get().sample
    with pytest.raises(Conflict):
        lay_down_sample_group(now=NOW)
