"""Answering a stranger: the search, and handing out the denial."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aboveboard.apps.evidence.denial_files import denial_files
from aboveboard.apps.evidence.denials import DenialGiven, answer
from aboveboard.apps.intake.unread import waits_under
from aboveboard.core.errors import Invalid
from aboveboard.faces.web.archive import archive
from aboveboard.faces.workbench.access import Worker, for_deciders
from aboveboard.faces.workbench.stranger_form import StrangerForm
from aboveboard.faces.workbench.stranger_pages import answer_page, question_page


@require_http_methods(["GET", "HEAD", "POST"])
@for_deciders
def strangers(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Search for a stranger by what they go by; whoever is found is looked at, and that stands in the log."""
    if not worker.advises:
        raise PermissionDenied
    form, page, asker = StrangerForm(request.POST or None), question_page(), worker.asker
    if form.is_valid():
        try:
            page = answer_page(
                answer(form.given(), actor=asker.actor, place=asker.place, now=asker.at, waits=waits_under)
            )
        except Invalid:
            form.add_error("name", _("Too many people have this name; ask by e-mail address or telephone number."))
    status = 422 if form.errors else 200
    return render(request, "workbench/stranger.html", {"page": page, "form": form}, status=status)


@require_POST
@for_deciders
def hand_out(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Hand out a denial given a moment ago, with the proof that its line is in the log."""
    if not worker.advises:
        raise PermissionDenied
    return archive(denial_files(DenialGiven.taken_back(request.POST.get("held", ""))), "denial")
