"""Organisations and deals over the API: commercial data, of people nothing."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from aboveboard.apps.crm import queries as crm
from aboveboard.core.terms import Role
from aboveboard.faces.api.answers import answer
from aboveboard.faces.api.shapes import Deals, Organisations
from aboveboard.faces.api.tokens import asker
from aboveboard.faces.web.asking import Asker

router = Router(tags=["accounts"])
PAGE = 50


@router.get("/organisations", response=Organisations, url_name="organisations")
def organisations(request: HttpRequest, page: int = 1) -> HttpResponse:
    """List organisations by name: a seller's own, all of them for others."""
    page = max(page, 1)
    found = crm.organisations(_owner(asker(request)), limit=PAGE + 1, offset=(page - 1) * PAGE)
    lines = [_without(asdict(line), "contacts") for line in found[:PAGE]]
    return answer({"organisations": lines, "page": page, "more": len(found) > PAGE})


@router.get("/deals", response=Deals, url_name="deals")
def deals(request: HttpRequest, organisation: int | None = None) -> HttpResponse:
    """List deals, newest first, of one organisation if asked: a seller's own, all of them for others."""
    found = crm.deals(_owner(asker(request)), organisation)
    return answer({"deals": [{**asdict(line), "amount": f"{line.amount:.2f}"} for line in found]})


def _owner(who: Asker) -> Any:
    return who.actor.staff if who.actor.role is Role.SELLER else None


def _without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}
