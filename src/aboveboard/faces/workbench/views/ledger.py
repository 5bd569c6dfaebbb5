"""The log: its lines, and a check of it at the press of a button."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from aboveboard.apps.evidence.audit import audit
from aboveboard.faces.workbench.access import Worker, for_deciders
from aboveboard.faces.workbench.ledger_pages import ledger_page


@require_safe
@for_deciders
def ledger(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Show the state of the log and a page of its lines."""
    before = request.GET.get("before", "")
    page = ledger_page(worker.asker.at, int(before) if before.isascii() and before.isdigit() else None)
    return render(request, "workbench/ledger.html", {"page": page})


@require_POST
@for_deciders
def check(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Hold database, files and heads against each other, here and now, and say what does not fit."""
    page = ledger_page(worker.asker.at, None, audit())
    return render(request, "workbench/ledger.html", {"page": page})
