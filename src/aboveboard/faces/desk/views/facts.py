"""Recording a fact, with the refusal at the field and nothing typed lost."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aboveboard.core.terms import SubjectId, Verdict
from aboveboard.faces.desk import recording
from aboveboard.faces.desk.forms import RecordForm
from aboveboard.faces.desk.pages import RecordPage
from aboveboard.faces.desk.person import standing
from aboveboard.faces.desk.purposes import purposes_for
from aboveboard.faces.desk.views.person import gone, known_person, smooth
from aboveboard.faces.web.asking import asker_of, for_staff


@require_http_methods(["GET", "POST"])
@for_staff
def record(request: HttpRequest, subject: SubjectId) -> HttpResponse:
    """Record one fact about a person, or say at the field why not and what can be done."""
    known, asker = known_person(subject), asker_of(request)
    if known.erasing_at is not None:
        return gone(request, known)
    form = RecordForm(request.POST or None, purposes=purposes_for(asker), prefix="new")
    if not form.is_valid():
        page = recording.record_page(subject, form)
        return _form(request, page, status=400 if form.is_bound else 200)
    performed = recording.record(asker, known, standing(known), form.cleaned_data)
    if performed.decision.verdict is Verdict.REFUSE:
        return _form(request, recording.record_page(subject, form, performed))
    messages.success(request, _("Recorded, with its source and its term. The person can see it."))
    return _to_person(request, subject)


def _form(request: HttpRequest, page: RecordPage, status: int = 200) -> HttpResponse:
    template = "desk/parts/recorded.html" if smooth(request) else "desk/record.html"
    return render(request, template, {"page": page, "record": page}, status=status)


def _to_person(request: HttpRequest, subject: SubjectId) -> HttpResponse:
    href = reverse("desk:person", args=[subject])
    if smooth(request):
        return HttpResponse(status=204, headers={"HX-Redirect": href})
    return HttpResponseRedirect(href)
