"""The door for the log's files, before every other: whoever fetches one is asked for nothing and told nothing else."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from aboveboard.apps.ledger.outage import OUTAGES
from aboveboard.core.errors import AboveboardError
from aboveboard.faces.log.views import files

PREFIX = "/log/"
"""Where the root urls hang this room."""

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class FilesForEverybody:
    """Answers the log's files before sessions, languages and forms are thought of.

    Promised (c2sp.org/tlog-tiles, static resources): an answer depends on the path alone. No cookie is read or set and
    no ``Vary`` is sent, so one copy in a shared cache serves everybody; a file that is not there is a plain 404.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a file at once; pass anything else on, also what went wrong, which has a page of its own."""
        match = _file(request.path_info)
        if match is None:
            return self.get_response(request)
        request.get_host()  # refuses a host that is not ours, as for every page
        request.resolver_match = match
        try:
            response: HttpResponse = match.func(request, **match.kwargs)
        except Http404:
            response = files.missing()
        except (AboveboardError, OSError, *OUTAGES):
            return self.get_response(request)
        response.headers["Content-Length"] = str(len(response.content))
        return response


def _file(path: str) -> ResolverMatch | None:
    if not path.startswith(PREFIX):
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match if match.func.__module__ == files.__name__ else None
