"""What acts about the register say: each draft turns into the body that is signed, and back, checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from aboveboard.apps.group.queries import LegalEntity
from aboveboard.apps.register.models import ASSESSMENT_KINDS, TOOLS
from aboveboard.core.catalogue import catalogue
from aboveboard.core.catalogue.category import ConditionKind
from aboveboard.core.errors import Invalid
from aboveboard.core.terms import (
    Capacity,
    CategoryId,
    CountryCode,
    EntityId,
    EntityStanding,
    LawfulBasis,
    PurposeId,
    Role,
    RuleSource,
    SubjectId,
    TransferTool,
)

SLUG = re.compile(r"[a-z][a-z0-9-]{0,63}")
REFERENCE = re.compile(r"[A-Za-z0-9._:/#-]{1,128}")
IRI = re.compile(r"https://[A-Za-z0-9._/#-]{1,190}")
LEGAL_CLAIMS = "legal-claims"
"""The circumstance under which a restricted record may still be used (Art. 18(2))."""
ID_SIZE = 16
_ENTITY_DAYS = ("staff_notice_on", "consultation_on", "agreement_on")


@dataclass(frozen=True, slots=True)
class AssessmentDraft:
    """An assessment as it goes into an act: its kind, its period, and where the signed document lies."""

    kind: str
    decided_on: date
    review_on: date
    document: str

    def body(self) -> dict[str, Any]:
        """Give the part of the act that speaks of it."""
        return {
            "kind": self.kind,
            "decided_on": self.decided_on.isoformat(),
            "review_on": self.review_on.isoformat(),
            "document": self.document,
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "AssessmentDraft":
        """Read it back, checked."""
        draft = cls(str(body["kind"]), _day(body["decided_on"]), _day(body["review_on"]), str(body["document"]))
        _demand(draft.kind in ASSESSMENT_KINDS, "The kind of an assessment is lia, tia or dpia.")
        _demand(draft.review_on > draft.decided_on, "An assessment is reviewed after it was decided.")
        _demand(REFERENCE.fullmatch(draft.document), "An assessment names its document by a reference without spaces.")
        return draft


@dataclass(frozen=True, slots=True)
class PurposeDraft:
    """A purpose as it goes into an act; the same id again replaces what is registered."""

    id: PurposeId
    basis: LawfulBasis
    allowed: Mapping[Capacity, frozenset[CategoryId]]
    roles: frozenset[Role]
    sentence_en: str
    sentence_cs: str
    dpv: str
    assessment: AssessmentDraft | None = None
    ended_on: date | None = None
    circumstances: frozenset[str] = frozenset()
    compatible_with: frozenset[PurposeId] = frozenset()
    compatibility_test: str = ""
    """Reference of the recorded test of Art. 6(4); needed where facts of another purpose may be used."""

    def body(self) -> dict[str, Any]:
        """Give the body of the act."""
        return {
            "purpose": self.id,
            "basis": self.basis.value,
            "allowed": {capacity.value: sorted(ids) for capacity, ids in self.allowed.items()},
            "roles": sorted(role.value for role in self.roles),
            "sentence_en": self.sentence_en,
            "sentence_cs": self.sentence_cs,
            "dpv": self.dpv,
            "assessment": self.assessment.body() if self.assessment else None,
            "ended_on": self.ended_on.isoformat() if self.ended_on else None,
            "circumstances": sorted(self.circumstances),
            "compatible_with": sorted(self.compatible_with),
            "compatibility_test": self.compatibility_test,
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "PurposeDraft":
        """Read it back, checked.

        Raises:
            Invalid: naming the part that has the wrong form.
        """
        try:
            draft = cls(
                id=PurposeId(str(body["purpose"])),
                basis=LawfulBasis(body["basis"]),
                allowed={Capacity(key): frozenset(map(CategoryId, ids)) for key, ids in body["allowed"].items()},
                roles=frozenset(map(Role, body["roles"])),
                sentence_en=str(body["sentence_en"]),
                sentence_cs=str(body["sentence_cs"]),
                dpv=str(body["dpv"]),
                assessment=AssessmentDraft.of(body["assessment"]) if body["assessment"] else None,
                ended_on=_day(body["ended_on"]) if body["ended_on"] else None,
                # An act from before they could be said says none.
                circumstances=frozenset(map(str, body.get("circumstances", ()))),
                compatible_with=frozenset(PurposeId(str(one)) for one in body.get("compatible_with", ())),
                compatibility_test=str(body.get("compatibility_test", "")),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Invalid("The act's body does not have the form of a purpose.") from None
        draft.check()
        return draft

    def check(self) -> None:
        """Check every part, and that legitimate interest comes with its assessment (Art. 6(1)(f)).

        Raises:
            Invalid: naming the part that has the wrong form.
        """
        _demand(SLUG.fullmatch(self.id), "A purpose's id is made of small letters, digits and hyphens.")
        categories = [category for ids in self.allowed.values() for category in ids]
        known = catalogue().categories
        _demand(all(category in known for category in categories), "A category is not in the catalogue.")
        _demand(self.roles, "A purpose names the roles that may act for it.")
        _demand(IRI.fullmatch(self.dpv), "A purpose names its term by an https address.")
        sentences = (self.sentence_en, self.sentence_cs)
        _demand(
            all(0 < len(sentence.strip()) <= 300 for sentence in sentences),  # noqa: PLR2004 - the column's width
            "A purpose says why in one sentence, in English and in Czech.",
        )
        assessed = self.assessment is not None and self.assessment.kind == "lia"
        _demand(
            self.basis is not LawfulBasis.LEGITIMATE_INTEREST or assessed,
            "Legitimate interest needs its recorded assessment (lia) first.",
        )
        self._check_reach()

    def _check_reach(self) -> None:
        stands_for = {one.id for one in catalogue().conditions.values() if one.kind is ConditionKind.PURPOSE}
        _demand(
            self.circumstances <= stands_for | {LEGAL_CLAIMS},
            "A purpose stands for circumstances that the catalogue knows.",
        )
        others = all(SLUG.fullmatch(one) and one != self.id for one in self.compatible_with)
        _demand(others, "A purpose is compatible with others, each named by its id.")
        _demand(
            not self.compatible_with or REFERENCE.fullmatch(self.compatibility_test),
            "Facts of another purpose are used only after a recorded test (Art. 6(4)); name its document.",
        )


@dataclass(frozen=True, slots=True)
class InstrumentDraft:
    """A transfer instrument as it goes into an act."""

    exporter: EntityId
    importer: EntityId
    tool: TransferTool
    valid_from: date
    valid_until: date
    assessment: AssessmentDraft | None
    subject: SubjectId | None = None
    """The one person a derogation is for (Art. 49); other tools name nobody."""

    def body(self) -> dict[str, Any]:
        """Give the body of the act."""
        return {
            "exporter": self.exporter,
            "importer": self.importer,
            "tool": self.tool.value,
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat(),
            "assessment": self.assessment.body() if self.assessment else None,
            "subject": self.subject.hex() if self.subject else None,
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "InstrumentDraft":
        """Read it back, checked.

        Raises:
            Invalid: naming the part that has the wrong form.
        """
        try:
            draft = cls(
                EntityId(str(body["exporter"])),
                EntityId(str(body["importer"])),
                TransferTool(body["tool"]),
                _day(body["valid_from"]),
                _day(body["valid_until"]),
                AssessmentDraft.of(body["assessment"]) if body["assessment"] else None,
                SubjectId(bytes.fromhex(body["subject"])) if body.get("subject") else None,
            )
        except (KeyError, TypeError, ValueError):
            raise Invalid("The act's body does not have the form of a transfer instrument.") from None
        _demand(
            (draft.tool is TransferTool.DEROGATION) is (draft.subject is not None),
            "A derogation is for one person and names them; other instruments name nobody.",
        )
        _demand(draft.subject is None or len(draft.subject) == ID_SIZE, "A person is named by 32 hexadecimal digits.")
        _demand(draft.tool.value in TOOLS, "An instrument is clauses, binding rules or a derogation.")
        _demand(draft.valid_until >= draft.valid_from, "An instrument ends after it begins.")
        _demand(draft.exporter != draft.importer, "An instrument stands between two entities.")
        kind = draft.assessment.kind if draft.assessment else "tia"
        _demand(kind == "tia", "An instrument's assessment is one of the transfer (tia).")
        return draft


@dataclass(frozen=True, slots=True)
class LiftDraft:
    """A house default to be lifted for one purpose, capacity and category."""

    purpose: PurposeId
    capacity: Capacity
    category: CategoryId

    def body(self) -> dict[str, Any]:
        """Give the body of the act."""
        return {"purpose": self.purpose, "capacity": self.capacity.value, "category": self.category}

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "LiftDraft":
        """Read it back, checked.

        Raises:
            Invalid: when a part has the wrong form.
        """
        try:
            draft = cls(PurposeId(str(body["purpose"])), Capacity(body["capacity"]), CategoryId(str(body["category"])))
        except (KeyError, TypeError, ValueError):
            raise Invalid("The act's body does not have the form of a lifted default.") from None
        _demand(draft.category in catalogue().categories, "A category is not in the catalogue.")
        rule = catalogue().rule(draft.category, draft.capacity)
        _demand(rule.source is not RuleSource.LAW, "This is refused by the law, not by a house default.")
        return draft


def entity_body(entity: LegalEntity) -> dict[str, Any]:
    """Give the body of the act that enters or corrects an entity."""
    days = {name: _iso(getattr(entity, name)) for name in _ENTITY_DAYS}
    return {
        "change": "enter",
        "entity": entity.id,
        "legal_name": entity.legal_name,
        "country": entity.country,
        "standing": entity.standing.value,
        "adequacy_scopes": sorted(entity.adequacy_scopes),
        "works_council": entity.works_council,
        "consultation_document": entity.consultation_document,
        "serious_reason": entity.serious_reason,
        **days,
    }


def live_body(entity: EntityId, on: date) -> dict[str, Any]:
    """Give the body of the act that lets an entity go live."""
    return {"change": "live", "entity": entity, "on": on.isoformat()}


def entity_of(body: Mapping[str, Any]) -> LegalEntity:
    """Read an entity back from an act's body; `group` checks its parts.

    Raises:
        Invalid: when it is not the body of an entity.
    """
    try:
        days = {name: _day(body[name]) if body[name] else None for name in _ENTITY_DAYS}
        return LegalEntity(
            id=EntityId(str(body["entity"])),
            legal_name=str(body["legal_name"]),
            country=CountryCode(str(body["country"])),
            standing=EntityStanding(body["standing"]),
            adequacy_scopes=frozenset(map(str, body["adequacy_scopes"])),
            works_council=bool(body["works_council"]),
            consultation_document=str(body["consultation_document"]),
            serious_reason=str(body["serious_reason"]),
            **days,
        )
    except (KeyError, TypeError, ValueError):
        raise Invalid("The act's body does not have the form of an entity.") from None


def live_day_of(body: Mapping[str, Any]) -> tuple[EntityId, date]:
    """Read back which entity goes live on which day.

    Raises:
        Invalid: when the body does not say so.
    """
    try:
        return EntityId(str(body["entity"])), _day(body["on"])
    except (KeyError, TypeError, ValueError):
        raise Invalid("The act's body does not say which entity goes live on which day.") from None


def _demand(holds: object, sentence: str) -> None:
    if not holds:
        raise Invalid(sentence)


def _day(value: str) -> date:
    return date.fromisoformat(value)


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
