"""Lists of people, the search, and the page that says what those looked at can see."""

import re

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from aboveboard.apps.ledger.confirmed import standing_if_sound
from aboveboard.apps.ledger.queries import settled
from aboveboard.apps.ledger.receipts import receipt as signed_receipt
from aboveboard.faces.desk.forms import SearchForm
from aboveboard.faces.desk.pages import PeoplePage
from aboveboard.faces.desk.people import found_page, people_page
from aboveboard.faces.desk.purposes import purposes_for
from aboveboard.faces.web.asking import asker_of, for_staff
from aboveboard.faces.web.components import PageHead
from aboveboard.faces.web.reader import reader_of
from aboveboard.faces.web.shell import Reader
from aboveboard.faces.web.witnesses import entry_tick
from aboveboard.faces.web.wording import number

MOST_PAGES = 10_000
HASH = re.compile("[0-9a-f]{64}")
KEEP = {"Content-Disposition": 'attachment; filename="receipt"'}


def front(request: HttpRequest) -> HttpResponse:
    """Lead to the first page of whoever is signed in; others to the desk, which asks who they are."""
    reader: Reader | None = reader_of(request)
    home = reader.home if reader and reader.home != "/" else reverse("desk:people")
    return HttpResponseRedirect(home)


@require_GET
@for_staff
def people(request: HttpRequest) -> HttpResponse:
    """Show a page of the people of one's accounts, by one look."""
    at, asked = page_number(request), request.GET
    cards = asked.get("view") == "cards"
    page = people_page(asker_of(request), purpose=asked.get("purpose", ""), number=at, cards=cards)
    return render(request, "desk/people.html", {"page": page})


@for_staff
def search(request: HttpRequest) -> HttpResponse:
    """Search on submit; the term comes in the form's body and stands in no address."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("desk:people"))
    asker = asker_of(request)
    offered = purposes_for(asker)
    form = SearchForm(request.POST, purposes=offered)
    if not form.is_valid():
        return render(request, "desk/search.html", {"page": PeoplePage(PageHead(_("Search")), form)}, status=400)
    return render(request, "desk/search.html", {"page": found_page(asker, form, offered)})


@require_GET
@for_staff
def traces(request: HttpRequest) -> HttpResponse:
    """Say what the people looked at can see about a look, and what they cannot."""
    return render(request, "desk/traces.html", {"page": {"head": PageHead(_("What they can see about your looks"))}})


@require_GET
@for_staff
def signed(request: HttpRequest, entry: str) -> HttpResponse:
    """Say that an entry stands signed in the log, and under which number; nothing while it does not."""
    known = settled(bytes.fromhex(entry)) if HASH.fullmatch(entry) else None
    if known is None:
        return HttpResponse(status=204)
    return render(request, "desk/parts/signed.html", {"entry": number(known.index)})


@require_GET
@for_staff
def witnessed(request: HttpRequest, entry: str) -> HttpResponse:
    """Say that the quorum of witnesses has confirmed an entry; nothing while it has not."""
    known = settled(bytes.fromhex(entry)) if HASH.fullmatch(entry) else None
    tick = entry_tick(standing_if_sound(), known.index + known.leaves) if known else None
    if tick is None:
        return HttpResponse(status=204)
    return render(request, "web/parts/tick.html", {"tick": tick})


@require_GET
@for_staff
def receipt(request: HttpRequest, entry: str) -> HttpResponse:
    """Hand out the log's signed promise for an entry; it names no person and nobody who looked."""
    found = signed_receipt(bytes.fromhex(entry), asker_of(request).at) if HASH.fullmatch(entry) else None
    if found is None:
        raise Http404
    return HttpResponse(found.note, content_type="text/plain; charset=utf-8", headers=KEEP)


def page_number(request: HttpRequest) -> int:
    """Read the number of the page asked for; whatever is no number is the first."""
    asked = request.GET.get("page", "")
    known = asked.isascii() and asked.isdigit() and 0 < int(asked[:6]) <= MOST_PAGES
    return int(asked[:6]) if known else 1
