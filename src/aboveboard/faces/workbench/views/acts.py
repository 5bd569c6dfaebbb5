"""Acts of every kind: read, opined on, signed, ended, put into effect; a refused step is written down too."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aboveboard.apps.accounts.acts import refuse_act
from aboveboard.apps.accounts.queries import ActRecord
from aboveboard.apps.accounts.rules import Answer
from aboveboard.faces.web.components import PageHead
from aboveboard.faces.web.stepup import recently_confirmed
from aboveboard.faces.workbench.access import Worker, act_for, for_deciders, for_proposers
from aboveboard.faces.workbench.forms import OpinionForm, SignatureForm
from aboveboard.faces.workbench.pages import FormPage, act_page, acts_page, parts_table
from aboveboard.faces.workbench.quarantine_pages import outcome_of
from aboveboard.faces.workbench.signing import advise, show_form, sign, with_passphrase
from aboveboard.faces.workbench.taking_effect import take_effect
from aboveboard.faces.workbench.told import sentence_of
from aboveboard.faces.workbench.wording import refusals_in_words


@require_safe
@for_deciders
def acts(request: HttpRequest, worker: Worker) -> HttpResponse:
    """List every act, first those that wait."""
    return render(request, "workbench/lines.html", {"page": acts_page(worker)})


@require_safe
@for_proposers
def act(request: HttpRequest, worker: Worker, act: str) -> HttpResponse:
    """Show one act with everything that is signed, and what the reader can do."""
    return _show(request, worker, act_for(worker, act), OpinionForm())


@require_POST
@for_proposers
def opinion(request: HttpRequest, worker: Worker, act: str) -> HttpResponse:
    """Put the officer's opinion beside an act."""
    record, form = act_for(worker, act), OpinionForm(request.POST)
    if not form.is_valid():
        return _show(request, worker, record, form)
    given = advise(worker, record, form)
    if not given.done:
        return _show(request, worker, record, form, given)
    messages.success(request, _("Your opinion stands beside the act, and is written down."))
    return HttpResponseRedirect(reverse("workbench:act", args=[act]))


@require_http_methods(["GET", "HEAD", "POST"])
@recently_confirmed
@for_proposers
def signature(request: HttpRequest, worker: Worker, act: str) -> HttpResponse:
    """Sign an act; whoever tries without being the controller's signatory is refused, and that is written down."""
    record = act_for(worker, act)
    form = SignatureForm(request.POST or None, against=record.opinion_in_favour is False)
    done = with_passphrase(form, lambda: sign(worker, record, form)) if request.method == "POST" else None
    if done and done.done:
        messages.success(request, _("Signed. It takes effect when you say so, and not before."))
        return HttpResponseRedirect(reverse("workbench:act", args=[act]))
    head = PageHead(_("Sign"), _("Your signature binds the controller. It covers proposal and opinion as they stand."))
    page = FormPage(head, (reverse("workbench:act", args=[act]), _("Back to the act")), _("Sign"), sentence_of(record))
    return show_form(request, page, form, done)


@require_POST
@for_proposers
def refusal(request: HttpRequest, worker: Worker, act: str) -> HttpResponse:
    """End an act without effect: a signatory refuses it, or its proposer takes it back."""
    record = act_for(worker, act)
    done = refuse_act(act=record.id, by=worker.staff, now=worker.asker.at, place=worker.place)
    if done.done:
        messages.success(request, _("The act ends without effect, and that is written down."))
        return HttpResponseRedirect(reverse("workbench:act", args=[act]))
    return _show(request, worker, record, OpinionForm(), done)


@require_POST
@recently_confirmed
@for_deciders
def effect(request: HttpRequest, worker: Worker, act: str) -> HttpResponse:
    """Let a signed act take effect."""
    record = act_for(worker, act)
    admitted = take_effect(record, now=worker.asker.at, place=worker.place)
    messages.success(request, _("It is in effect from now on, and that is written down."))
    for sentence in outcome_of(admitted, record.body) if admitted else ():
        messages.info(request, sentence)
    return HttpResponseRedirect(reverse("workbench:act", args=[act]))


def _show(
    request: HttpRequest, worker: Worker, record: ActRecord, form: OpinionForm, refused: Answer | None = None
) -> HttpResponse:
    page = act_page(worker, record)
    refusals = refusals_in_words(refused.refusals) if refused else ()
    context = {"page": page, "table": parts_table(page), "form": form, "refusals": refusals}
    status = 403 if refusals else 422 if form.errors else 200
    return render(request, "workbench/act.html", context, status=status)
