"""What people see when something is refused, gone or broken: words, and a way on."""

import re

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404
from django.test import Client
from django.urls import path

from aboveboard.core import errors
from aboveboard.faces.web import answers, urls
from aboveboard.faces.web.views import errors as views

RAISED = {
    "refused": errors.Denied("marked-sentence"),
    "shredded": errors.Shredded("marked-sentence"),
    "invalid": errors.Invalid("Field two must be a date."),
    "conflict": errors.Conflict("The grant was signed meanwhile."),
    "not-signed": errors.NotSignedYet("marked-sentence"),
    "not-verified": errors.NotVerified("marked-sentence"),
    "key": errors.KeyUnavailable("marked-sentence"),
    "ledger": errors.LedgerUnavailable("marked-sentence"),
    "forbidden": PermissionDenied(),
    "missing": Http404("marked-sentence"),
    "bad": BadRequest("marked-sentence"),
    "big": RequestDataTooBig("marked-sentence"),
    "fault": RuntimeError("marked-sentence"),
}
STATUSES = {
    "refused": 403,
    "shredded": 410,
    "invalid": 400,
    "conflict": 409,
    "not-signed": 409,
    "not-verified": 422,
    "key": 503,
    "ledger": 503,
    "forbidden": 403,
    "missing": 404,
    "bad": 400,
    "big": 413,
    "fault": 500,
}


def fails(request, name):
    """Raise what the test asks for."""
    raise RAISED[name]


app_urls = (urls.urlpatterns, urls.app_name)
urlpatterns = [path("fails/<slug:name>", fails)]
handler400, handler403, handler404, handler500 = views.bad_request, views.forbidden, views.not_found, views.fault


@pytest.fixture
def asked(settings):
    """A client of a site on which everything fails as it is told to."""
    from django.urls import include

    if len(urlpatterns) == 1:
        urlpatterns.extend(
            [path("", include(app_urls, namespace="web")), path("account/", include("allauth.account.urls"))]
        )
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("name", RAISED)
def test_every_failure_has_a_page_of_words_with_a_way_on(asked, name):
    """A headline in words, a sentence, a next step; no number, no blame, no text meant for developers."""
    response = asked.get(f"/fails/{name}")
    text = response.content.decode()
    headline = re.search(r"<h1>(.*?)</h1>", text).group(1)
    assert response.status_code == STATUSES[name]
    assert not re.search(r"\d", headline)
    assert "denied" not in text.lower()
    assert "error 4" not in text.lower()
    assert "marked-sentence" not in text
    assert 'href="/"' in text


@pytest.mark.parametrize("name", ["invalid", "conflict"])
def test_where_input_or_state_was_wrong_the_page_says_which(asked, name):
    """What can be mended is named."""
    assert RAISED[name].sentence in asked.get(f"/fails/{name}").content.decode()


def test_htmx_gets_the_words_alone(asked):
    """A row that could not be opened is answered in the row, not with a page inside a page."""
    text = asked.get("/fails/shredded", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in text
    assert 'role="alert"' in text


def test_every_class_of_error_has_its_page():
    """A new class of error without words for people fails here."""
    kinds = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.AboveboardError) and kind is not errors.AboveboardError
    }
    assert kinds == set(answers.ANSWERS)


def test_a_finer_error_gets_the_page_of_its_class():
    """A subclass needs no line of its own."""
    finer = type("Finer", (errors.Conflict,), {})
    assert answers.page_for(finer("x")) is answers.CONFLICT
    assert answers.page_for(errors.AboveboardError("x")) is answers.FAULT


def test_the_page_for_a_fault_comes_even_when_the_frame_of_the_page_is_broken(asked, settings):
    """If what draws the head of the page is what broke, the words come without it."""
    settings.READER_OF_REQUEST = "aboveboard.no_such_module.reader"
    response = asked.get("/fails/fault")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()


def test_a_database_that_is_gone_before_any_page_was_reached_is_no_fault(asked, settings):
    """Where already the session cannot be read: the page says that the log cannot be written, and 503."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.without_database"]
    response = asked.get("/fails/fault")
    assert response.status_code == 503
    assert "The log cannot be written, so nothing is shown" in response.content.decode()


def without_database(_get_response):
    """A middleware that finds the database gone."""

    def raising(_request):
        raise OperationalError("marked-sentence")

    return raising


def test_a_form_from_elsewhere_is_not_obeyed_and_says_so_in_words():
    """Without the token nothing happens; the page says what to do."""
    response = Client(enforce_csrf_checks=True).post("/theme", {"theme": "dark"})
    assert response.status_code == 403
    assert "open for too long" in response.content.decode()
    assert "aboveboard_theme" not in response.cookies
