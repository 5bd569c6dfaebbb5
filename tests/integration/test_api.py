"""The API: what a named token may read is decided like on any page, written down before it is answered, and said so."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from aboveboard.apps.crm.actions import link_contact, open_deal
from aboveboard.apps.ledger.models import Pending
from aboveboard.apps.ledger.publishing import log_origin, log_signer
from aboveboard.apps.ledger.receipts import receipt
from aboveboard.apps.signin.actions import make_token, revoke_token
from aboveboard.core import errors
from aboveboard.core.terms import StaffId
from aboveboard.core.tlog.cosignature import Verifier
from aboveboard.core.tlog.note import open_note
from aboveboard.faces.api.problems import STATUS
from aboveboard.faces.api.reference import reference
from aboveboard.faces.api.tokens import MOST_BAD_TOKENS
from aboveboard.faces.api.urls import api
from tests.support.cell import CUSTOMER_CARE, Cell
from tests.support.present import ROOT

REFUSAL = {"category", "rule", "reason", "source", "article", "why", "way_on", "next"}


@pytest.fixture(autouse=True)
def _nobody_counted():
    """Bad tokens are counted from here on."""
    cache.clear()


def call(
    cell: Cell, path: str, body: Any = None, *, by: str = "seller-cz", method: str = "", **headers: str
) -> HttpResponse:
    """Ask the API as one of the cast."""
    named = {
        "Authorization": f"Bearer {cell.sign_ins[by].token}",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    data = b"" if body is None else json.dumps(body).encode()
    verb = method or ("GET" if body is None else "POST")
    return Client().generic(verb, f"/api/v1{path}", data, content_type="application/json", headers=named)


def entries() -> set[str]:
    """Hashes of the entries that wait in the ledger."""
    return {bytes(row.entry_hash).hex() for row in Pending.objects.all()}


def values(answer: HttpResponse) -> set[str]:
    """The values of the first person in an answer."""
    said = json.loads(answer.content)
    facts = said["facts"] if "facts" in said else said["people"][0]["facts"]
    return {fact["value"] for fact in facts}


def test_a_token_acts_for_a_named_employee(cell: Cell):
    """GET /me says role, entity and the country that counts."""
    said = json.loads(call(cell, "/me").content)
    assert (said["role"], said["entity"], said["country"]) == ("seller", "cz", "CZ")
    assert CUSTOMER_CARE in said["purposes"]


def test_a_person_comes_in_the_contact_tier_with_the_entry_of_the_look(cell: Cell):
    """GET /people/{id}: the values, and in the header the entry that was committed before them."""
    person = cell.person(T01="Žofie Říhová", T32="prefers tea")
    answer = call(cell, f"/people/{person.hex()}")
    assert values(answer) == {"Žofie Říhová", "person@example.test", "Buyer"}
    assert answer.headers["Aboveboard-Entry"] in entries()
    assert answer.headers["Cache-Control"] == "no-store"


def test_headquarters_is_refused_with_every_rule_and_the_way_on(cell: Cell):
    """403 problem: each no with source and what can be done; the refusal is an entry too."""
    person = cell.person()
    answer = call(cell, f"/people/{person.hex()}", by="analyst-hq")
    said = json.loads(answer.content)
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {one["rule"] for one in said["refusals"]} == {"transfer_allowed", "grant_held"}
    assert all(one["source"] and one["why"] and one["next"] for one in said["refusals"])
    assert answer.headers["Aboveboard-Entry"] in entries()
    assert b"Person Concerned" not in answer.content


@pytest.mark.parametrize("person", ["00" * 16, "nobody", "00"])
def test_nobody_is_answered_like_nobody_for_you(cell: Cell, person):
    """404 in the same words."""
    answer = call(cell, f"/people/{person}")
    assert (answer.status_code, json.loads(answer.content)["code"]) == (404, "not_found")


def test_people_of_an_organisation_are_one_look(cell: Cell):
    """GET /people?organisation=: all of them in one entry, nobody twice."""
    people = cell.people([{"T01": "First One"}, {"T01": "Second One"}])
    now = datetime.now(UTC)
    for person in people:
        link_contact(person, "Muster GmbH", now=now, owner=cell.staff("seller-cz"))
    before = entries()
    mine = json.loads(call(cell, "/people").content)
    organisation = json.loads(call(cell, "/organisations").content)["organisations"][0]["id"]
    theirs = json.loads(call(cell, f"/people?organisation={organisation}").content)
    assert (
        {line["id"] for line in mine["people"]}
        == {line["id"] for line in theirs["people"]}
        == {p.hex() for p in people}
    )
    assert len(entries() - before) == 2
    assert call(cell, "/people?organisation=999999").status_code == 404


def test_a_page_beyond_the_last_is_empty(cell: Cell):
    """Pages end, and say so."""
    said = json.loads(call(cell, "/people?page=9").content)
    assert (said["people"], said["more"]) == ([], False)


def test_search_says_the_same_for_none_and_none_for_you(cell: Cell):
    """POST /people/search: whoever may see finds; headquarters and a wrong name get the same answer."""
    cell.person(T01="Žofie Říhová")
    found = call(cell, "/people/search", {"term": "Rihova"})
    assert values(found) == {"Žofie Říhová", "person@example.test", "Buyer"}
    hidden = json.loads(call(cell, "/people/search", {"term": "Rihova"}, by="analyst-hq").content)
    nobody = json.loads(call(cell, "/people/search", {"term": "Nikdo"}, by="analyst-hq").content)
    assert {**hidden, "entry": ""} == {**nobody, "entry": ""}
    assert hidden["people"] == []


def test_more_is_opened_with_a_purpose(cell: Cell):
    """POST /people/{id}/open: the category asked for, under an entry of its own."""
    person = cell.person(T06="Dlouhá 1, Praha")
    answer = call(cell, f"/people/{person.hex()}/open", {"categories": ["T06"], "purpose": CUSTOMER_CARE})
    assert values(answer) == {"Dlouhá 1, Praha"}
    assert answer.headers["Aboveboard-Entry"] in entries()


def test_facts_are_recorded_or_refused_with_the_way_on(cell: Cell):
    """POST /people/{id}/facts: 201 for what may be held; 422 with rule, source, article and way on for a hobby."""
    person = cell.person()
    path = f"/people/{person.hex()}/facts"
    sent = {"purpose": CUSTOMER_CARE, "source": "said on the phone"}
    recorded = call(cell, path, {**sent, "facts": [{"category": "T06", "value": "Dlouhá 1"}]})
    assert (recorded.status_code, json.loads(recorded.content)["recorded"]) == (201, ["T06"])
    assert recorded.headers["Aboveboard-Entry"] in entries()
    hobby = call(cell, path, {**sent, "facts": [{"category": "T63", "value": "golf"}]})
    refusals = json.loads(hobby.content)["refusals"]
    assert hobby.status_code == 422
    assert "category_allowed" in {one["rule"] for one in refusals}
    assert all(set(one) == REFUSAL for one in refusals)
    assert b"golf" not in hobby.content


def test_a_fact_without_a_source_is_refused(cell: Cell):
    """Where data come from is said (Art. 14(2)(f))."""
    body = {"purpose": CUSTOMER_CARE, "source": " ", "facts": [{"category": "T06", "value": "Dlouhá 1"}]}
    answer = call(cell, f"/people/{cell.person().hex()}/facts", body)
    assert "source_given" in {one["rule"] for one in json.loads(answer.content)["refusals"]}


def test_one_fact_passes_while_another_is_refused(cell: Cell):
    """Each fact is judged by itself, and both answers are said."""
    facts = [{"category": "T06", "value": "Dlouhá 1"}, {"category": "T63", "value": "golf"}]
    body = {"purpose": CUSTOMER_CARE, "source": "letter", "facts": facts}
    said = json.loads(call(cell, f"/people/{cell.person().hex()}/facts", body).content)
    assert (said["verdict"], said["recorded"]) == ("partial", ["T06"])
    assert said["refusals"][0]["category"] == "T63"


@pytest.mark.parametrize("change", [{"purpose": "no-such-purpose"}, {"facts": [{"category": "T99", "value": "x"}]}])
def test_what_nobody_registered_is_not_recorded(cell: Cell, change):
    """A purpose or category out of nowhere is told as such."""
    body = {"purpose": CUSTOMER_CARE, "source": "s", "facts": [{"category": "T06", "value": "x"}], **change}
    assert call(cell, f"/people/{cell.person().hex()}/facts", body).status_code == 400


def test_the_officer_erases_and_confirms_it_in_the_same_breath(cell: Cell):
    """POST /people/{id}/erase: not without the word, not by a seller; afterwards 410 with the day."""
    person = cell.person()
    path = f"/people/{person.hex()}/erase"
    assert call(cell, path, {}, by="dpo-cz").status_code == 428
    assert call(cell, path, {}, X_Confirm="erase").status_code == 403
    done = call(cell, path, {}, by="dpo-cz", X_Confirm="erase")
    assert (done.status_code, done.headers["Aboveboard-Entry"] in entries()) == (200, True)
    after = call(cell, f"/people/{person.hex()}")
    assert (after.status_code, json.loads(after.content)["since"]) == (410, datetime.now(UTC).date().isoformat())
    assert call(cell, path, {}, by="dpo-cz", X_Confirm="erase").status_code == 410


def test_the_officer_is_told_who_can_see_a_person(cell: Cell):
    """GET /people/{id}/who-can-see: by entity, role, place and purpose; itself an entry; not for a seller."""
    person = cell.person()
    answer = call(cell, f"/people/{person.hex()}/who-can-see", by="dpo-cz")
    sights = json.loads(answer.content)["sights"]
    assert ("cz", "seller", CUSTOMER_CARE) in {(one["entity"], one["role"], one["purpose"]) for one in sights}
    assert answer.headers["Aboveboard-Entry"] in entries()
    assert call(cell, f"/people/{person.hex()}/who-can-see").status_code == 403


def test_grants_are_listed_with_their_state(cell: Cell):
    """GET /grants: the controller's staff see all, others their own."""
    from aboveboard.apps.gate.grants import apply_grant, grant_body
    from aboveboard.core.terms import EntityId, PurposeId, Role

    now = datetime.now(UTC)
    body = grant_body(
        controller=EntityId("cz"), entity=EntityId("hq"), role=Role.HQ_ANALYST, purpose=PurposeId(CUSTOMER_CARE),
        categories=["T01"], valid_from=now, valid_until=now + timedelta(days=30),
    )  # fmt: skip
    apply_grant(cell.decide("grant", body), now=datetime.now(UTC))
    (line,) = json.loads(call(cell, "/grants").content)["grants"]
    assert (line["entity"], line["state"], line["categories"]) == ("hq", "in-force", ["T01"])
    assert len(json.loads(call(cell, "/grants", by="analyst-hq").content)["grants"]) == 1
    assert json.loads(call(cell, "/grants", by="seller-us").content)["grants"] == []


def test_the_checkpoint_is_the_signed_one(cell: Cell):
    """GET /log/checkpoint: a note that the key beside it verifies."""
    said = json.loads(call(cell, "/log/checkpoint").content)
    note = open_note(said["note"], [Verifier.from_vkey(said["key"])])
    assert note.text.splitlines()[:2] == [said["origin"], str(said["size"])]


def test_a_receipt_is_a_signed_promise_that_is_kept(cell: Cell):
    """GET /receipts/{entry}: signed by the log's key; after sequencing with the index; for no other hash."""
    entry = call(cell, f"/people/{cell.person().hex()}").headers["Aboveboard-Entry"]
    waiting = json.loads(call(cell, f"/receipts/{entry}").content)
    note = open_note(waiting["receipt"], [Verifier.from_vkey(log_signer(log_origin()).vkey)])
    assert (note.text.splitlines()[0], waiting["index"]) == ("aboveboard/receipt/v1", None)
    cell.drain()
    assert json.loads(call(cell, f"/receipts/{entry}").content)["leaves"] == 1
    assert call(cell, f"/receipts/{'00' * 32}").status_code == 404


def test_an_entry_that_is_sequenced_while_its_receipt_is_looked_for_is_found(cell: Cell):
    """Between two questions to the database the queue is emptied; the receipt is there all the same."""
    entry = bytes.fromhex(call(cell, f"/people/{cell.person().hex()}").headers["Aboveboard-Entry"])
    asked: list[str] = []

    def drained_after_the_first(execute: Any, *question: Any) -> Any:
        answer = execute(*question)
        asked.append(question[0])
        if len(asked) == 1:
            cell.drain()
        return answer

    with connections["vault"].execute_wrapper(drained_after_the_first):
        assert receipt(entry, datetime.now(UTC)) is not None
    assert not Pending.objects.exists()


def test_deals_are_told_without_people(cell: Cell):
    """GET /deals: title, stage and amount; a seller's own."""
    now = datetime.now(UTC)
    link_contact(cell.person(), "Muster GmbH", now=now, owner=cell.staff("seller-cz"))
    organisation = json.loads(call(cell, "/organisations").content)["organisations"][0]["id"]
    open_deal(organisation, amount=1200, currency="CZK", owner=cell.staff("seller-cz"), now=now)
    (deal,) = json.loads(call(cell, "/deals").content)["deals"]
    assert (deal["organisation"], deal["amount"]) == ("Muster GmbH", "1200.00")
    assert json.loads(call(cell, "/deals", by="seller-de").content)["deals"] == []


def test_the_api_describes_itself(cell: Cell):
    """GET /openapi.json, without a token: OpenAPI 3.1."""
    assert json.loads(Client().get("/api/v1/openapi.json").content)["openapi"].startswith("3.1")


def test_an_employee_reads_their_own_looks_over_the_api(cell: Cell):
    """GET /me/looks: by the token of whoever asks, without anybody they looked at; listing them leaves no entry."""
    person = cell.person()
    cell.look([person], ["T01"])
    cell.drain()
    told = json.loads(call(cell, "/me/looks").content)
    assert [line["number"] for line in told["lines"]] == list(range(told["length"]))[::-1]
    assert person.hex() not in json.dumps(told)


def test_every_endpoint_that_is_described_has_a_test():
    """Whatever the description names is called somewhere in this file."""
    text = Path(__file__).read_text(encoding="utf-8")
    ends = [path.split("}")[-1].strip("/") or "people/{" for path in api.get_openapi_schema()["paths"]]
    assert [end for end in ends if end.removeprefix("api/v1/") not in text] == []


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer ab_nonsense", "Bearer ab_000000000000_x", "Basic abc"])
def test_a_token_that_opens_nothing_is_a_problem(cell: Cell, token):
    """401 with how to come with a better one, and no word about why."""
    answer = Client().get("/api/v1/me", headers={"Authorization": token} if token else {})
    assert (answer.status_code, json.loads(answer.content)["code"]) == (401, "no_token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_token_and_a_revoked_one_open_nothing(cell: Cell):
    """What was good yesterday is not good for ever."""
    now, staff = datetime.now(UTC), cell.staff("seller-cz")
    old = make_token(staff=staff, label="old", now=now - timedelta(days=9), lifetime=timedelta(days=3))
    gone = make_token(staff=staff, label="gone", now=now)
    revoke_token(prefix=gone.split("_")[1], staff=staff, now=now)
    for token in (old, gone):
        assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_of_somebody_not_appointed_opens_nothing(cell: Cell):
    """The cell says who works today, whatever the token says."""
    token = make_token(staff=StaffId(bytes(16)), label="nobody", now=datetime.now(UTC))
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_bad_tokens_are_counted_and_then_refused_unread(cell: Cell):
    """Guessing is slowed down: after twenty a minute the address waits, a good token too."""
    client = Client()
    for _ in range(MOST_BAD_TOKENS):
        assert client.get("/api/v1/me", headers={"Authorization": "Bearer ab_x_y"}).status_code == 401
    answer = call(cell, "/me")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_a_wrong_form_names_the_field_and_not_what_stood_in_it(cell: Cell):
    """422: the field, never the value."""
    answer = call(cell, "/people/search", {"term": 42, "purpose": ["marked-value"]})
    assert answer.status_code == 422
    assert {one["field"] for one in json.loads(answer.content)["fields"]} == {"body.body.term", "body.body.purpose"}
    assert b"marked-value" not in answer.content


def test_a_body_that_is_no_json_is_a_problem(cell: Cell):
    """400, and nothing of it is said back."""
    named = {"Authorization": f"Bearer {cell.sign_ins['seller-cz'].token}"}
    answer = Client().post("/api/v1/people/search", b"{marked", content_type="application/json", headers=named)
    assert (answer.status_code, b"marked" in answer.content) == (400, False)


def test_a_short_search_is_a_problem(cell: Cell):
    """Three letters at least."""
    assert call(cell, "/people/search", {"term": "a b c"}).status_code in (200, 400)
    assert call(cell, "/people/search", {"term": "..a"}).status_code == 400


def test_an_address_that_is_not_there_is_a_problem_too(cell: Cell):
    """Machines read the same form everywhere."""
    answer = call(cell, "/nowhere")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST", "TRACE", "HEAD", "OPTIONS"])
def test_a_method_that_an_address_does_not_know_is_a_problem_too(cell: Cell, method: str):
    """Every operation names its methods in Allow, and says so in the form of every other problem."""
    for path, operations in api.get_openapi_schema()["paths"].items():
        if method.lower() in operations:
            continue
        asked = Client(enforce_csrf_checks=True, raise_request_exception=False)
        answer = asked.generic(method, path.replace("{", "").replace("}", ""))
        assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json"), path
        assert set(answer.headers["Allow"].split(", ")) == {name.upper() for name in operations}
        if method != "HEAD":
            assert json.loads(answer.content)["code"] == "method_not_allowed"


def test_what_is_sent_to_an_address_that_is_not_there_is_a_problem_and_no_page():
    """No cookie signs anybody in here, so no form's token is asked for either."""
    answer = Client(enforce_csrf_checks=True).post("/api/v1/nowhere", b"{}", content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_every_error_raised_on_purpose_has_its_status():
    """One table; a new class without a line fails here."""
    kinds = {
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AboveboardError)
    }
    assert kinds - {errors.AboveboardError} == set(STATUS)


def test_when_the_ledger_cannot_commit_nothing_is_answered(cell: Cell):
    """503 without a value: an entry that has waited too long stops every look."""
    person = cell.person()
    Pending.objects.update(committed_us=0)
    answer = call(cell, f"/people/{person.hex()}")
    assert (answer.status_code, json.loads(answer.content)["code"]) == (503, "ledger_unavailable")
    assert b"Person Concerned" not in answer.content


def test_a_fault_is_a_problem_without_words(cell: Cell, monkeypatch):
    """500: what broke is not said to whoever asks."""
    from django.conf import settings

    settings.OPTIONS.home.joinpath("log", "checkpoint").write_bytes(b"marked nonsense")
    answer = call(cell, "/log/checkpoint")
    assert answer.status_code in (400, 422, 500)
    assert b"marked" not in answer.content


def test_the_reference_page_says_what_the_api_says_of_itself():
    """What exists is written down: docs/reference/api.md is the page made from the description."""
    assert (ROOT / "docs/reference/api.md").read_text(encoding="utf-8") == reference()
