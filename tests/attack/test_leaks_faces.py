"""No page, file or answer shows a value to whom it is not for; to whom it is, never without an entry."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from aboveboard.apps.crm.actions import link_contact
from aboveboard.apps.evidence import links
from aboveboard.apps.ledger.actions import open_pending
from aboveboard.apps.ledger.models import Pending
from tests.support.marked import Marked
from tests.support.marks import Found
from tests.support.surfaces import (
    OPERATIONS,
    PERMITTED,
    ROUTES,
    SAMPLE,
    operations,
    routes,
    without_place,
)

ORGANISATION = "Dodavatelska a.s."
CARE = "customer-relationship"
NOT_FOR = ("", "operator-cz", "outsider-cz", "seller-jp", "seller-us", "analyst-hq")
"""Who is not signed in, runs the machines, stands outside, or sits where no grant reaches."""


@pytest.fixture(autouse=True)
def _a_real_home(settings: Any) -> None:
    """Pages of a sample home do not stand in a real one."""
    settings.SAMPLE_HOME = False


@pytest.fixture
def seen(marked: Marked) -> Marked:
    """The marked customer belongs to an account of the seller's, so that lists hold them."""
    link_contact(marked.customer, ORGANISATION, now=datetime.now(UTC), owner=marked.cell.staff("seller-cz"))
    return marked


def browser(login: str = "", **more: Any) -> Client:
    """A browser, signed in as one of the cast."""
    client = Client(raise_request_exception=False, **more)
    if login:
        client.force_login(get_user_model().objects.get(login=login))
    return client


def organisation() -> int:
    """The number of the one account."""
    from aboveboard.apps.crm.models import Organisation

    return int(Organisation.objects.get().pk)


def parts_of(made: Marked) -> dict[str, str]:
    """What stands in an address for each part: the marked person wherever a person can stand."""
    person = made.customer.hex()
    number = str(organisation())
    return {
        "subject": person, "person": person, "number": number, "pk": number, "entry": "00" * 32, "act": "00" * 16,
        "token": "unknown-token", "name": "not-found", "login": "seller-cz", "place": "0/000", "rest": "nothing",
        "kind": "appointment",
    }  # fmt: skip


def addresses(made: Marked) -> Iterator[tuple[str, str]]:
    """Every route with an address that leads to it."""
    given = parts_of(made)
    for name, pattern, parts in routes():
        # A place in the log is a path, a place in quarantine a number.
        address = pattern.replace("<int:place>", "1")
        for part in parts:
            assert part in given, f"{name}: say what stands for <{part}> in tests/attack"
            for kind in ("", "subject:", "int:", "str:", "slug:", "path:"):
                address = address.replace(f"<{kind}{part}>", given[part])
        assert "<" not in address, address
        yield name, f"/{address}"


def form(made: Marked) -> dict[str, str]:
    """What any form might take, the marked person named wherever one can be, no marked word typed."""
    person = made.customer.hex()
    return {
        "person": person, "subject": person, "purpose": CARE, "category": "T06", "categories": "T06",
        "term": "Dodavatelska", "value": "unmarked", "source": "person", "next": "/", "stage": "won",
    }  # fmt: skip


def entries_about(made: Marked) -> int:
    """How many entries that permitted a look at the marked customer wait in the ledger."""
    opened = [open_pending(bytes(row.pk), bytes(row.sealed)) for row in Pending.objects.all()]
    permitted = [entry for entry in opened if entry.verdict in {"permit", "partial"}]
    return sum(line.subject == made.customer for entry in permitted for line in entry.subjects)


def bytes_of(response: Any) -> bytes:
    """All a client receives: status line, headers, cookies, body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{response.status_code}\n{headers}\n{response.cookies.output()}\n".encode() + body


def test_every_route_has_its_place():
    """A route nobody has thought about fails here, by name."""
    assert without_place((name for name, _, _ in routes()), ROUTES) == []


def test_every_operation_has_its_place():
    """An operation nobody has thought about fails here, by name."""
    assert without_place(operations(), OPERATIONS) == []


def test_a_new_route_without_a_place_is_named():
    """The test above can fail."""
    assert without_place(["desk:gossip", *ROUTES], ROUTES) == ["desk:gossip"]
    assert without_place(set(ROUTES) - {"desk:person"}, ROUTES) == ["- desk:person"]


@pytest.mark.parametrize("login", NOT_FOR)
def test_no_route_shows_anything_to_whom_nothing_is_for(seen: Marked, login: str):
    """Every address by GET and by POST, the person named in it: no value in body, headers or cookies."""
    assert leaks_of_routes(seen, login) == []


def leaks_of_routes(made: Marked, login: str) -> list[Found]:
    """Drive every route as *login*."""
    found, client = [], browser(login)
    for name, address in addresses(made):
        if name == "account_logout":
            continue  # it would end the visit; it is asked in another test
        for method in ("get", "post"):
            data = {"purpose": CARE} if method == "get" else form(made)
            response = getattr(client, method)(address, data)
            assert response.status_code != 500, f"{method} {name} broke for {login or 'nobody'}"
            found += made.marks.search(f"{method} {name}", bytes_of(response))
    return found


def test_pages_of_a_sample_home_do_not_stand_in_a_real_one(seen: Marked):
    """No tour, no role switch without a password, no gallery."""
    for name, address in addresses(seen):
        if ROUTES[name] is SAMPLE:
            for method in ("get", "post"):
                assert getattr(browser("seller-cz"), method)(address).status_code in {404, 405}, name


@dataclass(frozen=True)
class Showing:
    """How a permitted surface is asked so that it shows the marked customer."""

    method: str
    address: str
    data: Mapping[str, Any] = field(default_factory=dict)


def showings(made: Marked) -> dict[str, Showing]:
    """One for each permitted route of pages."""
    person, name = made.customer.hex(), made.marks.value("T01")
    return {
        "desk:people": Showing("get", "/desk/"),
        "desk:search": Showing("post", "/desk/search", {"term": name.split()[0], "purpose": CARE}),
        "desk:person": Showing("get", f"/desk/people/{person}"),
        "desk:open": Showing("post", f"/desk/people/{person}/open", {"category": "T06", "purpose": CARE}),
        "desk:organisation": Showing("get", f"/desk/organisations/{organisation()}"),
        "portal:mine": Showing("get", "/mine/"),
        "portal:copy": Showing("post", "/mine/copy"),
        "portal:evidence": Showing("post", "/mine/evidence"),
        "portal:evidence_page": Showing("post", "/mine/evidence/page"),
        "api:people": Showing("get", "/api/v1/people"),
        "api:search": Showing("post", "/api/v1/people/search", {"term": name.split()[0], "purpose": CARE}),
        "api:person": Showing("get", f"/api/v1/people/{person}"),
        "api:open": Showing("post", f"/api/v1/people/{person}/open", {"categories": ["T06"], "purpose": CARE}),
    }


def show(made: Marked, name: str, login: str = "seller-cz", visit: str = "") -> Any:
    """Ask a permitted surface as whom it is for: the seller, a token of theirs, or the person in their *visit*."""
    showing = showings(made)[name]
    if name.startswith("api:"):
        return by_token(made, login, showing)
    client = browser(login)
    if name.startswith("portal:"):
        client.cookies["aboveboard_own_page"] = visit or begin_visit(made)
    return getattr(client, showing.method)(showing.address, showing.data)


def begin_visit(made: Marked) -> str:
    """Begin a visit of the marked person to their own page."""
    return links.begin_visit(made.customer, datetime.now(UTC))


def by_token(made: Marked, login: str, showing: Showing) -> Any:
    """Ask the API with the token of one of the cast, or with none."""
    headers = {"Authorization": f"Bearer {made.cell.sign_ins[login].token}"} if login else {}
    client = Client(raise_request_exception=False, headers=headers)
    if showing.method == "get":
        return client.get(showing.address, showing.data)
    return client.post(showing.address, json.dumps(showing.data), content_type="application/json")


@pytest.mark.parametrize("name", sorted(name for name, place in ROUTES.items() if place is PERMITTED))
def test_a_permitted_surface_shows_the_value_and_the_look_is_on_record(seen: Marked, name: str):
    """The seller, or the person, sees the marked word; and there is one entry more about the person than before."""
    require_on_record(seen, name)


def require_on_record(made: Marked, name: str) -> None:
    """Ask a permitted surface; it must show the value, and the look must have its entry."""
    before = entries_about(made)
    response = show(made, name)
    assert response.status_code == 200, name
    assert made.marks.is_in(bytes_of(response)), f"{name} shows nothing: the search above proves nothing"
    assert entries_about(made) > before, f"{name} shows a value without an entry"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("login", NOT_FOR)
def test_no_operation_answers_a_value_to_whom_nothing_is_for(seen: Marked, login: str):
    """Every operation with everybody's token: no value, and an answer of its own for each refusal."""
    assert leaks_of_operations(seen, login) == []


def leaks_of_operations(made: Marked, login: str) -> list[Found]:
    """Drive every operation with the token of *login*."""
    found, person = [], made.customer.hex()
    body = {"term": ORGANISATION, "purpose": CARE, "categories": ["T01", "T06"], "source": "card"}
    body["facts"] = [{"category": "T06", "value": "unmarked"}]
    for operation in operations():
        method, address = operation.split()
        address = address.replace("{person}", person).replace("{entry}", "00" * 32)
        response = by_token(made, login, Showing(method.lower(), address, body if method == "POST" else {}))
        assert response.status_code < 500, operation
        found += made.marks.search(operation, bytes_of(response))
    return found


@pytest.mark.parametrize("login", ["operator-cz", "outsider-cz", "seller-jp", "analyst-hq"])
def test_none_and_none_for_you_are_the_same_page(seen: Marked, login: str):
    """Whoever may not see somebody cannot find out by searching that they are there."""
    there, nobody = seen.marks.value("T01").split()[0], "Nesmírnězvláštní"
    pages = []
    for term in (there, nobody):
        response = browser(login).post("/desk/search", {"term": term, "purpose": CARE})
        pages.append(_levelled(response.content.decode(), term))
    assert pages[0] == pages[1]
    answers = []
    for term in (there, nobody):
        showing = Showing("post", "/api/v1/people/search", {"term": term, "purpose": CARE})
        response = by_token(seen, login, showing)
        told = response.json()
        answers.append((response.status_code, {**told, "entry": ""}, sorted(response.headers)))
    assert answers[0] == answers[1]


def _levelled(page: str, term: str) -> str:
    """Take out what differs between any two answers: the word typed, the form's own token, clock and entry."""
    import re

    page = page.replace(term, "TERM")
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    page = re.sub(r"[0-9a-f]{8,64}", "HEX", page)
    return re.sub(r"\d{1,2}:\d\d(:\d\d)?", "TIME", page)


def test_what_is_typed_stands_in_no_log_line_session_or_file(seen: Marked, capfd: pytest.CaptureFixture[str]):
    """A search for a name and a refused hobby pass through the program; afterwards no byte of it knows them."""
    from tests.attack.test_leaks_stores import leaks

    client, person = browser("seller-cz"), seen.customer.hex()
    word = seen.marks.value("T45").split()[0]
    client.post("/desk/search", {"term": word, "purpose": CARE})
    client.post(
        f"/desk/people/{person}/record", {"category": "T45", "value": word, "source": "person", "purpose": CARE}
    )
    client.get(f"/desk/people/{person}", {"purpose": word, "view": word})
    client.get(f"/{word}")
    client.post("/account/login/", {"login": word, "password": word})
    for showing in (
        Showing("post", "/api/v1/people/search", {"term": word, "purpose": word}),
        Showing("post", f"/api/v1/people/{person}/facts", {"purpose": word, "source": word, "facts": word}),
        Showing("get", "/api/v1/people", {"organisation": word}),
    ):
        by_token(seen, "seller-cz", showing)
    written = "".join(capfd.readouterr())
    assert "desk:search" in written or not written, "the access log is not where this test looks"
    assert seen.marks.search("log lines", written) == []
    assert leaks(seen.marks) == []
    assert settings.EMAIL_FILE_PATH
