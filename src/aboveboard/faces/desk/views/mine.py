"""What an employee sees of their own doing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aboveboard.faces.desk.my_looks import my_looks_page
from aboveboard.faces.web.asking import for_staff, staff_of

LONGEST = 12
"""Digits of a number of a line."""


@require_safe
@for_staff
def my_looks(request: HttpRequest) -> HttpResponse:
    """Show a page of the reader's own lines; nothing about a person is opened, so it leaves no line itself."""
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None
    return render(request, "desk/my_looks.html", {"page": my_looks_page(staff_of(request), before)})
