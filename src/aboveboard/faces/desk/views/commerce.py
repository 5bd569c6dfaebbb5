"""Organisations and deals."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from aboveboard.apps.crm import actions, queries
from aboveboard.apps.crm.models import Organisation
from aboveboard.core.terms import Role
from aboveboard.faces.desk import commerce
from aboveboard.faces.desk.forms import DealForm
from aboveboard.faces.desk.views.people import page_number
from aboveboard.faces.web.asking import Asker, asker_of, for_staff, staff_of
from aboveboard.faces.web.language import back


@require_GET
@for_staff
def organisations(request: HttpRequest) -> HttpResponse:
    """List organisations."""
    page = commerce.organisations_page(asker_of(request), number=page_number(request))
    return render(request, "desk/organisations.html", {"page": page})


@require_GET
@for_staff
def organisation(request: HttpRequest, number: int) -> HttpResponse:
    """Show one organisation, its people by one look, and its deals."""
    purpose = request.GET.get("purpose", "")
    page = commerce.organisation_page(asker_of(request), _known(number), purpose=purpose)
    return render(request, "desk/organisation.html", {"page": page})


@require_POST
@for_staff
def new_deal(request: HttpRequest, number: int) -> HttpResponse:
    """Open a deal with an organisation."""
    asker, known = _seller(request), _known(number)
    form = DealForm(request.POST)
    if not form.is_valid():
        page = commerce.organisation_page(asker, known, purpose="", form=form)
        return render(request, "desk/organisation.html", {"page": page}, status=400)
    typed = form.cleaned_data
    actions.open_deal(
        known.pk, amount=typed["amount"], currency=typed["currency"], expected_on=typed["expected_on"],
        owner=staff_of(request), now=asker.at,
    )  # fmt: skip
    return HttpResponseRedirect(reverse("desk:organisation", args=[known.pk]))


@require_GET
@for_staff
def deals(request: HttpRequest) -> HttpResponse:
    """List deals."""
    return render(request, "desk/deals.html", {"page": commerce.deals_page(asker_of(request))})


@require_POST
@for_staff
def move_deal(request: HttpRequest, number: int) -> HttpResponse:
    """Move a deal to another stage, and lead back to where the form stood."""
    asker = _seller(request)
    if not queries.deal_exists(number):
        raise Http404
    actions.move_deal(number, request.POST.get("stage", ""), now=asker.at)
    return back(request)


def _seller(request: HttpRequest) -> Asker:
    """Give who asks, if selling is their work."""
    asker = asker_of(request)
    if asker.actor.role is not Role.SELLER:
        raise PermissionDenied
    return asker


def _known(number: int) -> Organisation:
    found = queries.organisation(number)
    if found is None:
        raise Http404
    return found
