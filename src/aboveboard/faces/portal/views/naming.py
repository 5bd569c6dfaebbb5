"""Asking who a reader is."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aboveboard.apps.evidence.naming import ask_naming
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.terms import Operation, SubjectId
from aboveboard.faces.portal.asking import own_question
from aboveboard.faces.portal.naming import naming_page
from aboveboard.faces.portal.visiting import for_the_person


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_person
def naming(request: HttpRequest, person: SubjectId) -> HttpResponse:
    """Ask who a reader is; the answer stands on the person's page once it is decided."""
    if request.method != "POST":
        return render(request, "portal/right.html", {"page": naming_page(person)})
    try:
        ask_naming(own_question(request, person, Operation.RESTRICT), request.POST.get("purpose", ""))
    except (Invalid, Conflict):
        page = naming_page(person, _("Choose one of your readers."))
        return render(request, "portal/right.html", {"page": page}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("Asked, and written down. The answer will stand here."))
    return HttpResponseRedirect(reverse("portal:mine"))
