"""What is held about a person, as a pack shows it: each fact with everything Art. 15(1) asks to be told beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from aboveboard.apps.evidence.lines import Line
from aboveboard.apps.vault.models import Fact
from aboveboard.apps.vault.opening import OpenFact
from aboveboard.apps.vault.queries import source_texts
from aboveboard.core.catalogue import catalogue
from aboveboard.core.terms import CategoryId, SubjectId
from aboveboard.core.verify.recordings import recorded_digest


@dataclass(frozen=True, slots=True)
class HeldFact:
    """One fact, with its value where it was released."""

    row: Fact
    source: str
    value: str | None
    evidence: str

    @property
    def id(self) -> bytes:
        """Its opaque id."""
        return bytes(self.row.id)

    def shown(self) -> dict[str, Any]:
        """Give it as it stands in ``evidence.json``."""
        row = self.row
        category = catalogue().categories.get(CategoryId(row.category))
        return {
            "id": self.id.hex(),
            "category": row.category,
            "category_name": category.name if category else "",
            "value": self.value,
            "purpose": row.purpose,
            "basis": row.basis,
            "source": self.source,
            "recorded_at": row.recorded_at.isoformat(),
            "retention": row.retention,
            "expires_on": row.expires_on.isoformat() if row.expires_on else None,
            "exception": row.exception,
            "exception_evidence": self.evidence,
        }


def held_facts(subject: SubjectId, opened: Iterable[OpenFact]) -> list[HeldFact]:
    """Give every fact held about a person; the values only of those that were *opened* against a permit."""
    values = {one.fact.id: one for one in opened}
    rows = list(Fact.objects.filter(person_id=subject).defer("sealed").order_by("category", "recorded_at", "id"))
    sources = source_texts((bytes(row.source_id) for row in rows), settings.OPTIONS.cell)
    found = []
    for row in rows:
        one = values.get(bytes(row.id))
        source = sources.get(bytes(row.source_id), "")
        found.append(HeldFact(row, source, one.value if one else None, one.evidence if one else ""))
    return found


def recordings(digest_key: bytes, facts: Sequence[HeldFact], lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Tie facts to the lines that hold their digest, where every value recorded together is still there and shown."""
    by_time: dict[object, list[HeldFact]] = {}
    for fact in facts:
        if fact.value is not None:
            by_time.setdefault(fact.row.recorded_at, []).append(fact)
    tied = []
    for position, line in enumerate(lines):
        together = by_time.get(line.said.at, [])
        values = [(fact.id, fact.row.category, fact.value or "") for fact in together]
        if together and recorded_digest(digest_key, values) in line.opened.side.digests:
            tied.append({"line": position, "facts": sorted(fact.id.hex() for fact in together)})
    return tied
