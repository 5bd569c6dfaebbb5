"""The register as the rules see it, and as people read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aboveboard.apps.register.models import Assessment as AssessmentRow
from aboveboard.apps.register.models import Instrument as InstrumentRow
from aboveboard.apps.register.models import Purpose as PurposeRow
from aboveboard.core.policy.register import Assessment, Instrument, Purpose
from aboveboard.core.terms import Capacity, CategoryId, EntityId, LawfulBasis, PurposeId, Role, SubjectId, TransferTool


@dataclass(frozen=True, slots=True)
class PurposeText:
    """A purpose as people read it: the one sentence that says why, and its term."""

    id: PurposeId
    basis: LawfulBasis
    sentence_en: str
    sentence_cs: str
    dpv: str
    ended_on: date | None

    def sentence(self, language: str) -> str:
        """Give the sentence in Czech or else in English."""
        return self.sentence_cs if language == "cs" else self.sentence_en


def purposes() -> Mapping[PurposeId, Purpose]:
    """Give the registered purposes; a lifted default is on the allow-list of its purpose."""
    rows = PurposeRow.objects.select_related("assessment").prefetch_related("lifted")
    return {PurposeId(row.id): _purpose(row) for row in rows}


def instruments() -> Sequence[Instrument]:
    """Give the transfer instruments in the order they were signed."""
    rows = InstrumentRow.objects.select_related("assessment").order_by("id")
    return tuple(
        Instrument(
            exporter=EntityId(row.exporter),
            importer=EntityId(row.importer),
            tool=TransferTool(row.tool),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            assessment=_assessment(row.assessment),
            subject=SubjectId(bytes(row.subject)) if row.subject is not None else None,
            spent=row.spent_at is not None,
        )
        for row in rows
    )


def derogation_for(subject: SubjectId, exporter: EntityId, importer: EntityId, day: date) -> int | None:
    """Give the number of an unused derogation for one person between two companies that is live on a day."""
    rows = InstrumentRow.objects.filter(
        tool=TransferTool.DEROGATION.value, subject=subject, spent_at=None, exporter=exporter, importer=importer
    )
    live = rows.filter(valid_from__lte=day, valid_until__gte=day).order_by("valid_until", "pk")
    return live.values_list("pk", flat=True).first()


def purpose_texts(*, role: Role | None = None, on: date | None = None) -> Sequence[PurposeText]:
    """List purposes for people: those open to a role, and not ended on a day, where asked."""
    return tuple(
        PurposeText(PurposeId(row.id), LawfulBasis(row.basis), row.sentence_en, row.sentence_cs, row.dpv, row.ended_on)
        for row in PurposeRow.objects.order_by("id")
        if (role is None or role.value in row.roles) and (on is None or row.ended_on is None or on < row.ended_on)
    )


def _purpose(row: PurposeRow) -> Purpose:
    lifted: dict[Capacity, set[CategoryId]] = {}
    for default in row.lifted.all():
        lifted.setdefault(Capacity(default.capacity), set()).add(CategoryId(default.category))
    listed = {Capacity(key): frozenset(map(CategoryId, ids)) for key, ids in row.allowed.items()}
    allowed = {key: listed.get(key, frozenset()) | lifted.get(key, set()) for key in {*listed, *lifted}}
    return Purpose(
        id=PurposeId(row.id),
        controller=EntityId(row.controller),
        basis=LawfulBasis(row.basis),
        allowed=allowed,
        roles=frozenset(map(Role, row.roles)),
        assessment=_assessment(row.assessment),
        lifted={capacity: frozenset(ids) for capacity, ids in lifted.items()},
        ended_on=row.ended_on,
        circumstances=frozenset(row.circumstances),
        compatible_with=frozenset(map(PurposeId, row.compatible_with)),
    )


def _assessment(row: AssessmentRow | None) -> Assessment | None:
    return None if row is None else Assessment(row.decided_on, row.review_on)
