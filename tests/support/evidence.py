"""What tests of evidence do again and again: ask for a pack, check it as a stranger, let headquarters look."""

import base64
import hashlib
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.cell import CUSTOMER_CARE, Cell

if TYPE_CHECKING:
    from aboveboard.apps.evidence.pack import Proved
    from aboveboard.core.verify import Report


def own(cell: Cell, person: bytes, out: Path, **more: Any) -> "Proved":
    """The person concerned asks for their evidence."""
    from aboveboard.apps.evidence.pack import prove
    from aboveboard.core.terms import PurposeId

    return prove(person, out, **asking(), purpose=PurposeId("own-record"), **more)


def asking() -> dict[str, Any]:
    """The person concerned, wherever they are, now."""
    from aboveboard.apps.gate.places import place_of_person
    from aboveboard.core.policy.question import Actor
    from aboveboard.core.terms import EntityId, Role

    actor = Actor(None, Role.PERSON, EntityId("cz"))
    return {"actor": actor, "place": place_of_person(None), "now": datetime.now(UTC)}


def officer(cell: Cell) -> dict[str, Any]:
    """The data protection officer, now."""
    from aboveboard.core.terms import PurposeId

    question = cell.question("consult", [], [], by="dpo-cz", purpose="data-protection-oversight")
    return {
        "actor": question.actor,
        "place": question.place,
        "now": question.asked_at,
        "purpose": PurposeId("data-protection-oversight"),
    }


def checked(folder: Path, *since: Path) -> "Report":
    """A stranger checks a pack with the log's key from elsewhere."""
    from aboveboard.apps.evidence.pack import own_trust
    from aboveboard.core.verify import verify_folder

    keys = folder.with_name("keys")
    keys.write_bytes(own_trust().encode())
    return verify_folder(folder, keys, since)


def let_headquarters_look(cell: Cell) -> bytes:
    """Clauses with their assessment, and a grant of the contact tier, all signed; the grant's id."""
    from aboveboard.apps.gate.grants import apply_grant, grant_body
    from aboveboard.apps.register.actions import apply_instrument
    from aboveboard.apps.register.drafts import AssessmentDraft, InstrumentDraft
    from aboveboard.core.terms import EntityId, PurposeId, Role, TransferTool

    now = datetime.now(UTC)
    day, year = now.date() - timedelta(days=1), timedelta(days=365)
    assessment = AssessmentDraft("tia", day, day + year, "sample:tia-hq")
    clauses = InstrumentDraft(EntityId("cz"), EntityId("hq"), TransferTool.CLAUSES, day, day + year, assessment)
    apply_instrument(act=cell.decide("instrument", clauses.body()), now=now)
    body = grant_body(
        controller=EntityId("cz"),
        entity=EntityId("hq"),
        role=Role.HQ_ANALYST,
        purpose=PurposeId(CUSTOMER_CARE),
        categories=["T01", "T02", "T23"],
        valid_from=now - timedelta(hours=1),
        valid_until=now + timedelta(days=30),
    )
    return bytes(apply_grant(cell.decide("grant", body), now=now).pk)


def files_held(page: bytes) -> dict[str, bytes]:
    """The files of the pack that a page of evidence holds."""
    held = re.search(rb'id="pack" data-sha256="([0-9a-f]{64})">([^<]+)<', page)
    assert held is not None
    data = base64.b64decode(held[2], validate=True)
    assert hashlib.sha256(data).hexdigest().encode() == held[1]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.removeprefix("my-evidence/"): archive.read(name) for name in archive.namelist()}
