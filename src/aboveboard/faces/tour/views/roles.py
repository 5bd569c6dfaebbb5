"""The role switcher: one of the cast is signed in without a password, in a sample home only."""

from datetime import UTC, datetime

from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from aboveboard.apps.evidence import links
from aboveboard.core.errors import Invalid
from aboveboard.faces.tour.story import Story
from aboveboard.faces.web.sample import only_in_sample
from aboveboard.faces.web.stepup import confirm_in_sample

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sit_down(request: HttpRequest, name: str) -> None:
    """Sign one of the cast in; nobody else has such a sign-in, and only a sample home lets this happen."""
    user = get_user_model().objects.filter(login=name, is_active=True).first()
    if user is None:
        raise Http404
    login(request, user, backend=BACKEND)
    confirm_in_sample(request)


def sitting(request: HttpRequest) -> str:
    """Give the login of whoever sits at the desk now."""
    return str(getattr(request.user, "login", ""))


@only_in_sample
@require_POST
def switch(request: HttpRequest, login: str) -> HttpResponseRedirect:
    """Sit down as another of the cast."""
    sit_down(request, login)
    return redirect("tour:guide")


@only_in_sample
@require_GET
def phone(request: HttpRequest) -> HttpResponse:
    """Show the person's phone: the link they were sent, which leads to their own page."""
    try:
        person = Story.load().person
    except Invalid:
        return render(request, "tour/phone_off.html")
    return redirect(links.make(person, datetime.now(UTC)))
