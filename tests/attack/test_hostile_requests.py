"""What a hostile client sends: too much, from elsewhere, with crooked paths and words; nothing gives way."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aboveboard.apps.evidence import links
from tests.attack.test_leaks_faces import addresses, browser, seen  # noqa: F401 - a fixture
from tests.support.cell import Cell
from tests.support.marked import Marked
from tests.support.surfaces import routes

MIB = 1 << 20
PUBLIC = {
    "log:checkpoint", "log:checkpoint-witnessed", "log:witnessing", "log:key", "log:trust", "log:tile", "log:checker",
}  # fmt: skip
"""Public files that anybody may keep."""
WITHOUT_COOKIES = ("api:", "api-nothing")
"""A token in a header cannot be sent by somebody else's page, so these ask for no form token."""
ELSEWHERE = ("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "http:evil.example")


@pytest.fixture(autouse=True)
def _a_real_home(settings: Any) -> None:
    """Pages of a sample home do not stand in a real one."""
    settings.SAMPLE_HOME = False


def test_every_answer_says_what_it_may_load_and_who_may_frame_it(seen: Marked):  # noqa: F811 - a fixture
    """Every route, to nobody and to a seller: strict policy, no inline script, no sniffing, not kept by anybody."""
    for login in ("", "seller-cz"):
        client = browser(login)
        for name, address in addresses(seen):
            response = client.get(address)
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, name
            assert "frame-ancestors 'self'" in policy, name
            assert "unsafe" not in policy, name
            assert response.headers["X-Frame-Options"] == "SAMEORIGIN", name
            assert response.headers["X-Content-Type-Options"] == "nosniff", name
            assert response.headers["Referrer-Policy"] == "same-origin", name
            if name not in PUBLIC or response.status_code != 200:
                assert response.headers["Cache-Control"].startswith("no-store") or _private(response), name
            # What is saved as a file is no page of the site; it brings a policy of its own.
            saved = response.headers.get("Content-Disposition", "").startswith("attachment")
            if b"<html" in response.content and not saved:
                assert _nothing_inline(response.content.decode()), name


def _private(response: Any) -> bool:
    """Allauth's and Django's own words for a page nobody may keep."""
    return "no-store" in response.headers["Cache-Control"]


def _nothing_inline(page: str) -> bool:
    scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page)
    return not scripts and not re.search(r"<[^>]+\s(on\w+|style)=", page) and "<style" not in page


def test_every_form_is_refused_without_its_token(seen: Marked):  # noqa: F811 - a fixture
    """A page elsewhere cannot act in the name of whoever is signed in: every POST of every route is refused."""
    before = _standing(seen)
    visit = links.begin_visit(seen.customer, datetime.now(UTC))
    for name, address in addresses(seen):
        if name.startswith(WITHOUT_COOKIES):
            continue
        client = browser("signatory-cz", enforce_csrf_checks=True)
        client.cookies["aboveboard_own_page"] = visit
        response = client.post(
            address, {"purpose": "customer-relationship"}, headers={"Origin": "https://evil.example"}
        )
        assert response.status_code in {403, 404, 405}, f"{name} took a form from elsewhere ({response.status_code})"
    assert _standing(seen) == before


def _standing(made: Marked) -> list[Any]:
    from aboveboard.apps.accounts.models import Act
    from aboveboard.apps.crm.models import Deal
    from aboveboard.apps.vault.models import Person

    return [Act.objects.count(), Deal.objects.count(), Person.objects.get(id=made.customer).version]


def test_the_api_takes_no_cookie_for_a_token(seen: Marked):  # noqa: F811 - a fixture
    """Whoever is signed in by cookie asks the API in vain: so no page elsewhere can ask it for them."""
    client = browser("seller-cz")
    for name, address in addresses(seen):
        if name.startswith("api:") and name not in {"api:openapi-json", "api:api-root"}:
            assert client.get(address).status_code in {401, 405}, name
            assert client.post(address, {}, content_type="application/json").status_code in {401, 405}, name


@pytest.mark.parametrize("to", ELSEWHERE)
def test_nobody_is_led_elsewhere(cell: Cell, to: str):
    """After sign-in, sign-out, language and theme the way leads to our own pages only."""
    told = cell.sign_ins["seller-cz"]
    anonymous, signed_in = Client(), browser("seller-cz")
    answers = [
        anonymous.post("/language", {"language": "cs", "next": to}),
        anonymous.post("/theme", {"theme": "dark", "next": to}),
        anonymous.post(f"/account/login/?next={to}", {"login": told.login, "password": told.password, "next": to}),
        signed_in.post(f"/account/logout/?next={to}", {"next": to}),
    ]
    for response in answers:
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/"), response.headers["Location"]
        assert not response.headers["Location"].startswith(("//", "/\\"))


PATHS = (
    "../keys.sqlite3", "%2e%2e/keys.sqlite3", "..%2fkeys.sqlite3", "..%5ckeys.sqlite3", "0/../../../keys.sqlite3",
    "/etc/passwd", "%2fetc%2fpasswd", "0/000/../../../../outside/root.key", "0/000%00", "entries/../../checkpoint",
    "0//000", "x", "0/x001", "....//....//keys.sqlite3",
)  # fmt: skip


@pytest.mark.parametrize("place", PATHS)
def test_the_public_log_gives_tiles_and_nothing_else(cell: Cell, place: str):
    """No crooked path leads out of the folder of tiles."""
    response = Client().get(f"/log/tile/{place}")
    assert response.status_code in {301, 404}, place
    assert b"SQLite format" not in response.content
    assert b"root key" not in response.content


def test_headers_take_no_line_of_their_own(cell: Cell):
    """A line break in what a client sends never becomes a header."""
    crooked = "x\r\nSet-Cookie: owned=1"
    client = browser("seller-cz")
    for response in (
        client.get("/desk/", {"purpose": crooked, "view": crooked}),
        Client().get("/desk/", {"next": crooked}),
        Client().post("/language", {"language": "cs", "next": f"/{crooked}"}),
        Client().get("/account/login/?next=/%0d%0aSet-Cookie:%20owned=1"),
        Client().get("/desk/", headers={"Accept-Language": "cs", "X-Forwarded-For": "x y z"}),
    ):
        assert "owned" not in response.cookies
        assert all("\n" not in value and "\r" not in value for _, value in response.items())


def test_a_host_that_is_not_ours_is_not_answered(cell: Cell):
    """No link or redirect can be made to point to somebody else's host."""
    response = Client().get("/desk/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert b"evil.example" not in response.content


def test_a_forwarded_address_counts_for_nothing_without_a_declared_proxy(cell: Cell):
    """Whoever writes their own forwarding header moves nowhere."""
    from django.test import RequestFactory

    from aboveboard.faces.web.asking import client_address

    asked = RequestFactory().get("/", REMOTE_ADDR="203.0.113.9", headers={"X-Forwarded-For": "192.0.2.1"})
    assert client_address(asked) == "203.0.113.9"


def test_a_form_that_is_too_large_is_refused(cell: Cell):
    """Three MiB of words: one sentence, and nothing is kept."""
    response = browser("seller-cz").post("/desk/search", {"term": "x" * 3 * MIB})
    assert response.status_code == 413


def test_too_many_fields_are_refused(cell: Cell):
    """A form of ten thousand fields is no form of ours."""
    response = browser("seller-cz").post("/desk/search", {f"f{number}": "x" for number in range(10_000)})
    assert response.status_code in {400, 413}


@pytest.mark.parametrize("login", ["", "seller-cz"])
def test_a_file_nobody_asked_for_is_never_laid_down(seen: Marked, login: str, laid_down: list[str]):  # noqa: F811
    """A page that takes no file reads past it: nothing of it lies on a disk, whoever sends it and wherever to."""
    for name, address in addresses(seen):
        if login and name in {"tour:your-file", "desk:import"}:
            continue
        file = SimpleUploadedFile("people.csv", b"x" * 3 * MIB)
        assert browser(login).post(address, {"file": file}).status_code < 500, name
        assert laid_down == [], name


def test_a_file_that_was_asked_for_is_taken(cell: Cell, settings: Any, laid_down: list[str]):
    """The test above can fail: a page whose form has a file reads it, and leaves nothing behind."""
    settings.SAMPLE_HOME = True
    file = SimpleUploadedFile("people.csv", b"Name,E-mail\n" + b"Jan Vzor,jan@example.test\n" * 150_000)
    browser("seller-cz").post("/tour/your-file/", {"file": file, "relation": "customer"})
    assert len(laid_down) == 1
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_a_file_larger_than_a_page_takes_is_cut_off(cell: Cell, settings: Any, monkeypatch: pytest.MonkeyPatch):
    """Past the limit the rest is not read."""
    from aboveboard.faces.web import uploads

    settings.SAMPLE_HOME = True
    monkeypatch.setattr(uploads, "MOST_BYTES", 1 * MIB)
    file = SimpleUploadedFile("people.csv", b"x" * 3 * MIB)
    assert browser("seller-cz").post("/tour/your-file/", {"file": file, "relation": "customer"}).status_code < 500
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


@pytest.fixture
def laid_down(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every file that Django laid down for an upload."""
    from django.core.files import uploadhandler

    folder, names = Path(settings.FILE_UPLOAD_TEMP_DIR), []
    folder.mkdir(exist_ok=True)
    before = uploadhandler.TemporaryUploadedFile

    class Noted(before):  # type: ignore[misc, valid-type]
        def __init__(self, name: str, *rest: Any, **more: Any) -> None:
            names.append(name)
            super().__init__(name, *rest, **more)

    monkeypatch.setattr(uploadhandler, "TemporaryUploadedFile", Noted)
    return names


def test_cookies_belong_to_the_browser_alone(cell: Cell, settings: Any):
    """Session, form token, visit: out of reach of scripts and of other sites; over HTTPS alone where there is some."""
    told = cell.sign_ins["seller-cz"]
    client = Client()
    client.get("/account/login/")
    response = client.post("/account/login/", {"login": told.login, "password": told.password})
    person = cell.person()
    link = links.make(person, datetime.now(UTC))
    came = Client().post(link)
    for cookie in (*response.cookies.values(), *came.cookies.values(), *client.cookies.values()):
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] in {"Lax", "Strict"}, cookie.key
    assert settings.OPTIONS.https == settings.SESSION_COOKIE_SECURE


def test_a_session_from_before_the_sign_in_is_worth_nothing_after_it(cell: Cell):
    """Whoever planted a session's key in a browser does not sit down with its owner."""
    told = cell.sign_ins["seller-cz"]
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    client.cookies[settings.SESSION_COOKIE_NAME] = planted
    client.post("/account/login/", {"login": told.login, "password": told.password})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert thief.get("/desk/").status_code == 302


def test_signing_out_ends_the_session_on_our_side(cell: Cell):
    """A copied cookie opens nothing after its owner has left."""
    client = browser("seller-cz")
    copied = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/desk/").status_code == 200
    client.post("/account/logout/")
    assert not Session.objects.filter(session_key=copied).exists()
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = copied
    assert thief.get("/desk/").status_code == 302


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "MADE-UP"])
def test_a_method_nobody_uses_does_nothing(seen: Marked, method: str):  # noqa: F811 - a fixture
    """No route acts on it, and none breaks."""
    before = _standing(seen)
    for name, address in addresses(seen):
        if name == "account_logout":
            continue
        response = browser("signatory-cz").generic(method, address)
        assert response.status_code < 500, name
        assert not seen.marks.is_in(response.content), name
    assert _standing(seen) == before


def test_every_route_is_driven_here():
    """The routes are found, not listed: there are as many as the program has."""
    assert len(list(routes())) > 60
