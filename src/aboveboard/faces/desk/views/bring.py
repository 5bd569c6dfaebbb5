"""Bringing people in by a file: judged first, then taken in by the very same code as on the command line."""

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from aboveboard.faces.desk.bringing import dealt_with, import_page, may_bring
from aboveboard.faces.desk.import_form import ImportForm
from aboveboard.faces.desk.purposes import purposes_for
from aboveboard.faces.web.asking import asker_of, for_staff, staff_of
from aboveboard.faces.web.uploads import takes_files


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def bring(request: HttpRequest) -> HttpResponse:
    """Judge a file and show what would become of it; take it in when that was seen and is asked for."""
    asker = asker_of(request)
    if not may_bring(asker):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None, purposes=purposes_for(asker))
    outcome = dealt_with(asker, staff_of(request), form, take="take" in request.POST) if form.is_valid() else None
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "desk/import.html", {"page": import_page(form, outcome)}, status=status)
