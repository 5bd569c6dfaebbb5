"""The evidence to download, made in memory: as one file, or as one page; no copy of it touches a disk here."""

from collections.abc import Mapping

from aboveboard.apps.evidence.pack import make_pack
from aboveboard.core.errors import Conflict
from aboveboard.core.policy.question import Question
from aboveboard.faces.check.pages import evidence_page, zipped


def evidence_zip(question: Question) -> bytes:
    """Make the evidence of the person who asks and give it as a ZIP.

    Raises:
        Shredded: after the person's erasure.
        NotVerified: when the log does not prove itself.
    """
    return zipped(_files(question))


def evidence_html(question: Question) -> bytes:
    """Make the evidence of the person who asks and give it as a page that holds it and checks itself.

    Raises:
        Shredded: after the person's erasure.
        NotVerified: when the log does not prove itself.
    """
    return evidence_page(_files(question))


def _files(question: Question) -> Mapping[str, bytes]:
    made = make_pack(
        question.subjects[0],
        actor=question.actor,
        purpose=question.purpose,
        place=question.place,
        now=question.asked_at,
    )
    if made.files is None:
        raise Conflict("The evidence could not be handed out; try once more.")
    return made.files
