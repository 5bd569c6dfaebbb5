"""Whether this is a sample home: the one place that is asked before anything only a demonstration may do."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from aboveboard.apps.ledger.queries import is_sample

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def in_sample_home() -> bool:
    """Whether the cell was laid down as a fictional sample; a test may say so in the settings; unsaid means no."""
    said = getattr(settings, "SAMPLE_HOME", None)
    return is_sample() if said is None else said is True


def only_in_sample(view: View[P]) -> View[P]:
    """Leave nothing at the address of *view* in a real home."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not in_sample_home():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
