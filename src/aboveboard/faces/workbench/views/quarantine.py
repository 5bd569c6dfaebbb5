"""What waits in quarantine, and what the signatory decides about a column of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aboveboard.apps.intake.deciding import admit_column, drop_column
from aboveboard.faces.web.components import PageHead
from aboveboard.faces.web.stepup import recently_confirmed
from aboveboard.faces.workbench.access import Worker, for_deciders
from aboveboard.faces.workbench.forms import AdmitForm, DropForm
from aboveboard.faces.workbench.pages import FormPage
from aboveboard.faces.workbench.quarantine_pages import column_at, outcome, quarantine_page, refusals_of, sentence_of
from aboveboard.faces.workbench.signing import show_form


@require_safe
@for_deciders
def quarantine(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Show what waits, import by import, without a value."""
    return render(request, "workbench/quarantine.html", {"page": quarantine_page(worker)})


@require_http_methods(["GET", "HEAD", "POST"])
@recently_confirmed
@for_deciders
def drop(request: HttpRequest, worker: Worker, number: int, place: int) -> HttpResponse:
    """Delete what waits in a column, on a signatory's word."""
    column, form = column_at(number, place), DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        drop_column(number, column.column, by=worker.staff, now=worker.asker.at)
        messages.success(request, _("Dropped, and written down."))
        return HttpResponseRedirect(reverse("workbench:quarantine"))
    head = PageHead(_("Drop a column"), _("What waits in it is deleted; nobody can bring it back."))
    return show_form(request, _page(head, _("Drop it"), sentence_of(column)), form)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_confirmed
@for_deciders
def admit(request: HttpRequest, worker: Worker, number: int, place: int) -> HttpResponse:
    """Keep what waits in a column, for a purpose and as far as the rules let it in, on a signatory's word."""
    column = column_at(number, place)
    form, refusals = AdmitForm(request.POST or None, category=column.category), None
    if request.method == "POST" and form.is_valid():
        terms = form.admission()
        done = admit_column(number, column.column, terms, by=worker.staff, now=worker.asker.at)
        if not done.left:
            messages.success(request, outcome(done))
            return HttpResponseRedirect(reverse("workbench:quarantine"))
        messages.info(request, outcome(done))
        refusals = refusals_of(done, terms.category, terms.purpose)
    head = PageHead(_("Admit a column"), _("The rules decide for each person; what they refuse waits on."))
    return show_form(request, _page(head, _("Admit it"), sentence_of(column)), form, refusals)


def _page(head: PageHead, button: str, sentence: str) -> FormPage:
    return FormPage(head, (reverse("workbench:quarantine"), _("Back to the quarantine")), button, sentence)
