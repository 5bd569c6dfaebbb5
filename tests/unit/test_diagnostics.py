"""A diagnostic line names places in the code, never a value."""

import io
import logging

from django.test import RequestFactory
from django.views.debug import get_exception_reporter_filter

from aboveboard.diagnostics import PlacesOnlyFormatter, RouteNameOnly

MARKED = "Zdeňka-Marked-Value"


def _logged(record: logging.LogRecord) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlacesOnlyFormatter("%(message)s"))
    handler.addFilter(RouteNameOnly())
    handler.handle(record)
    return stream.getvalue()


def _record(message: str, *args: object, error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, message, args, exc_info)
    record.__dict__.update(extra)
    return record


def test_a_request_is_told_by_status_and_route_alone():
    """A path may hold a name typed into the address bar; the line does not repeat it."""
    request = RequestFactory().get(f"/people/{MARKED}", {"q": MARKED})
    line = _logged(_record("Not Found: %s", request.path, request=request, status_code=404))
    assert line == "answered 404 on route -\n"


def test_an_error_is_told_by_class_and_place_and_so_is_its_cause():
    """The message of an error may quote a row; its class and its place are enough to mend it."""
    try:
        try:
            raise KeyError(MARKED)
        except KeyError as cause:
            raise ValueError(f"about {MARKED}") from cause
    except ValueError as error:
        line = _logged(_record("Internal Server Error: %s", MARKED, error=error, status_code=500))
    assert MARKED not in line
    assert "builtins.ValueError" in line
    assert "builtins.KeyError" in line
    assert "test_diagnostics.py" in line


def test_the_error_report_holds_no_value():
    """Whatever Django would report of a request, it is empty here."""
    request = RequestFactory().post("/", {"name": MARKED}, headers={"X-Name": MARKED})
    shown = get_exception_reporter_filter(request)
    assert shown.is_active(request)
    assert [
        shown.get_safe_settings(),
        shown.get_safe_request_meta(request),
        shown.get_safe_cookies(request),
        shown.get_post_parameters(request),
        list(shown.get_traceback_frame_variables(request, None)),
    ] == [{}, {}, {}, {}, []]
