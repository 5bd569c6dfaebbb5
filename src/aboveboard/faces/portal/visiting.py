"""A visit to one's own page: its cookie, and who the visitor is; no sign-in, and nothing of the sign-in for staff."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from aboveboard.apps.accounts.queries import controller
from aboveboard.apps.evidence import links
from aboveboard.apps.group.queries import legal_entity
from aboveboard.apps.vault.models import Person
from aboveboard.apps.vault.queries import person_row
from aboveboard.core.terms import SubjectId
from aboveboard.faces.portal.pages import NoticePage
from aboveboard.faces.web import wording
from aboveboard.faces.web.asking import now
from aboveboard.faces.web.components import PageHead
from aboveboard.faces.web.shell import NavItem, Reader, read_by

COOKIE, PATH = "aboveboard_own_page", "/mine/"
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, SubjectId, P], HttpResponse]


def for_the_person(view: View[P], *, alive: bool = True) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only the person through whose visit the cookie names; with *alive* it counts as a sign of life."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        secret = request.COOKIES.get(COOKIE, "")
        person = links.visitor(secret, now(), alive=alive) if secret else None
        if person is None:
            return over(request)
        read_by(request, reader())
        return gone(request, person) or view(request, person, *args, **kwargs)

    return guarded


def begin(response: HttpResponse, person: SubjectId, at: datetime) -> None:
    """Begin a visit and put its secret into a cookie that scripts cannot read and no other site sends."""
    response.set_cookie(
        COOKIE,
        links.begin_visit(person, at),
        path=PATH,
        secure=settings.OPTIONS.https,
        httponly=True,
        samesite="Strict",
    )


def end(request: HttpRequest, response: HttpResponse) -> None:
    """End the visit, here and in the browser."""
    links.end_visit(request.COOKIES.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")


def reader(*, inside: bool = True) -> Reader:
    """Give the head of the person's pages: whose record it is stands nowhere, who holds it does."""
    home = reverse("portal:mine")
    places = (("held", _("Held")), ("looks", _("Looks")), ("rights", _("Rights")), ("proof", _("Proof")))
    nav = tuple(NavItem(word, f"{home}#{name}") for name, word in places) if inside else ()
    return Reader(_("Your own page"), controller_name(), nav, home, signed_in=False)


def controller_name() -> str:
    """Give the name of the company that answers for the data."""
    entity = controller()
    record = legal_entity(entity) if entity else None
    return record.legal_name if record else ""


def over(request: HttpRequest) -> HttpResponse:
    """Say that no visit is open, in the same words whatever the reason."""
    read_by(request, reader(inside=False))
    head = PageHead(_("Your page is closed"), _("It closes by itself after half an hour in which nobody was there."))
    page = NoticePage(head, (_("Open the link in your message again; it is good for two weeks."),), icon="link")
    return render(request, "portal/notice.html", {"page": page}, status=HTTPStatus.FORBIDDEN)


def gone(request: HttpRequest, person: SubjectId) -> HttpResponse | None:
    """Say when a person was erased, if they were."""
    row = person_row(person)
    if row is not None and row.erasing_at is None:
        return None
    head = PageHead(_("You have been erased here"), _erased_on(row))
    sentences = (
        _("Nobody can open them any more, nor can we; backups of the keys end after thirty days at the latest."),
        _("Evidence you took along before stays valid; the log still proves it."),
    )
    page = NoticePage(head, sentences, icon="package-open")
    return render(request, "portal/notice.html", {"page": page}, status=HTTPStatus.GONE)


def _erased_on(row: Person | None) -> str:
    if row is None:
        return ""
    if row.erased_at is not None:
        return _("On %(day)s the keys to your data were destroyed.") % {"day": wording.day(row.erased_at)}
    begun = wording.day(row.erasing_at) if row.erasing_at else ""
    return _("Your erasure began on %(day)s and is being finished; nothing is opened any more.") % {"day": begun}
