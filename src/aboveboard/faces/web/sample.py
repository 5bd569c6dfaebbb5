"""Whether this is a sample home: the one place that is asked before anything only a demonstration may do."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def in_sample_home() -> bool:
    """Whether the settings say that everything here is fictional; unsaid means no."""
    return getattr(settings, "SAMPLE_HOME", False) is True


def only_in_sample(view: View[P]) -> View[P]:
    """Leave nothing at the address of *view* in a real home."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not in_sample_home():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
