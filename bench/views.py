"""The same row twice: plain, with nothing between reader and table, and gated, as the API reads and writes it.

Both sides have the same server, middleware, sign-in by token and serializer. The plain side is as fast as Django
lets it be: one prepared statement, committed by itself, on a connection that stays open.
"""

import os

import orjson
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from aboveboard.apps.gate.asking import Asked, ask
from aboveboard.apps.gate.deeds import record
from aboveboard.apps.signin.actions import verify_token
from aboveboard.apps.vault.actions import NewFact
from aboveboard.core.errors import Denied
from aboveboard.core.terms import CategoryId, Operation, StaffId, SubjectId
from aboveboard.faces.web.asking import asker_of, now
from bench.stage import CONTACT, PURPOSE

CATEGORIES = frozenset(map(CategoryId, CONTACT))
_SELECT = "SELECT id, t01, t02, t03, t23 FROM bench_plain WHERE id "


def plain_read(request: HttpRequest, person: str) -> HttpResponse:
    """Read one person's row."""
    _staff(request)
    with connections["vault"].cursor() as cursor:
        cursor.execute(_SELECT + "= %s", [bytes.fromhex(person)])
        return _json(_shown(cursor.fetchone()))


def plain_list(request: HttpRequest) -> HttpResponse:
    """Read the rows of the people named."""
    _staff(request)
    people = _named(request)
    with connections["vault"].cursor() as cursor:
        cursor.execute(f"{_SELECT} IN ({', '.join(['%s'] * len(people))})", people)
        return _json([_shown(row) for row in cursor.fetchall()])


@csrf_exempt
def plain_write(request: HttpRequest, person: str) -> HttpResponse:
    """Write four values of one person, in one statement."""
    _staff(request)
    rows = [(os.urandom(16), bytes.fromhex(person), *pair) for pair in orjson.loads(request.body).items()]
    with connections["vault"].cursor() as cursor:
        marks = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
        cursor.execute(
            f"INSERT INTO bench_plain_fact (id, person, category, value) VALUES {marks}",
            [value for row in rows for value in row],
        )
    return _json({"written": len(rows)})


def gated_read(request: HttpRequest, person: str) -> HttpResponse:
    """Read one person's contact tier through the gate."""
    asked = _asked(request, [bytes.fromhex(person)])
    return _json(_persons(asked)[0])


def gated_list(request: HttpRequest) -> HttpResponse:
    """Read the contact tier of the people named through the gate: one question, one entry."""
    return _json(_persons(_asked(request, _named(request))))


@csrf_exempt
def gated_write(request: HttpRequest, person: str) -> HttpResponse:
    """Record four facts about one person through the gate."""
    at = now()
    asker = asker_of(request, _staff(request), at)
    subject = SubjectId(bytes.fromhex(person))
    source = bytes.fromhex(request.headers["X-Source"])
    facts = [
        NewFact(category, value, PURPOSE, "legitimate-interest", "relation-3y", source)
        for category, value in orjson.loads(request.body).items()
    ]
    question = asker.question(Operation.RECORD, (subject,), [fact.category for fact in facts], PURPOSE)
    performed = record(question, subject, facts)
    written = len(performed.decision.outcomes[subject].released)
    return _json({"written": written, "entry": performed.entry_hash.hex()})


def _asked(request: HttpRequest, people: list[bytes]) -> Asked:
    asker = asker_of(request, _staff(request), now())
    return ask(asker.question(Operation.CONSULT, map(SubjectId, people), CATEGORIES, PURPOSE))


def _persons(asked: Asked) -> list[dict[str, str]]:
    people = {subject: {"id": subject.hex()} for subject in asked.question.subjects}
    for opened in asked.opened():
        people[SubjectId(opened.fact.person)][opened.fact.category] = opened.value
    return list(people.values())


def _shown(row: tuple[bytes, str, str, str, str]) -> dict[str, str]:
    return {"id": bytes(row[0]).hex(), "T01": row[1], "T02": row[2], "T03": row[3], "T23": row[4]}


def _named(request: HttpRequest) -> list[bytes]:
    return [bytes.fromhex(text) for text in request.GET["ids"].split(",")]


def _staff(request: HttpRequest) -> StaffId:
    staff = verify_token(request.headers.get("Authorization", "").removeprefix("Bearer "), now=now())
    if staff is None:
        raise Denied("No such token.")
    return staff


def _json(value: object) -> HttpResponse:
    return HttpResponse(orjson.dumps(value), content_type="application/json")
