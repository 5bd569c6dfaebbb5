"""Sealed looks: the orders, what the log says of them, and the early end of one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from aboveboard.apps.gate.delays import KIND, end_delay
from aboveboard.faces.web.stepup import recently_confirmed
from aboveboard.faces.web.wording import number
from aboveboard.faces.workbench.access import Worker, act_for, for_deciders
from aboveboard.faces.workbench.sealed_pages import sealed_page


@require_safe
@for_deciders
def sealed(request: HttpRequest, worker: Worker) -> HttpResponse:
    """List the orders with what each has sealed."""
    return render(request, "workbench/sealed.html", {"page": sealed_page(worker)})


@require_POST
@recently_confirmed
@for_deciders
def end(request: HttpRequest, worker: Worker, act: str) -> HttpResponse:
    """End an order before its day; what it sealed is opened to the person at once."""
    record = act_for(worker, act)
    if record.kind != KIND:
        raise Http404
    opened = end_delay(record.id, by=worker.staff, now=worker.asker.at, place=worker.place)
    said = ngettext("%(n)s look is opened to the person.", "%(n)s looks are opened to the person.", opened)
    messages.success(request, said % {"n": number(opened)})
    return HttpResponseRedirect(reverse("workbench:sealed"))
