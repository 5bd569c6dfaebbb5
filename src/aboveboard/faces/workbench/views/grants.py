"""Grants: the list, the proposal as a sentence, and the end of one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aboveboard.apps.gate.grants import revoke
from aboveboard.faces.web.components import PageHead
from aboveboard.faces.web.stepup import recently_confirmed
from aboveboard.faces.workbench.access import Worker, act_for, for_deciders, for_proposers
from aboveboard.faces.workbench.forms import ConfirmForm, GrantForm
from aboveboard.faces.workbench.pages import FormPage, grants_page
from aboveboard.faces.workbench.signing import propose_grant, show_form, with_passphrase
from aboveboard.faces.workbench.told import sentence_of


@require_safe
@for_proposers
def grants(request: HttpRequest, worker: Worker) -> HttpResponse:
    """List grants in force, proposed and ended."""
    return render(request, "workbench/lines.html", {"page": grants_page(worker)})


@require_http_methods(["GET", "HEAD", "POST"])
@recently_confirmed
@for_proposers
def propose(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Propose a grant, signed by whoever proposes it."""
    own = None if worker.decides else worker.asker.actor.entity
    form = GrantForm(request.POST or None, controller=worker.controller, own=own)
    done = with_passphrase(form, lambda: propose_grant(worker, form)) if request.method == "POST" else None
    if done and done.done:
        messages.success(request, _("Proposed, and written down. The officer gives an opinion next."))
        return HttpResponseRedirect(reverse("workbench:act", args=[done.act.hex()]))
    head = PageHead(_("Propose a grant"), _("One sentence with gaps. You sign it; that binds nobody else yet."))
    page = FormPage(head, (reverse("workbench:grants"), _("Back to the grants")), _("Sign and propose"))
    return show_form(request, page, form, done)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_confirmed
@for_deciders
def end(request: HttpRequest, worker: Worker, act: str) -> HttpResponse:
    """End a grant at once; a new one would be decided anew."""
    record = act_for(worker, act)
    if record.kind != "grant":
        raise Http404
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        revoke(record.id, by=worker.staff, now=worker.asker.at, place=worker.place)
        messages.success(request, _("The grant is over. The next look that needs it is refused."))
        return HttpResponseRedirect(reverse("workbench:grants"))
    back = (reverse("workbench:act", args=[act]), _("Back to the grant"))
    head = PageHead(_("End a grant"), _("It ends at once and for good; a new grant would be decided anew."))
    page = FormPage(head, back, _("End the grant"), sentence_of(record))
    return show_form(request, page, form)
