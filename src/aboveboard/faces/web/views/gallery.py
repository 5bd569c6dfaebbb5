"""The component gallery: for whoever builds a page, and for the tests; only in a sample home."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aboveboard.faces.web import answers
from aboveboard.faces.web.gallery import COMMITTED_AT, gallery_page, opened_row, opened_trace
from aboveboard.faces.web.sample import only_in_sample
from aboveboard.faces.web.wording import time_of_day

ERRORS = {
    "bad-request": answers.BAD_REQUEST,
    "forbidden": answers.FORBIDDEN,
    "stale-form": answers.STALE_FORM,
    "not-found": answers.NOT_FOUND,
    "gone": answers.GONE,
    "too-large": answers.TOO_LARGE,
    "fault": answers.FAULT,
    "conflict": answers.CONFLICT,
    "refused": answers.REFUSED,
    "not-proved": answers.NOT_PROVED,
    "closed": answers.CLOSED,
    "not-writable": answers.NOT_WRITABLE,
    "not-witnessed": answers.NOT_WITNESSED,
}


@only_in_sample
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    return render(request, "web/gallery.html", {"page": gallery_page(), "errors": tuple(ERRORS)})


@only_in_sample
def framed(request: HttpRequest) -> HttpResponse:
    """Show a small page, for the frames of the gallery."""
    return render(request, "web/gallery_frame.html", {"time": time_of_day(COMMITTED_AT)})


@only_in_sample
@require_POST
def open_row(request: HttpRequest) -> HttpResponse:
    """Open the sample row: alone for htmx, else back to the gallery with a word about it."""
    if request.headers.get("HX-Request") == "true":
        row_id = "row-asks" if request.POST.get("row") == "row-asks" else "row-known"
        return render(request, "web/parts/opened.html", {"row": opened_row(row_id), "bar": opened_trace()})
    messages.success(request, _("In the gallery nothing is opened; on a page the value would stand here now."))
    return HttpResponseRedirect(reverse("web:gallery"))


@only_in_sample
def error_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show an error page as it would come, with its status."""
    if name not in ERRORS:
        raise Http404
    return answers.show(request, ERRORS[name])
