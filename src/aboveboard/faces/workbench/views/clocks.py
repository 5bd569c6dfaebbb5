"""What falls due, and who can see a person: the officer's own pages."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from aboveboard.apps.evidence.readers import who_can_see
from aboveboard.core.terms import PurposeId, SubjectId
from aboveboard.faces.workbench.access import Worker, for_deciders
from aboveboard.faces.workbench.clock_pages import clocks_page
from aboveboard.faces.workbench.forms import PersonForm
from aboveboard.faces.workbench.sight_pages import answer_page, question_page


@require_safe
@for_deciders
def clocks(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Show what runs out or falls due."""
    return render(request, "workbench/clocks.html", {"page": clocks_page(worker.asker.at)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_deciders
def sights(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Tell the officer who could see a person now; the question is a look and stands in the log."""
    if not worker.advises:
        raise PermissionDenied
    form, page = PersonForm(request.POST or None), question_page()
    if request.method == "POST" and form.is_valid():
        subject, asker = SubjectId(bytes.fromhex(form.cleaned_data["person"])), worker.asker
        purpose = PurposeId(form.cleaned_data["purpose"])
        page = answer_page(who_can_see(subject, actor=asker.actor, purpose=purpose, place=asker.place, now=asker.at))
    status = 422 if form.errors else 200
    return render(request, "workbench/sights.html", {"page": page, "form": form}, status=status)
