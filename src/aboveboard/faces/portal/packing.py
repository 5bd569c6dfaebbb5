"""The evidence as one file to download, made in memory: no copy of it touches a disk here."""

import io
import zipfile
from collections.abc import Mapping

from aboveboard.apps.evidence.pack import make_pack
from aboveboard.core.errors import Conflict
from aboveboard.core.policy.question import Question

FOLDER = "my-evidence"


def evidence_zip(question: Question) -> bytes:
    """Make the evidence of the person who asks and give it as a ZIP.

    Raises:
        Shredded: after the person's erasure.
        NotVerified: when the log does not prove itself.
    """
    made = make_pack(
        question.subjects[0],
        actor=question.actor,
        purpose=question.purpose,
        place=question.place,
        now=question.asked_at,
    )
    if made.files is None:
        raise Conflict("The evidence could not be handed out; try once more.")
    return _zipped(made.files)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(f"{FOLDER}/{name}", files[name])
    return made.getvalue()
