"""What whoever asks has done themselves: their own lines of the log, without anybody they did it to."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from aboveboard.apps.evidence.own_looks import OwnLine, own_looks
from aboveboard.core.errors import Denied
from aboveboard.faces.api.answers import answer
from aboveboard.faces.api.shapes import OwnLooksShape
from aboveboard.faces.api.tokens import asker

router = Router(tags=["governance"])
PAGE = 100


@router.get("/me/looks", response=OwnLooksShape, url_name="my-looks")
def my_looks(request: HttpRequest, before: int | None = None) -> HttpResponse:
    """List the asker's own lines with numbers under *before*, the newest first; listing them leaves no line."""
    staff = asker(request).actor.staff
    if staff is None:
        raise Denied("Only an employee has lines of their own here.")
    found = own_looks(staff, before=before, most=PAGE)
    lines = [_shown(line) for line in found.lines]
    return answer({"length": found.length, "unsigned": found.unsigned, "lines": lines})


def _shown(line: OwnLine) -> dict[str, object]:
    says = line.said
    return {
        "number": line.number,
        "index": line.index,
        "entry": line.entry_hash.hex(),
        "at": says.at,
        "operation": says.operation,
        "entity": says.entity,
        "country": says.country,
        "established_by": says.established,
        "purpose": says.purpose,
        "categories": says.categories,
        "refused": says.refused,
        "verdict": says.verdict,
    }
