"""The evidence as one file to download; while it is made it lies in a folder of this process alone, then nowhere."""

import io
import tempfile
import zipfile
from pathlib import Path

from django.conf import settings

from aboveboard.apps.evidence.pack import prove
from aboveboard.core.errors import Conflict
from aboveboard.core.policy.question import Question

FOLDER = "my-evidence"


def evidence_zip(question: Question) -> bytes:
    """Make the evidence of the person who asks and give it as a ZIP; no copy stays on the disk.

    Raises:
        Shredded: after the person's erasure.
        NotVerified: when the log does not prove itself.
    """
    room = Path(settings.FILE_UPLOAD_TEMP_DIR)
    room.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=room, prefix="evidence-") as folder:
        proved = prove(
            question.subjects[0],
            Path(folder) / FOLDER,
            actor=question.actor,
            purpose=question.purpose,
            place=question.place,
            now=question.asked_at,
        )
        if proved.folder is None:
            raise Conflict("The evidence could not be handed out; try once more.")
        return _zipped(proved.folder)


def _zipped(folder: Path) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.writestr(f"{FOLDER}/{file.name}", file.read_bytes())
    return made.getvalue()
