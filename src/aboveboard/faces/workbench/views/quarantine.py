"""What waits in quarantine, and what the signatory decides about a column of it."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aboveboard.apps.intake.deciding import drop_column
from aboveboard.faces.web.components import PageHead
from aboveboard.faces.web.stepup import recently_confirmed
from aboveboard.faces.workbench.access import Worker, for_deciders
from aboveboard.faces.workbench.forms import AdmitForm, DropForm
from aboveboard.faces.workbench.pages import FormPage
from aboveboard.faces.workbench.quarantine_pages import column_at, quarantine_page, sentence_of
from aboveboard.faces.workbench.signing import propose_admission, show_form, with_passphrase


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
    """Propose to keep what waits in a column, for a purpose; the officer's opinion and another signature follow."""
    column = column_at(number, place)
    form = AdmitForm(request.POST or None, category=column.category)
    step = partial(propose_admission, worker, column, form)
    done = with_passphrase(form, step) if request.method == "POST" else None
    if done and done.done:
        messages.success(request, _("Proposed, and written down. The officer gives an opinion next."))
        return HttpResponseRedirect(reverse("workbench:act", args=[done.act.hex()]))
    lede = _("Once it is decided, the rules are asked about each person; what they refuse waits on.")
    head = PageHead(_("Propose to admit a column"), lede)
    return show_form(request, _page(head, _("Sign and propose"), sentence_of(column)), form, done)


def _page(head: PageHead, button: str, sentence: str) -> FormPage:
    return FormPage(head, (reverse("workbench:quarantine"), _("Back to the quarantine")), button, sentence)
