"""Acts: two people, the officer's opinion first, nobody in their own cause, and every step written down."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from aboveboard.apps.accounts.acts import applying, give_opinion, propose, refuse_act, sign_act
from aboveboard.apps.accounts.models import Act, SigningKey, Staff
from aboveboard.apps.accounts.queries import act, act_holds, acts, pending_application, reasons_of
from aboveboard.apps.ledger.models import Cell
from aboveboard.core.errors import Conflict, Invalid, NotVerified
from aboveboard.core.terms import Role
from tests.support.founded import NOW, entries

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

GRANT = {"entity": "hq", "role": "headquarters-analyst", "purpose": "customer-relationship", "categories": ["T01"]}


def codes(answer):
    """The refusals of an answer as rule and reason."""
    return {(refusal.rule, refusal.reason) for refusal in answer.refusals}


def proposed(founded, kind="grant", body=None):
    """Propose an act."""
    answer = propose(kind=kind, body=GRANT if body is None else body, by=founded.first, now=NOW)
    assert answer.done
    return answer.act


def opined(founded, **opinion):
    """Propose an act and give the officer's opinion."""
    act_id = proposed(founded)
    given = {"in_favour": True, **opinion}
    assert give_opinion(act=act_id, by=founded.officer, now=NOW, **given).done
    return act_id


def test_a_proper_act_holds(founded):
    """Proposed by one, opined on by the officer, signed by the other."""
    act_id = opined(founded)
    assert not act_holds(act_id)
    assert sign_act(act=act_id, by=founded.second, now=NOW).done
    record = act(act_id)
    assert act_holds(act_id)
    assert (record.signatures_hold, record.opinion_given, record.state) == (True, True, "signed")
    assert record.body == GRANT
    assert pending_application("grant") == (act_id,)


def test_headquarters_cannot_grant_itself(founded):
    """Not their signatory, their own proposal, their own gain: each is said."""
    analyst = founded.signer(Role.HQ_ANALYST, entity="hq", unit="planning", country="IN")
    answer = propose(kind="grant", body=GRANT, by=analyst, now=NOW)
    assert answer.done
    give_opinion(act=answer.act, in_favour=True, by=founded.officer, now=NOW)
    assert codes(sign_act(act=answer.act, by=analyst, now=NOW)) == {
        ("controller_signs", "not-signatory"),
        ("two_people", "own-proposal"),
        ("two_people", "own-cause"),
    }
    assert not act_holds(answer.act)
    assert sign_act(act=answer.act, by=founded.first, now=NOW).done


def test_a_signatory_of_another_entity_does_not_sign_for_the_controller(founded):
    """A parent's managing director is not the controller's."""
    foreign = founded.signer(Role.SIGNATORY, entity="hq", unit="board", country="IN")
    assert codes(sign_act(act=opined(founded), by=foreign, now=NOW)) == {
        ("controller_signs", "other-entity"),
        ("two_people", "own-cause"),
    }


def test_nobody_signs_what_they_proposed(founded):
    """Two people, not one twice."""
    assert codes(sign_act(act=opined(founded), by=founded.first, now=NOW)) == {("two_people", "own-proposal")}


def test_nobody_signs_their_own_appointment_role_or_key(founded):
    """Nobody decides in their own cause."""
    body = {"staff": founded.second.staff.hex()}
    act_id = proposed(founded, kind="role", body=body)
    give_opinion(act=act_id, in_favour=True, by=founded.officer, now=NOW)
    assert codes(sign_act(act=act_id, by=founded.second, now=NOW)) == {("two_people", "own-cause")}


def test_a_seller_does_not_sign(founded):
    """Only the controller's signatory decides."""
    seller = founded.signer(Role.SELLER, unit="sales")
    assert ("controller_signs", "not-signatory") in codes(sign_act(act=opined(founded), by=seller, now=NOW))


def test_the_officer_neither_proposes_nor_signs(founded):
    """GDPR-38-6: the officer advises and monitors, and never determines purposes and means."""
    officer = founded.signer(Role.DPO, unit="data-protection")
    assert codes(propose(kind="purpose", body={}, by=officer, now=NOW)) == {("officer_does_not_decide", "officer")}
    assert codes(sign_act(act=opined(founded), by=officer, now=NOW)) == {
        ("officer_does_not_decide", "officer"),
        ("controller_signs", "not-signatory"),
    }


def test_an_outsider_does_not_propose(founded):
    """An auditor looks on."""
    outsider = founded.signer(Role.OUTSIDER, unit="works-council")
    assert codes(propose(kind="purpose", body={}, by=outsider, now=NOW)) == {("proposer_is_staff", "outsider")}


def test_the_officers_opinion_comes_before_the_signature(founded):
    """GDPR-38-6, Art. 38(1): involved in time, not told afterwards."""
    act_id = proposed(founded)
    assert codes(sign_act(act=act_id, by=founded.second, now=NOW)) == {("opinion_first", "no-opinion")}
    assert give_opinion(act=act_id, in_favour=True, by=founded.officer, now=NOW).done
    assert sign_act(act=act_id, by=founded.second, now=NOW).done
    with pytest.raises(Conflict):
        give_opinion(act=act_id, in_favour=False, reason="too late", by=founded.officer, now=NOW)


def test_only_the_controllers_officer_gives_the_opinion_and_once(founded):
    """Another's opinion, or a second one, does not count."""
    act_id = proposed(founded)
    for staff in (founded.first.staff, founded.appoint(Role.DPO, entity="hq", country="IN")):
        assert codes(give_opinion(act=act_id, in_favour=True, by=staff, now=NOW)) == {
            ("officer_gives_opinion", "not-officer")
        }
    assert give_opinion(act=act_id, in_favour=True, by=founded.officer, now=NOW).done
    with pytest.raises(Conflict):
        give_opinion(act=act_id, in_favour=True, by=founded.officer, now=NOW)


def test_overruling_the_officer_needs_a_reason_which_stands_beside_it(founded):
    """Both reasons are kept sealed and can be read together."""
    act_id = opined(founded, in_favour=False, reason="No need is shown.")
    assert codes(sign_act(act=act_id, by=founded.second, now=NOW)) == {("opinion_first", "no-overruling-reason")}
    assert sign_act(act=act_id, by=founded.second, now=NOW, overruling_reason="The need is the audit.").done
    assert reasons_of(act_id) == ("No need is shown.", "The need is the audit.")
    row = Act.objects.get(pk=act_id)
    assert b"audit" not in bytes(row.overruling_reason)
    assert b"need" not in bytes(row.opinion_reason)


def test_an_opinion_against_gives_its_reason_and_no_reason_is_endless(founded):
    """A bare no helps nobody."""
    act_id = proposed(founded)
    with pytest.raises(Invalid):
        give_opinion(act=act_id, in_favour=False, by=founded.officer, now=NOW)
    with pytest.raises(Invalid):
        give_opinion(act=act_id, in_favour=False, reason="x" * 3000, by=founded.officer, now=NOW)


def test_without_any_officer_one_can_be_named_and_nothing_else_decided(founded):
    """Otherwise a cell whose officer left could never have one again; meanwhile no grant is signed."""
    Staff.objects.filter(pk=founded.officer).update(active_until=NOW.date())
    naming = proposed(founded, kind="appointment", body={"staff": "00", "role": "data-protection-officer"})
    assert sign_act(act=naming, by=founded.second, now=NOW).done
    assert (act(naming).opinion_waived, act(naming).opinion_given) == ("no-officer", True)
    for kind, body in (("grant", GRANT), ("appointment", {"staff": "00", "role": "seller"})):
        answer = sign_act(act=proposed(founded, kind=kind, body=body), by=founded.second, now=NOW)
        assert codes(answer) == {("opinion_first", "no-opinion")}


def test_a_gap_is_declared_by_two_signatories_without_waiting_for_an_opinion(founded):
    """A disaster is no decision on purposes and means; a seller cannot propose it."""
    seller = founded.signer(Role.SELLER, unit="sales")
    assert codes(propose(kind="declare-gap", body={}, by=seller, now=NOW)) == {("two_signatories", "not-signatory")}
    act_id = proposed(founded, kind="declare-gap", body={})
    assert sign_act(act=act_id, by=founded.second, now=NOW).done
    assert act(act_id).opinion_waived == "declare-gap"


def test_a_refused_or_withdrawn_act_is_never_signed(founded):
    """The signatory refuses, the proposer takes back; others do neither."""
    seller = founded.appoint(Role.SELLER, unit="sales")
    one, other = proposed(founded), proposed(founded)
    assert not refuse_act(act=one, by=seller, now=NOW).done
    assert refuse_act(act=one, by=founded.second.staff, now=NOW).done
    assert refuse_act(act=other, by=founded.first.staff, now=NOW).done
    for act_id in (one, other):
        assert act(act_id).state == "refused"
        with pytest.raises(Conflict):
            sign_act(act=act_id, by=founded.second, now=NOW)
    assert acts(open_only=True) == ()


def test_a_signed_act_is_not_decided_again(founded):
    """Neither signed twice nor refused afterwards."""
    act_id = opined(founded)
    sign_act(act=act_id, by=founded.second, now=NOW)
    with pytest.raises(Conflict):
        sign_act(act=act_id, by=founded.second, now=NOW)
    with pytest.raises(Conflict):
        refuse_act(act=act_id, by=founded.second.staff, now=NOW)


def test_somebody_who_has_left_signs_nothing(founded):
    """A post that ended ends its powers."""
    act_id = opined(founded)
    Staff.objects.filter(pk=founded.second.staff).update(active_until=NOW.date())
    assert codes(sign_act(act=act_id, by=founded.second, now=NOW)) == {("controller_signs", "not-signatory")}
    Staff.objects.filter(pk=founded.first.staff).update(active_until=NOW.date())
    assert codes(propose(kind="grant", body={}, by=founded.first, now=NOW)) == {("proposer_is_staff", "not-appointed")}


def test_every_step_is_written_down_also_the_refused_ones(founded):
    """Who tried what stands in the log, with codes and hashes and no text."""
    act_id = opined(founded, in_favour=False, reason="Marked opinion text")
    sign_act(act=act_id, by=founded.first, now=NOW)
    sign_act(act=act_id, by=founded.second, now=NOW, overruling_reason="Marked overruling text")
    steps = [entry for entry in entries() if entry.body.get("act") == act_id.hex()]
    assert sorted((entry.operation, entry.verdict) for entry in steps) == [
        ("act.opinion", "permit"),
        ("act.proposed", "permit"),
        ("act.signed", "permit"),
        ("act.signed", "refuse"),
    ]
    refused = next(entry for entry in steps if entry.verdict == "refuse")
    assert refused.refusals == ("opinion_first:no-overruling-reason", "two_people:own-proposal")
    assert refused.body["body_hash"] == act(act_id).body_hash.hex()
    assert not any(b"Marked" in entry.encode() for entry in steps)


@pytest.mark.parametrize(
    "change",
    [
        {"body": b'{"entity":"hq","role":"seller"}'},
        {"controller": "hq"},
        {"opinion_in_favour": False, "overruling_reason": b"x"},
        {"opinion_reason": b"another"},
        {"decided_at": NOW + timedelta(seconds=1)},
        {"proposed_at": NOW - timedelta(seconds=1)},
        {"signer_signature": bytes(64)},
        {"proposer_signature": bytes(64)},
        {"kind": "key"},
        {"opinion_waived": "no-officer"},
    ],
)
def test_an_act_changed_behind_the_programs_back_holds_no_longer(founded, change):
    """What was signed is what counts, at each look."""
    act_id = opined(founded)
    sign_act(act=act_id, by=founded.second, now=NOW)
    Act.objects.filter(pk=act_id).update(**change)
    assert not act_holds(act_id)
    with pytest.raises((NotVerified, Conflict)), applying(act=act_id, kind="grant", now=NOW):
        pytest.fail("it took effect")


def test_an_act_holds_no_longer_when_its_keys_are_not_on_record(founded):
    """A key slipped into the table signs for nobody."""
    act_id = opined(founded)
    sign_act(act=act_id, by=founded.second, now=NOW)
    SigningKey.objects.filter(pk=founded.second.key).update(on_record_at=None)
    assert not act_holds(act_id)


def test_an_act_proposed_under_another_hand_is_not_decided(founded):
    """The signatory's signature is not put beside one that does not hold."""
    act_id = opined(founded)
    Act.objects.filter(pk=act_id).update(proposer_signature=bytes(64))
    with pytest.raises(NotVerified):
        sign_act(act=act_id, by=founded.second, now=NOW)
    assert act(act_id).decided_at is None


def test_a_change_takes_effect_with_its_entry_and_version_or_not_at_all(founded):
    """What the rules depend on moves with the governance version."""
    act_id = opined(founded)
    sign_act(act=act_id, by=founded.second, now=NOW)
    before = Cell.objects.get().governance
    with pytest.raises(ZeroDivisionError), applying(act=act_id, kind="grant", now=NOW):
        raise ZeroDivisionError
    assert (act(act_id).state, Cell.objects.get().governance) == ("signed", before)
    with applying(act=act_id, kind="grant", now=NOW) as (record, signatory):
        assert (record.id, signatory.id) == (act_id, founded.second.staff)
    assert (act(act_id).state, Cell.objects.get().governance > before) == ("applied", True)
    assert pending_application() == ()
    assert [entry.operation for entry in entries() if entry.body.get("act") == act_id.hex()].count("act.applied") == 1


def test_an_unsigned_act_takes_no_effect(founded):
    """Proposed and praised is not decided."""
    act_id = opined(founded)
    with pytest.raises(Conflict), applying(act=act_id, kind="grant", now=NOW):
        pytest.fail("it took effect")


def test_an_unknown_kind_an_unspeakable_body_and_an_unknown_act_are_refused(founded):
    """Nothing of the kind exists."""
    with pytest.raises(Invalid):
        propose(kind="coup", body={}, by=founded.first, now=NOW)
    with pytest.raises(Invalid):
        propose(kind="grant", body={"share": 0.5}, by=founded.first, now=NOW)
    with pytest.raises(Conflict):
        sign_act(act=b"\x00" * 16, by=founded.first, now=NOW)
    assert act(b"\x00" * 16) is None
    assert not act_holds(b"\x00" * 16)


@pytest.mark.parametrize("change", ["same-person", "no-opinion", "no-reason", "unsigned-applied"])
def test_the_table_itself_refuses_what_two_people_must_not_skip(founded, change):
    """Whoever writes past the program meets the table's own rules."""
    act_id = opined(founded, in_favour=False, reason="No.")
    sign_act(act=act_id, by=founded.second, now=NOW, overruling_reason="Yes.")
    columns = {
        "same-person": {"signed_by": founded.first.staff},
        "no-opinion": {"opinion_by": None, "opinion_at": None, "opinion_in_favour": None, "opinion_reason": None},
        "no-reason": {"overruling_reason": None},
        "unsigned-applied": {
            "signed_by": None,
            "signer_key": None,
            "signer_signature": None,
            "decided_at": None,
            "applied_at": NOW,
        },
    }[change]
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        Act.objects.filter(pk=act_id).update(**columns)
