"""Sign-in and second step come in the house's look, and offer nothing that cannot be had."""

import re

import pytest
from django.template.loader import get_template
from django.test import Client

from aboveboard.apps.signin.actions import add_user

PASSWORD = "a sentence long enough"
HEADLINES = {
    "/account/second-factor/": "Two-Factor Authentication",
    "/account/second-factor/totp/activate/": "Activate Authenticator App",
    "/account/second-factor/webauthn/": "Passkeys and security keys",
    "/account/second-factor/webauthn/add/": "Add Security Key",
    "/account/password/change/": "Change the password",
    "/account/logout/": "Sign out",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def confirmed(client: Client) -> Client:
    """A seller who signed in and confirmed a moment ago."""
    client.force_login(add_user(login="seller", password=PASSWORD, staff=None))
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def test_a_seller_signs_in_with_a_password(client):
    """The form works, and a wrong password is answered in words beside it."""
    add_user(login="seller", password=PASSWORD, staff=None)
    wrong = client.post("/account/login/", {"login": "seller", "password": "something else"})
    assert "errorlist" in wrong.content.decode()
    assert client.post("/account/login/", {"login": "seller", "password": PASSWORD}).status_code == 302
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("address", HEADLINES)
def test_every_page_of_an_account_comes_in_the_houses_look(confirmed, address):
    """Frame, headline, one form look; no page of another make."""
    text = confirmed.get(address).content.decode()
    assert re.search(r"<h1>(.*?)</h1>", text, re.DOTALL).group(1).strip() == HEADLINES[address]
    assert 'class="brand"' in text


def test_what_cannot_be_had_has_no_address(client):
    """Nobody signs themselves up, and there is no mail: no page pretends otherwise, signed in or not."""
    addresses = ("signup", "password/reset", "email", "confirm-email", "login/code/confirm")
    assert [client.get(f"/account/{address}/").status_code for address in addresses] == [404] * 5
    client.force_login(add_user(login="seller", password=PASSWORD, staff=None))
    assert [client.get(f"/account/{address}/").status_code for address in addresses] == [404] * 5


def test_the_page_to_sign_in_offers_nothing_that_cannot_be_had(client):
    """No link to a sign-up or to a mail that never comes."""
    text = client.get("/account/login/").content.decode()
    assert "signup" not in text
    assert "reset" not in text


@pytest.mark.parametrize(
    "name",
    [
        "account/reauthenticate.html",
        "mfa/authenticate.html",
        "mfa/reauthenticate.html",
        "mfa/webauthn/reauthenticate.html",
        "mfa/webauthn/authenticator_confirm_delete.html",
        "mfa/webauthn/edit_form.html",
        "mfa/totp/deactivate_form.html",
        "mfa/recovery_codes/index.html",
        "mfa/recovery_codes/generate.html",
    ],
)
def test_every_page_of_the_second_step_can_be_put_together(name):
    """A page that is seldom seen is not found broken on the day it is needed."""
    assert get_template(name)
