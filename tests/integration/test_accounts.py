"""Staff, their keys and names, and the founding of a cell."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from aboveboard.apps import keys
from aboveboard.apps.accounts.actions import (
    change_passphrase,
    found_staff,
    make_key,
    retire_key,
    unlock,
)
from aboveboard.apps.accounts.acts import give_opinion, propose, sign_act
from aboveboard.apps.accounts.appointments import (
    apply_appointment,
    apply_key,
    apply_role,
    appointee_name,
    appointment_body,
    key_body,
    role_body,
)
from aboveboard.apps.accounts.models import SigningKey, Staff
from aboveboard.apps.accounts.queries import (
    act,
    act_holds,
    active_staff,
    acts,
    controller,
    has_officer,
    keys_of,
    name_of,
    names_of,
    staff_member,
    staff_members,
    unit_size,
)
from aboveboard.apps.accounts.signing import KDF
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Conflict, Invalid, NotVerified, Shredded
from aboveboard.core.terms import CountryCode, EntityId, Role, StaffId
from tests.support.founded import NOW, PASSPHRASE, TODAY, appointee, entries, found_cell_cz
from tests.support.prices import IN_EARNEST

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

CZ = EntityId("cz")


def test_a_founded_cell_has_its_controller_two_signatories_and_the_officer(founded):
    """Without two nobody could ever sign what another proposed."""
    assert controller() == CZ
    assert {record.role for record in staff_members(entity=CZ)} == {Role.SIGNATORY, Role.DPO}
    assert has_officer(CZ, now=NOW)
    assert not has_officer(EntityId("hq"), now=NOW)


def test_the_founding_is_in_the_log_with_keys_and_without_names(founded):
    """A stranger can check later signatures; nobody reads a name."""
    written = entries()
    assert {"cell.founded", "key.added", "entity.entered", "entity.live"} <= {entry.operation for entry in written}
    added = {entry.body["key"] for entry in written if entry.operation == "key.added"}
    assert added == {founded.first.key.hex(), founded.second.key.hex()}
    assert not any(b"Signatory" in entry.encode() for entry in written)


def test_a_cell_is_founded_once(founded):
    """A second founding would be a way round the two signatures."""
    with pytest.raises(Conflict):
        found_cell_cz()
    with pytest.raises(Conflict):
        found_staff(
            controller=CZ,
            signatories=[appointee(Role.SIGNATORY), appointee(Role.SIGNATORY)],
            officer=appointee(Role.DPO),
            now=NOW,
        )


@pytest.mark.parametrize("roles", [[], [Role.SIGNATORY], [Role.SIGNATORY, Role.SELLER]])
def test_one_signatory_does_not_found_a_cell(root_key, roles):
    """Fewer than two signatories, or others, are refused."""
    signatories = [appointee(role) for role in roles]
    with pytest.raises(Invalid):
        found_staff(controller=CZ, signatories=signatories, officer=appointee(Role.DPO), now=NOW)


def test_founders_belong_to_the_controller(root_key):
    """A foreign signatory at the founding would sign for ever."""
    with pytest.raises(Invalid):
        found_staff(
            controller=CZ,
            signatories=[appointee(Role.SIGNATORY), appointee(Role.SIGNATORY, entity="hq")],
            officer=appointee(Role.DPO),
            now=NOW,
        )


def test_a_name_lies_sealed_and_dies_with_the_employees_key(founded):
    """Who may read the table reads no name; after shredding nobody does."""
    staff = founded.appoint(Role.SELLER, name="Žofie Příkladná")
    assert name_of(staff) == "Žofie Příkladná"
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT name FROM accounts_staff")
        assert not any("Příkladná".encode() in bytes(row[0]) for row in cursor.fetchall())
        cursor.execute("SELECT body FROM accounts_act")
        assert not any("Příkladná".encode() in bytes(row[0]) for row in cursor.fetchall())
    keys.store().shred(staff, KeyKind.ACTOR)
    with pytest.raises((NotVerified, Shredded)):
        name_of(staff)


def test_a_name_sealed_for_one_employee_does_not_open_as_anothers(founded):
    """A row moved to another place opens nothing."""
    one, other = founded.appoint(Role.SELLER), founded.appoint(Role.SELLER)
    Staff.objects.filter(pk=one).update(name=Staff.objects.get(pk=other).name)
    with pytest.raises(NotVerified):
        names_of([one])


def test_an_appointed_seller_may_ask_from_the_first_day_to_the_last(founded):
    """The last day is exclusive."""
    body = appointment_body(appointee(Role.SELLER), active_from=TODAY, active_until=TODAY + timedelta(days=2))
    staff = apply_appointment(act=founded.decide("appointment", body), now=NOW)
    assert active_staff(staff, now=NOW - timedelta(days=1)) is None
    assert active_staff(staff, now=NOW).actor.role is Role.SELLER
    assert active_staff(staff, now=NOW + timedelta(days=2)) is None
    assert active_staff(StaffId(b"\x09" * 16), now=NOW) is None


def test_the_signatory_reads_the_name_of_whom_they_appoint(founded):
    """Nobody signs for a stranger."""
    body = appointment_body(appointee(Role.SELLER, name="Vzor Vzorný"), active_from=TODAY)
    assert appointee_name(body) == "Vzor Vzorný"


def test_a_change_of_role_takes_two_signatures_and_can_end_a_post(founded):
    """Role, unit, place and end change together, by an act."""
    staff = founded.appoint(Role.SELLER)
    body = role_body(
        staff,
        role=Role.HQ_ANALYST,
        entity=EntityId("hq"),
        unit="planning",
        workplace=CountryCode("IN"),
        active_until=TODAY + timedelta(days=1),
    )
    apply_role(act=founded.decide("role", body), now=NOW)
    record = staff_member(staff)
    assert (record.role, record.entity, record.workplace) == (Role.HQ_ANALYST, "hq", "IN")
    assert active_staff(staff, now=NOW + timedelta(days=1)) is None


def test_an_appointment_takes_effect_once(founded):
    """The same signatures do not appoint a second time."""
    act_id = founded.decide("appointment", appointment_body(appointee(Role.SELLER), active_from=TODAY))
    apply_appointment(act=act_id, now=NOW)
    with pytest.raises(Conflict):
        apply_appointment(act=act_id, now=NOW)
    assert act(act_id).state == "applied"


def test_an_act_of_one_kind_does_not_take_effect_as_another(founded):
    """Two signatures under a key are none under an appointment."""
    staff = founded.appoint(Role.SELLER)
    act_id = founded.decide("key", key_body(make_key(staff=staff, passphrase=PASSPHRASE, now=NOW)))
    with pytest.raises(Conflict):
        apply_appointment(act=act_id, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"role": "emperor"},
        {"entity": "CZ!"},
        {"unit": ""},
        {"workplace": "Prague"},
        {"staff": "zz"},
        {"active_from": "x"},
    ],
)
def test_an_appointment_with_a_broken_body_takes_no_effect_and_stays_unapplied(founded, change):
    """Signed nonsense changes nothing."""
    body = {**appointment_body(appointee(Role.SELLER), active_from=TODAY), **change}
    act_id = founded.decide("appointment", body)
    before = Staff.objects.count()
    with pytest.raises(Invalid):
        apply_appointment(act=act_id, now=NOW)
    assert (Staff.objects.count(), act(act_id).applied_at) == (before, None)


def test_a_unit_is_counted_by_who_is_in_it_today(founded):
    """Below five no pseudonym is shown."""
    for _ in range(3):
        founded.appoint(Role.SELLER, unit="sales")
    assert unit_size(CZ, "sales", now=NOW) == 3
    assert unit_size(CZ, "sales", now=NOW - timedelta(days=1)) == 0


def test_a_signing_key_opens_with_its_passphrase_only(founded):
    """One opaque error, whatever was wrong."""
    for staff, passphrase in ((founded.first.staff, "another passphrase"), (founded.officer, PASSPHRASE)):
        with pytest.raises(NotVerified) as caught:
            unlock(staff=staff, passphrase=passphrase)
        assert caught.value.sentence == "A sealed value does not open here."


def test_a_private_key_never_lies_open_and_no_changed_byte_of_it_opens(founded):
    """The seal covers the key, its owner and its place."""
    row = SigningKey.objects.get(pk=founded.first.key)
    raw = founded.first._private.private_bytes_raw()
    assert raw not in bytes(row.private_key)
    sealed = bytes(row.private_key)
    for place in (0, 1, 20, len(sealed) - 1):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        SigningKey.objects.filter(pk=row.pk).update(private_key=changed)
        with pytest.raises(NotVerified):
            unlock(staff=founded.first.staff, passphrase=PASSPHRASE)


def test_a_new_passphrase_opens_and_the_old_one_does_not(founded):
    """The key stays the same; so do its signatures."""
    change_passphrase(staff=founded.first.staff, passphrase=PASSPHRASE, new_passphrase="a fresh passphrase")
    with pytest.raises(NotVerified):
        unlock(staff=founded.first.staff, passphrase=PASSPHRASE)
    assert unlock(staff=founded.first.staff, passphrase="a fresh passphrase").key == founded.first.key


def test_guessing_a_passphrase_costs_what_the_standard_says(founded, monkeypatch):
    """RFC 9106, second recommended option: 64 MiB, three passes, four lanes; the row remembers its own price."""
    for name, value in IN_EARNEST.items():
        monkeypatch.setitem(KDF, name, value)
    staff = founded.appoint(Role.SELLER, signs=True)
    (row,) = SigningKey.objects.filter(staff_id=staff)
    assert row.kdf_parameters == {"name": "argon2id", "passes": 3, "memory_kib": 65536, "lanes": 4}
    monkeypatch.setitem(KDF, "passes", 1)
    assert unlock(staff=staff, passphrase=PASSPHRASE).key == bytes(row.pk)


def test_a_short_passphrase_is_refused(founded):
    """Twelve characters at least."""
    with pytest.raises(Invalid):
        make_key(staff=founded.first.staff, passphrase="short", now=NOW)


def test_a_key_signs_nothing_before_an_act_has_put_it_on_record(founded):
    """Whoever makes themselves a key has none yet."""
    staff = founded.appoint(Role.HQ_ANALYST, entity="hq", country="IN")
    make_key(staff=staff, passphrase=PASSPHRASE, now=NOW)
    signer = unlock(staff=staff, passphrase=PASSPHRASE)
    answer = propose(kind="grant", body={"entity": "hq"}, by=signer, now=NOW)
    assert [(refusal.rule, refusal.reason) for refusal in answer.refusals] == [("key_on_record", "no-key")]


def test_a_new_key_retires_the_old_one_and_earlier_signatures_still_hold(founded):
    """Renewing a key undoes no decision."""
    early = founded.decide("purpose", {"purpose": "x"})
    fresh = make_key(staff=founded.second.staff, passphrase="the second passphrase", now=NOW)
    answer = propose(kind="key", body=key_body(fresh), by=founded.second, now=NOW)
    give_opinion(act=answer.act, in_favour=True, by=founded.officer, now=NOW)
    assert sign_act(act=answer.act, by=founded.first, now=NOW).done
    apply_key(act=answer.act, now=NOW + timedelta(hours=1))
    assert {key.id: key.retired_at is None for key in keys_of(founded.second.staff)} == {
        fresh: True,
        founded.second.key: False,
    }
    assert act_holds(early)
    assert not propose(kind="grant", body={}, by=founded.second, now=NOW + timedelta(hours=2)).done


def test_a_retired_key_signs_nothing_more(founded):
    """Lost or told: retired at once, without asking anybody."""
    retire_key(staff=founded.second.staff, now=NOW)
    assert not propose(kind="grant", body={}, by=founded.second, now=NOW).done
    with pytest.raises(NotVerified):
        unlock(staff=founded.second.staff, passphrase=PASSPHRASE)
    with pytest.raises(Conflict):
        retire_key(staff=founded.second.staff, now=NOW)


def test_nobody_has_two_keys_on_record_even_in_the_table(founded):
    """A second one could sign behind their back."""
    key = make_key(staff=founded.first.staff, passphrase=PASSPHRASE, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        SigningKey.objects.filter(pk=key).update(on_record_at=NOW)


def test_nobody_has_a_key_or_a_post_who_is_not_there(founded):
    """Unknown staff, unknown keys and empty names are refused."""
    nobody = StaffId(b"\x09" * 16)
    with pytest.raises(Conflict):
        make_key(staff=nobody, passphrase=PASSPHRASE, now=NOW)
    with pytest.raises(Conflict):
        key_body(b"\x08" * 16)
    with pytest.raises(Invalid):
        appointment_body(appointee(Role.SELLER, name=" "), active_from=TODAY)
    body = role_body(nobody, role=Role.SELLER, entity=CZ, unit="sales", workplace=CountryCode("CZ"))
    with pytest.raises(Conflict):
        apply_role(act=founded.decide("role", body), now=NOW)


def test_a_key_is_put_on_record_for_its_owner_only_and_once(founded):
    """The act names the key, its owner and its public half; another's does not pass."""
    one, other = founded.appoint(Role.SELLER), founded.appoint(Role.SELLER)
    body = key_body(make_key(staff=one, passphrase=PASSPHRASE, now=NOW))
    for change in ({"staff": other.hex()}, {"public_key": "00" * 32}, {"key": founded.first.key.hex()}):
        with pytest.raises(Conflict):
            apply_key(act=founded.decide("key", {**body, **change}), now=NOW)
    apply_key(act=founded.decide("key", body), now=NOW)
    with pytest.raises(Conflict):
        apply_key(act=founded.decide("key", body), now=NOW)


def test_staff_and_acts_are_listed_by_role_and_kind(founded):
    """A signatory finds what awaits them."""
    founded.appoint(Role.SELLER)
    assert {record.role for record in staff_members(role=Role.SELLER)} == {Role.SELLER}
    assert [record.kind for record in acts(kind="appointment")] == ["appointment"]
    assert acts(kind="grant") == ()
