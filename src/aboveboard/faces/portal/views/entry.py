"""Coming and going: the link from a message, and closing one's page."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aboveboard.apps.evidence import links
from aboveboard.faces.portal.pages import ConfirmPage, NoticePage
from aboveboard.faces.portal.visiting import begin, controller_name, end, gone, reader
from aboveboard.faces.web.asking import now
from aboveboard.faces.web.components import PageHead
from aboveboard.faces.web.shell import read_by


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button for whatever link, and open the page only when it is pressed: scanners of mail press none."""
    read_by(request, reader(inside=False))
    if request.method != "POST":
        return render(request, "portal/confirm.html", {"page": _confirm()})
    person = links.find(token, now())
    if person is None:
        return render(request, "portal/notice.html", {"page": _no_such_link()}, status=HTTPStatus.NOT_FOUND)
    erased = gone(request, person)
    if erased is not None:
        return erased
    response = HttpResponseRedirect(reverse("portal:mine"))
    begin(response, person, now())
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the page, here and in the browser."""
    read_by(request, reader(inside=False))
    head = PageHead(_("Your page is closed"), _("Nobody can open it in this browser any more without your link."))
    response = render(request, "portal/notice.html", {"page": NoticePage(head, (), icon="check")})
    end(request, response)
    return response


def _confirm() -> ConfirmPage:
    head = PageHead(
        _("What we hold about you, and who looked"),
        _("Behind this button is the page of one person: the one this link was sent to."),
    )
    sentences = (
        _("Opening it is written down, like every look here."),
        _("If the link was not meant for you, close this window: so far nothing was shown and nothing was noted."),
    )
    return ConfirmPage(
        head, (*sentences, _("Answering for the data: %(name)s") % {"name": controller_name()}), _("Open my page")
    )


def _no_such_link() -> NoticePage:
    head = PageHead(_("This link does not lead anywhere any more"), _("It is good for two weeks, and only as a whole."))
    return NoticePage(head, (_("Ask whoever sent it to you for a new one."),), icon="link")
