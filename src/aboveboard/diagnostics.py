"""What a diagnostic line may hold: routes, statuses, error classes, places in the code; never a value."""

import logging
from collections.abc import ItemsView
from types import TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

ErrorTriple = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def route_of(request: object) -> str:
    """The name of the route *request* came in by, or a dash: a path may hold an id, a name never does."""
    match = getattr(request, "resolver_match", None)
    return getattr(match, "view_name", None) or "-"


class RouteNameOnly(logging.Filter):
    """Rewrites Django's own lines about requests so that they name the route and the status alone."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, without path, query string or message of the error."""
        request = getattr(record, "request", None)
        status = getattr(record, "status_code", "-")
        record.msg = "answered %s on route %s"
        record.args = (str(status), route_of(request))
        return True


class PlacesOnlyFormatter(logging.Formatter):
    """Prints an error as its class and the places it passed; its message might quote a value."""

    def formatException(self, ei: ErrorTriple) -> str:  # noqa: N802 - the name is logging's
        """The class of the error and of its causes, with file, line and function of each step."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
            lines.extend(_steps(error.__traceback__))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def _steps(traceback: TracebackType | None) -> list[str]:
    steps: list[str] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        steps.append(f"  {code.co_filename}:{traceback.tb_lineno} in {code.co_name}")
        traceback = traceback.tb_next
    return steps


class NothingPersonalFilter(SafeExceptionReporterFilter):
    """Django's error report without any value: no form, cookie, header, setting or local variable."""

    def is_active(self, request: HttpRequest | None) -> bool:  # noqa: ARG002 - Django's signature
        """Always: there is no mode in which values are shown."""
        return True

    def get_safe_settings(self) -> dict[str, Any]:
        """No setting."""
        return {}

    def get_safe_request_meta(self, request: HttpRequest | None) -> dict[str, Any]:  # noqa: ARG002
        """No header."""
        return {}

    def get_safe_cookies(self, request: HttpRequest | None) -> dict[str, Any]:  # noqa: ARG002
        """No cookie."""
        return {}

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:  # noqa: ARG002
        """No form."""
        return {}

    def get_traceback_frame_variables(self, request: object, tb_frame: object) -> ItemsView[str, Any]:  # noqa: ARG002
        """No local variable."""
        return ItemsView({})
