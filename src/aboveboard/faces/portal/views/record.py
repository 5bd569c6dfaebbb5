"""The page itself, older looks, and the live line."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from aboveboard.apps.evidence.logs import chain_length
from aboveboard.apps.gate.asking import ask
from aboveboard.core.terms import Operation, SubjectId
from aboveboard.faces.portal.asking import own_question
from aboveboard.faces.portal.looks import news as told_of
from aboveboard.faces.portal.looks import read
from aboveboard.faces.portal.mine import mine_page, news_address, older_page
from aboveboard.faces.portal.pages import News
from aboveboard.faces.portal.visiting import for_the_person, gone

STOP_ASKING = 286
"""The status by which htmx ends a poll."""


@require_GET
@for_the_person
def mine(request: HttpRequest, person: SubjectId) -> HttpResponse:
    """Show everything on record, against one committed look."""
    asked = ask(own_question(request, person, Operation.CONSULT))
    if person in asked.gone:
        return gone(request, person) or HttpResponse(status=HTTPStatus.GONE)
    return render(request, "portal/mine.html", {"page": mine_page(asked, person)})


@require_safe
@for_the_person
def looks(request: HttpRequest, person: SubjectId, number: int) -> HttpResponse:
    """Show an older page of looks."""
    page = older_page(person, number)
    if number < 1 or not page.looks.looks:
        raise Http404
    return render(request, "portal/older.html", {"page": page})


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Say whether something new exists, and no value of it; asking is no sign of life."""
    answer = _news(request)
    if answer.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.GONE}:
        return HttpResponse(status=STOP_ASKING)
    return answer


def _tell(request: HttpRequest, person: SubjectId) -> HttpResponse:
    since, told = _number(request, "since"), _number(request, "told")
    counted = chain_length(person)
    if counted <= told:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    lines, _damage = read(person)
    news = News(told_of(lines[since:]), news_address(since, counted))
    return render(request, "portal/parts/news.html", {"news": news})


_news = for_the_person(_tell, alive=False)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - a count of lines
