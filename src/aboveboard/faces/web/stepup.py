"""Weighty acts want a fresh proof of who acts: grants, erasures, exports, keys."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, get_reauthentication_flows
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from aboveboard.faces.web.sample import in_sample_home

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def recently_confirmed(view: View[P]) -> View[P]:
    """Let nobody through who did not confirm within five minutes that it is them.

    The form is not kept while they do so: what was typed may be a passphrase, and a session is a row in a database.
    Put the decorator on the page with the form as well, then it is asked before anything is typed.
    """

    @wraps(view)
    def confirmed(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not get_reauthentication_flows(request.user):
            # No password, no key: nothing to confirm with. allauth would wave them through; we do not.
            if not _confirmed_in_sample(request):
                raise PermissionDenied
        elif not did_recently_reauthenticate(request):
            return _ask_to_confirm(request)
        return view(request, *args, **kwargs)

    return confirmed


def confirm_in_sample(request: HttpRequest) -> None:
    """Count the tour's role switch as a confirmation; in a real home it is refused.

    Raises:
        PermissionDenied: this is no sample home.
    """
    if not in_sample_home():
        raise PermissionDenied
    record_authentication(request, request.user, method="sample", reauthenticated=True)


def _confirmed_in_sample(request: HttpRequest) -> bool:
    records = request.session.get("account_authentication_methods", [])
    return in_sample_home() and any(record.get("method") == "sample" for record in records)


def _ask_to_confirm(request: HttpRequest) -> HttpResponseRedirect:
    methods = get_adapter().get_reauthentication_methods(request.user)
    if request.method == "POST":
        messages.info(request, _("Nothing was done yet. Confirm it is you, then send the form again."))
    return HttpResponseRedirect(f"{methods[0]['url']}?{urlencode({REDIRECT_FIELD_NAME: _page_of(request)})}")


def _page_of(request: HttpRequest) -> str:
    """The page to come back to: of a form, the one it stood on, since its own address may take no visit."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    if request.method == "POST" and ours:
        return urlsplit(came_from)._replace(scheme="", netloc="", fragment="").geturl()
    return request.get_full_path()
