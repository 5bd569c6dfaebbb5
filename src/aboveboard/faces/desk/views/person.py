"""The page of one person, the opening of one closed row, and the confirmation that somebody holds an office."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from aboveboard.apps.vault.models import Person
from aboveboard.apps.vault.queries import person_row
from aboveboard.core.terms import SubjectId, Verdict
from aboveboard.faces.desk.opening import choice_missing, opened_fragment
from aboveboard.faces.desk.person import gone_page, person_page, standing
from aboveboard.faces.desk.recording import confirm_official
from aboveboard.faces.web.asking import asker_of, for_staff


@require_GET
@for_staff
def person(request: HttpRequest, subject: SubjectId) -> HttpResponse:
    """Show one person: the contact tier by one look, everything else closed."""
    known = known_person(subject)
    if known.erasing_at is not None:
        return gone(request, known)
    page = person_page(asker_of(request), known, purpose=request.GET.get("purpose", ""))
    return render(request, "desk/person.html", {"page": page})


@require_POST
@for_staff
def open_row(request: HttpRequest, subject: SubjectId) -> HttpResponse:
    """Open one closed row for the purpose chosen; without one nothing is asked, and nothing opens."""
    known, asker = known_person(subject), asker_of(request)
    if known.erasing_at is not None:
        return gone(request, known)
    category, purpose = request.POST.get("category", ""), request.POST.get("purpose", "")
    if missing := choice_missing(asker, known, category, purpose):
        template = "desk/parts/nothing_opened.html" if smooth(request) else "desk/refused_opening.html"
        return render(request, template, {"page": missing}, status=400)
    if smooth(request):
        return render(request, "desk/parts/opened.html", opened_fragment(asker, known, category, purpose))
    page = person_page(asker, known, purpose=purpose, opened=category)
    return render(request, "desk/person.html", {"page": page})


@require_POST
@for_staff
def official(request: HttpRequest, subject: SubjectId) -> HttpResponse:
    """Keep that a human confirmed the office the organisation suggests."""
    known = known_person(subject)
    if known.erasing_at is not None:
        return gone(request, known)
    performed = confirm_official(asker_of(request), known, standing(known))
    if performed.decision.verdict is Verdict.REFUSE:
        messages.warning(request, _("The rules said no; the record stays as it is."))
    else:
        messages.success(request, _("Confirmed. From now on the rules for public officials count too."))
    return HttpResponseRedirect(reverse("desk:person", args=[subject]))


def smooth(request: HttpRequest) -> bool:
    """Whether htmx asks: it takes a part of a page, a browser the whole."""
    return request.headers.get("HX-Request") == "true"


def known_person(subject: SubjectId) -> Person:
    """Give the plain row of a person, or the page that nothing stands at this address."""
    row = person_row(subject)
    if row is None:
        raise Http404
    return row


def gone(request: HttpRequest, known: Person) -> HttpResponse:
    """Say in plain words that somebody was erased, and when."""
    return render(request, "desk/gone.html", {"page": gone_page(known)}, status=410)
