"""The files of the log: small, public, and readable from any origin."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_safe

from aboveboard.faces.check.pages import checking_page
from aboveboard.faces.log import published

TEXT, BYTES, PAGE = "text/plain; charset=utf-8", "application/octet-stream", "text/html; charset=utf-8"
FOR_NOW = "public, max-age=1"
"""A checkpoint is replaced about once a second; nobody should see a much older one."""
FOR_GOOD = "public, max-age=31536000, immutable"
FROM_ANYWHERE = {"Access-Control-Allow-Origin": "*"}


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Give the signed checkpoint."""
    return _public(published.checkpoint_bytes(), TEXT, FOR_NOW)


@require_safe
def checkpoint_witnessed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Give the newest checkpoint that the witnesses' quorum has cosigned."""
    return _public(published.witnessed_bytes(), TEXT, FOR_NOW)


@require_safe
def witnessing(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Give what the log says of its witnesses, signed."""
    return _public(published.witnessing_bytes(), TEXT, FOR_NOW)


@require_safe
def key(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Give the key the checkpoint verifies under, as a vkey line."""
    head = published.head()
    return _public(f"{head.vkey}\n".encode() if head else None, TEXT, FOR_NOW)


@require_safe
def trust(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Give the key as a file of trusted keys, which the verifier takes."""
    head = published.head()
    return _public(head.trust if head else None, TEXT, FOR_NOW)


@require_safe
def tile(request: HttpRequest, place: str) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Give a tile or an entry bundle; what stands under its path never changes."""
    return _public(published.tile_bytes(place), BYTES, FOR_GOOD)


@require_safe
def checker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Give the page that checks evidence as one file to be kept: it works without us, opened from there."""
    response = _public(checking_page(), PAGE, FOR_NOW)
    response.headers["Content-Disposition"] = 'attachment; filename="aboveboard-check.html"'
    return response


def missing() -> HttpResponse:
    """Say that there is no such file; readable from any origin too, for who falls back from a partial tile to the full.

    Nobody may keep this answer: what is not there yet may be there in a second.
    """
    headers = {"Cache-Control": "no-store", **FROM_ANYWHERE}
    return HttpResponseNotFound("There is no such file in this log.\n", content_type=TEXT, headers=headers)


def _public(body: bytes | None, kind: str, keep: str) -> HttpResponse:
    if body is None:
        raise Http404
    return HttpResponse(body, content_type=kind, headers={"Cache-Control": keep, **FROM_ANYWHERE})
