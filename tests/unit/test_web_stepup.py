"""Weighty acts want a fresh proof of who acts, and what was typed is not kept while it is asked."""

import time

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from aboveboard.apps.signin.actions import add_user
from aboveboard.faces.web.stepup import confirm_in_sample, recently_confirmed

PASSWORD = "a sentence long enough"


@recently_confirmed
def weighty(request):
    """Do something that weighs."""
    return HttpResponse("done")


def switch(request):
    """Change the role, as the tour does."""
    confirm_in_sample(request)
    return HttpResponse("switched")


urlpatterns = [
    path("weighty", weighty),
    path("switch", switch),
    path("", include("aboveboard.faces.web.urls")),
    path("account/", include("aboveboard.faces.web.account_urls")),
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller(settings, client: Client) -> Client:
    """A seller who signed in a while ago."""
    settings.ROOT_URLCONF = __name__
    client.force_login(add_user(login="seller", password=PASSWORD, staff=None))
    return client


@pytest.fixture
def keyless(settings, client: Client) -> Client:
    """Somebody with neither password nor key, as the tour's role switcher signs them in."""
    settings.ROOT_URLCONF = __name__
    user = add_user(login="role", password=PASSWORD, staff=None)
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    return client


def test_a_stranger_is_led_to_sign_in(settings, client):
    """Before anybody can confirm who they are, they must be somebody."""
    settings.ROOT_URLCONF = __name__
    assert client.get("/weighty").headers["Location"].startswith("/account/login/")


def test_whoever_signed_in_long_ago_confirms_first_and_comes_back(seller):
    """The page asks, and leads back once it is answered."""
    asked = seller.get("/weighty")
    assert asked.headers["Location"] == "/account/reauthenticate/?next=%2Fweighty"
    assert "Confirm it is you" in seller.get(asked.headers["Location"]).content.decode()
    back = seller.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/weighty"})
    assert back.headers["Location"] == "/weighty"
    assert seller.get("/weighty").content == b"done"


def test_a_wrong_password_opens_nothing(seller):
    """Confirming means knowing it."""
    seller.post("/account/reauthenticate/", {"password": "something else entirely", "next": "/weighty"})
    assert seller.get("/weighty").status_code == 302


def test_five_minutes_later_it_is_asked_again(seller):
    """A confirmation ages."""
    seller.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/weighty"})
    session = seller.session
    session["account_authentication_methods"][-1]["at"] = time.time() - 301
    session.save()
    assert seller.get("/weighty").status_code == 302


def test_what_was_typed_is_not_kept_while_it_is_asked(seller):
    """A passphrase in a waiting form must not become a row of the session store."""
    asked = seller.post("/weighty", {"passphrase": "marked-value"}, headers={"Referer": "http://testserver/limits?a=1"})
    assert asked.headers["Location"] == "/account/reauthenticate/?next=%2Flimits%3Fa%3D1"
    assert "marked-value" not in repr(dict(seller.session))


def test_a_page_of_another_site_is_never_the_way_back(seller):
    """The way back is ours."""
    asked = seller.post("/weighty", headers={"Referer": "https://example.org/x"})
    assert asked.headers["Location"] == "/account/reauthenticate/?next=%2Fweighty"


def test_without_anything_to_confirm_with_nobody_passes(keyless):
    """No password and no key is no reason to be waved through."""
    assert keyless.get("/weighty").status_code == 403


def test_the_tours_role_switch_counts_in_a_sample_home_only(keyless, settings):
    """In the demonstration a click is enough; in a real home the same click is refused."""
    assert keyless.get("/switch").status_code == 403
    settings.SAMPLE_HOME = True
    assert keyless.get("/switch").content == b"switched"
    assert keyless.get("/weighty").content == b"done"
    settings.SAMPLE_HOME = False
    assert keyless.get("/weighty").status_code == 403
