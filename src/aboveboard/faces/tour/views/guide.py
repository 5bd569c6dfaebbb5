"""The guided page: the steps, the desk, the phone, and what happened."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aboveboard.core.errors import AboveboardError
from aboveboard.faces.tour.forms import YourFile
from aboveboard.faces.tour.pages import GuidePage
from aboveboard.faces.tour.story import SELLER, Story
from aboveboard.faces.tour.telling import STEPS, run_step
from aboveboard.faces.tour.trying import dry_run
from aboveboard.faces.tour.views.roles import sit_down, sitting
from aboveboard.faces.web.sample import only_in_sample
from aboveboard.faces.web.uploads import takes_files


@only_in_sample
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """Show the tour as far as it has come; whoever comes first sits at the seller's desk."""
    if not request.user.is_authenticated:
        sit_down(request, SELLER)
    return render(request, "tour/guide.html", {"page": GuidePage.of(Story.load(), sitting(request))})


@only_in_sample
@require_POST
def do_step(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """Do one step."""
    if name in {step.name for step in STEPS}:
        try:
            if not run_step(Story.load(), name):
                messages.error(request, _("This step did not come out as it should; the account below says why."))
        except AboveboardError as error:
            messages.warning(request, error.sentence)
    return redirect("tour:guide")


@only_in_sample
@require_GET
def account(_request: HttpRequest) -> HttpResponse:
    """Give the account as text, as the terminal prints it."""
    return HttpResponse("\n".join(Story.load().account), content_type="text/plain; charset=utf-8")


@takes_files
@only_in_sample
@require_http_methods(["GET", "POST"])
def your_file(request: HttpRequest) -> HttpResponse:
    """Read somebody's own file and say what would become of each column; nothing is kept."""
    if not request.user.is_authenticated:
        sit_down(request, SELLER)
    form = YourFile(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        try:
            report = dry_run(form.cleaned_data["file"], form.cleaned_data["relation"])
        except AboveboardError as error:
            form.add_error("file", error.sentence)
    return render(request, "tour/your_file.html", {"form": form, "report": report})
