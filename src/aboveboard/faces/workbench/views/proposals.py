"""Proposals of every kind but grants, and a signing key for oneself."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aboveboard.apps.accounts.actions import make_key
from aboveboard.core.errors import Invalid
from aboveboard.faces.web.components import PageHead
from aboveboard.faces.web.stepup import recently_confirmed
from aboveboard.faces.workbench.access import Worker, for_deciders, for_proposers
from aboveboard.faces.workbench.pages import FormPage
from aboveboard.faces.workbench.proposal_forms import NewKeyForm
from aboveboard.faces.workbench.proposing import PROPOSABLE, propose_act, propose_page
from aboveboard.faces.workbench.signing import show_form, with_passphrase


@require_safe
@for_deciders
def ways(request: HttpRequest, _worker: Worker) -> HttpResponse:
    """Show what can be proposed."""
    return render(request, "workbench/propose.html", {"page": propose_page()})


@require_http_methods(["GET", "HEAD", "POST"])
@recently_confirmed
@for_deciders
def propose(request: HttpRequest, worker: Worker, kind: str) -> HttpResponse:
    """Propose an act of one kind, signed by whoever proposes it."""
    if kind not in PROPOSABLE:
        raise Http404
    one = PROPOSABLE[kind]
    form = one.form(request.POST or None, initial=dict(one.form.given(request.GET.get("of", ""))))
    done = with_passphrase(form, lambda: propose_act(worker, form)) if request.method == "POST" else None
    if done and done.done:
        messages.success(request, _("Proposed, and written down. The officer gives an opinion next."))
        return HttpResponseRedirect(reverse("workbench:act", args=[done.act.hex()]))
    back = (reverse("workbench:propose"), _("Back to what can be proposed"))
    page = FormPage(PageHead(str(one.title), str(one.sentence)), back, _("Sign and propose"))
    return show_form(request, page, form, done)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_confirmed
@for_proposers
def own_key(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Make a signing key for oneself; it signs nothing until an act puts it on record."""
    form = NewKeyForm(request.POST or None)
    if form.is_valid():
        try:
            make_key(
                staff=worker.staff, passphrase=form.cleaned_data["passphrase"], now=worker.asker.at, place=worker.place
            )
        except Invalid:
            form.add_error("passphrase", _("A passphrase has 12 characters at least."))
        else:
            messages.success(request, _("The key is made. Ask a signatory to propose that it be put on record."))
            return HttpResponseRedirect(reverse("workbench:grants"))
    lede = _("It is made on this machine and kept sealed. Once it is on record, an earlier one of yours is retired.")
    back = (reverse("workbench:grants"), _("Back to the grants"))
    return show_form(request, FormPage(PageHead(_("A signing key for yourself"), lede), back, _("Make the key")), form)
