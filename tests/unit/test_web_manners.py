"""The manners of every response: what it may load, who keeps it, what is logged, how long a session lasts."""

import logging
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from aboveboard.apps.signin.actions import add_user
from aboveboard.faces.web import middleware


def test_every_page_says_what_it_may_load_and_who_may_frame_it(client):
    """Only our own files, only our own frames, nothing inline."""
    headers = client.get("/limits").headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_a_view_cannot_loosen_the_policy():
    """Whatever a view says, the strict policy goes out."""
    loose = HttpResponse(headers={"Content-Security-Policy": "default-src *"})
    response = middleware.ResponseHeaders(lambda _request: loose)(RequestFactory().get("/"))
    assert response.headers["Content-Security-Policy"] == middleware.CONTENT_SECURITY_POLICY


def test_nobody_keeps_a_page_unless_its_view_says_so():
    """Pages are not stored; a public tile that says how long it may be kept is left alone."""
    page = middleware.NothingKept(lambda _request: HttpResponse())(RequestFactory().get("/"))
    tile = HttpResponse(headers={"Cache-Control": "public, max-age=31536000, immutable"})
    assert page.headers["Cache-Control"] == "no-store"
    assert (
        "immutable" in middleware.NothingKept(lambda _request: tile)(RequestFactory().get("/")).headers["Cache-Control"]
    )


def test_the_access_log_names_the_route_and_never_the_path(client, caplog):
    """Neither the path, nor the query, nor a method somebody made up."""
    with caplog.at_level(logging.INFO, logger="aboveboard.access"):
        client.get("/limits?name=marked-value")
        client.get("/marked-path/x")
        client.generic("MARKEDMETHOD", "/limits")
    assert [line.split(" ")[:3] for line in caplog.messages if "ms" in line] == [
        ["GET", "web:limits", "200"],
        ["GET", "-", "404"],
        ["-", "web:limits", "200"],
    ]
    assert "marked" not in caplog.text.lower()


@pytest.fixture
def signed_in(client: Client) -> Client:
    """A staff member with a session that began just now."""
    client.force_login(add_user(login="seller", password="long enough to be one", staff=None))
    client.get("/limits")
    return client


def _age(client: Client, **by: timedelta) -> None:
    session = client.session
    for key, span in by.items():
        session[key] -= span.total_seconds()
    session.save()


@pytest.mark.django_db
def test_a_session_ends_twelve_hours_after_it_began(signed_in):
    """However busy it was."""
    _age(signed_in, began_at=timedelta(hours=12, minutes=1))
    page = signed_in.get("/limits")
    assert "_auth_user_id" not in signed_in.session
    assert "twelve hours" in page.content.decode()


@pytest.mark.django_db
def test_a_session_ends_after_half_an_hour_without_a_sign_of_life(signed_in):
    """A screen left alone does not stay signed in."""
    _age(signed_in, seen_at=timedelta(minutes=31))
    page = signed_in.get("/limits")
    assert "_auth_user_id" not in signed_in.session
    assert "half an hour" in page.content.decode()


@pytest.mark.django_db
def test_a_session_in_use_goes_on_and_is_written_once_a_minute_at_most(signed_in):
    """Reading on keeps it alive, and a click a second writes no row a second."""
    first = signed_in.session["seen_at"]
    signed_in.get("/limits")
    assert signed_in.session["seen_at"] == first
    _age(signed_in, seen_at=timedelta(minutes=20))
    signed_in.get("/limits")
    assert signed_in.session["seen_at"] >= first
    assert "_auth_user_id" in signed_in.session


def test_a_visitor_without_a_session_gets_none(client):
    """Looking at a public page leaves no cookie that knows you again."""
    assert "aboveboard_session" not in client.get("/limits").cookies
