"""Sign-ins and tokens: what opens, what does not, and what is not kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from aboveboard.apps.signin import actions, revoked
from aboveboard.apps.signin.actions import (
    add_user,
    change_password,
    close_user,
    make_token,
    revoke_token,
    verify_token,
)
from aboveboard.apps.signin.models import ApiToken, User
from aboveboard.apps.signin.queries import login_of, staff_of, tokens_of
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.terms import StaffId

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STAFF, OTHER = StaffId(b"\x01" * 16), StaffId(b"\x02" * 16)
PASSWORD = "a long enough one"


def test_a_sign_in_leads_to_its_staff_member_by_opaque_id_only():
    """The commercial store knows a login name and sixteen bytes."""
    add_user(login="seller-1", password=PASSWORD, staff=STAFF)
    assert authenticate(username="seller-1", password=PASSWORD) is not None
    assert authenticate(username="seller-1", password="something else") is None
    assert (staff_of("Seller-1 "), login_of(STAFF)) == (STAFF, "seller-1")


def test_a_password_is_kept_as_an_argon2_hash_and_no_last_sign_in_is_kept():
    """Whoever reads the table learns neither the password nor when somebody worked."""
    user = add_user(login="seller-1", password=PASSWORD, staff=STAFF)
    assert user.password.startswith("argon2$argon2id$")
    assert "last_login" not in {field.name for field in User._meta.get_fields()}


@pytest.mark.parametrize("login", ["", "x", "Upper", "with space", "a" * 65, "-first"])
def test_a_login_name_of_another_form_is_refused(login):
    """Login names are small and plain."""
    with pytest.raises(Invalid):
        add_user(login=login, password=PASSWORD, staff=STAFF)


def test_a_short_password_is_refused():
    """Twelve characters at least."""
    with pytest.raises(Invalid):
        add_user(login="seller-1", password="short", staff=STAFF)


def test_nobody_has_two_sign_ins():
    """One staff member, one sign-in; one login name, one staff member."""
    add_user(login="seller-1", password=PASSWORD, staff=STAFF)
    for login, staff in (("seller-2", STAFF), ("seller-1", OTHER)):
        with pytest.raises(Conflict):
            add_user(login=login, password=PASSWORD, staff=staff)


def test_the_table_itself_refuses_a_staff_id_of_another_size():
    """A half-written id cannot come to stand for somebody."""
    with pytest.raises(IntegrityError), transaction.atomic(using="default"):
        User.objects.create(login="x1", password="-", staff_id=b"short")


def test_a_changed_password_opens_and_the_old_one_does_not():
    """A reset takes the old password away."""
    add_user(login="seller-1", password=PASSWORD, staff=STAFF)
    change_password(login="seller-1", password="another long one")
    assert authenticate(username="seller-1", password=PASSWORD) is None
    assert authenticate(username="seller-1", password="another long one") is not None


def test_a_closed_sign_in_opens_nothing_and_its_tokens_neither():
    """Whoever leaves takes no token along."""
    add_user(login="seller-1", password=PASSWORD, staff=STAFF)
    token = make_token(staff=STAFF, label="import", now=NOW)
    close_user(login="seller-1", now=NOW)
    assert authenticate(username="seller-1", password=PASSWORD) is None
    assert staff_of("seller-1") is None
    assert verify_token(token, now=NOW) is None


def test_a_token_acts_for_its_named_staff_member_until_it_expires():
    """A machine acts as somebody, for a time."""
    token = make_token(staff=STAFF, label="import", now=NOW, lifetime=timedelta(days=1))
    assert verify_token(token, now=NOW) == STAFF
    assert verify_token(token, now=NOW + timedelta(days=1)) is None


def test_a_token_is_not_kept_and_no_changed_character_of_it_passes():
    """The table holds a hash; each character of the secret counts."""
    token = make_token(staff=STAFF, label="import", now=NOW)
    kept = ApiToken.objects.get()
    assert token.split("_", 2)[2].encode() not in bytes(kept.digest)
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert verify_token(changed, now=NOW) is None
    for text in ("", "ab_", "ab__", "_", token + "x", token[:-1]):
        assert verify_token(text, now=NOW) is None


def test_of_a_tokens_use_only_the_day_is_kept():
    """Not the hour, not how often."""
    token = make_token(staff=STAFF, label="import", now=NOW)
    verify_token(token, now=NOW)
    verify_token(token, now=NOW + timedelta(hours=3))
    (record,) = tokens_of(STAFF)
    assert record.last_used_on == NOW.date()
    assert (record.label, record.revoked_at) == ("import", None)


def test_a_revoked_token_opens_nothing_and_only_its_owner_can_revoke_it():
    """A token is taken back by whom it acts for."""
    token = make_token(staff=STAFF, label="import", now=NOW)
    prefix = token.split("_")[1]
    with pytest.raises(Conflict):
        revoke_token(prefix=prefix, staff=OTHER, now=NOW)
    assert verify_token(token, now=NOW) == STAFF
    revoke_token(prefix=prefix, staff=STAFF, now=NOW)
    assert verify_token(token, now=NOW) is None


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
@pytest.mark.parametrize("ending", ["token", "sign-in"])
def test_a_token_that_another_process_revoked_opens_nothing_from_then_on(ending, monkeypatch):
    """A yes is remembered for a moment, and another process's revocation ends it at once."""
    monkeypatch.setattr(actions, "_verified", {})
    add_user(login="seller-1", password=PASSWORD, staff=STAFF)
    token = make_token(staff=STAFF, label="import", now=NOW)
    assert verify_token(token, now=NOW) == STAFF
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(actions, "_verified", {})
        if ending == "token":
            revoke_token(prefix=token.split("_")[1], staff=STAFF, now=NOW)
        else:
            close_user(login="seller-1", now=NOW)
    assert len(actions._verified) == 1
    assert verify_token(token, now=NOW) is None


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_a_token_that_is_revoked_while_it_is_verified_is_not_remembered(monkeypatch):
    """The yes of the table from before the revocation answers this request and no other."""
    token = make_token(staff=STAFF, label="import", now=NOW)

    def verified_then_revoked(text, now):
        found = verify(text, now)
        revoke_token(prefix=text.split("_")[1], staff=STAFF, now=now)
        return found

    verify = actions._verify
    monkeypatch.setattr(actions, "_verify", verified_then_revoked)
    assert verify_token(token, now=NOW) == STAFF
    monkeypatch.undo()
    assert verify_token(token, now=NOW) is None


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_a_revocation_that_is_rolled_back_is_none():
    """Only what is committed is told to the others."""
    token = make_token(staff=STAFF, label="import", now=NOW)
    before = revoked.revocations()
    with pytest.raises(ZeroDivisionError), transaction.atomic(using="default"):
        revoke_token(prefix=token.split("_")[1], staff=STAFF, now=NOW)
        raise ZeroDivisionError
    assert revoked.revocations() == before
    assert verify_token(token, now=NOW) == STAFF


def test_a_row_changed_past_the_program_counts_within_seconds():
    """Whoever changes the table by hand tells nobody; a yes is remembered for a moment only."""
    token = make_token(staff=STAFF, label="import", now=NOW)
    assert verify_token(token, now=NOW) == STAFF
    ApiToken.objects.update(revoked_at=NOW)
    assert verify_token(token, now=NOW + timedelta(seconds=4)) is None
    assert verify_token(token, now=NOW) is None


def test_where_nobody_can_tell_whether_a_token_was_revoked_the_table_is_asked_each_time(settings, tmp_path):
    """A home that cannot be looked into remembers nothing."""
    (tmp_path / "file").write_bytes(b"")
    token = make_token(staff=STAFF, label="import", now=NOW)
    settings.OPTIONS = replace(settings.OPTIONS, home=tmp_path / "file")
    assert verify_token(token, now=NOW) == STAFF
    ApiToken.objects.update(revoked_at=NOW)
    assert verify_token(token, now=NOW) is None


def test_a_remembered_token_ends_with_its_life():
    """The moment a yes is remembered does not outlast the token."""
    token = make_token(staff=STAFF, label="import", now=NOW, lifetime=timedelta(seconds=2))
    assert verify_token(token, now=NOW) == STAFF
    assert verify_token(token, now=NOW + timedelta(seconds=2)) is None


@pytest.mark.parametrize(("label", "days"), [("Jan's laptop", 1), ("", 1), ("ok", 0), ("ok", 400)])
def test_a_token_with_a_speaking_label_or_an_endless_life_is_refused(label, days):
    """A label names a use, not a person; nothing lives for ever."""
    with pytest.raises(Invalid):
        make_token(staff=STAFF, label=label, now=NOW, lifetime=timedelta(days=days))
