"""What the person takes along: a copy, the evidence, a checkpoint."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aboveboard.apps.evidence.logs import published_note
from aboveboard.apps.evidence.receipts import own_receipt
from aboveboard.apps.gate.asking import ask
from aboveboard.core.errors import NotVerified
from aboveboard.core.terms import Operation, SubjectId
from aboveboard.faces.portal import rights
from aboveboard.faces.portal.asking import own_question
from aboveboard.faces.portal.copying import copy_of
from aboveboard.faces.portal.packing import evidence_html, evidence_zip
from aboveboard.faces.portal.visiting import for_the_person
from aboveboard.faces.web.asking import now

HASH = re.compile("[0-9a-f]{64}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_person
def copy(request: HttpRequest, person: SubjectId) -> HttpResponse:
    """Hand out a copy of everything (Arts 15(3), 20), against a look of its own."""
    if request.method != "POST":
        return render(request, "portal/right.html", {"page": rights.copy_page()})
    asked = ask(own_question(request, person, Operation.DISCLOSE))
    return _file(copy_of(asked, person), "application/json", "my-data.json")


@require_POST
@for_the_person
def evidence(request: HttpRequest, person: SubjectId) -> HttpResponse:
    """Hand out the evidence, to be verified without us."""
    return _file(evidence_zip(own_question(request, person, Operation.DISCLOSE)), "application/zip", "my-evidence.zip")


@require_POST
@for_the_person
def evidence_page(request: HttpRequest, person: SubjectId) -> HttpResponse:
    """Hand out the evidence as a page that checks itself, to be kept beside the other."""
    body = evidence_html(own_question(request, person, Operation.DISCLOSE))
    return _file(body, "text/html; charset=utf-8", "my-evidence.html")


@require_safe
@for_the_person
def checkpoint(request: HttpRequest, person: SubjectId) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Hand out the signed checkpoint of this moment."""
    try:
        return _file(published_note(), "text/plain; charset=utf-8", "checkpoint")
    except NotVerified:
        raise Http404 from None


@require_safe
@for_the_person
def receipt(request: HttpRequest, person: SubjectId, entry: str) -> HttpResponse:  # noqa: ARG001 - said by the address
    """Hand out the log's signed promise for an entry about the person, which says that it is about them."""
    found = own_receipt(bytes.fromhex(entry), person, now()) if HASH.fullmatch(entry) else None
    if found is None:
        raise Http404
    return _file(found.note.encode(), "text/plain; charset=utf-8", "receipt")


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
