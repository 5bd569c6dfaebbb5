"""What persons ask about their readers, and the form that proposes an answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aboveboard.apps.evidence.naming import open_requests
from aboveboard.faces.web.components import PageHead
from aboveboard.faces.web.stepup import recently_confirmed
from aboveboard.faces.workbench.access import Worker, for_deciders
from aboveboard.faces.workbench.naming_pages import NamingForm, asked_in_words, naming_list, propose_naming
from aboveboard.faces.workbench.pages import FormPage
from aboveboard.faces.workbench.signing import show_form, with_passphrase


@require_safe
@for_deciders
def requests(request: HttpRequest, worker: Worker) -> HttpResponse:
    """List what persons ask."""
    return render(request, "workbench/lines.html", {"page": naming_list(worker)})


@require_http_methods(["GET", "HEAD", "POST"])
@recently_confirmed
@for_deciders
def name_reader(request: HttpRequest, worker: Worker, act: str) -> HttpResponse:
    """Propose to name a reader, or not to."""
    if not worker.signs:
        raise PermissionDenied
    asked = next((one for one in open_requests() if one.id.hex() == act), None)
    if asked is None:
        raise Http404
    form = NamingForm(request.POST or None)
    done = with_passphrase(form, lambda: propose_naming(worker, asked, form)) if request.method == "POST" else None
    if done and done.done:
        messages.success(request, _("Proposed, and written down. The officer gives an opinion next."))
        return HttpResponseRedirect(reverse("workbench:act", args=[done.act.hex()]))
    back = (reverse("workbench:naming"), _("Back to what persons ask"))
    page = FormPage(PageHead(_("Name a reader")), back, _("Sign and propose"), asked_in_words(asked))
    return show_form(request, page, form, done)
