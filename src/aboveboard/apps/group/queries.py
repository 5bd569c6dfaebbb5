"""What is asked about the group: entities as the rules see them, and what one still lacks before it may go live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aboveboard.apps.group.models import Entity as EntityRow
from aboveboard.core.policy.register import Entity
from aboveboard.core.terms import CountryCode, EntityId, EntityStanding

MODELLED = frozenset({CountryCode("CZ")})
"""Countries whose national rules are modelled beside EU law."""


@dataclass(frozen=True, slots=True)
class LegalEntity:
    """An entity as people see it, with what is on record of notice and consultation."""

    id: EntityId
    legal_name: str
    country: CountryCode
    standing: EntityStanding
    adequacy_scopes: frozenset[str] = frozenset()
    works_council: bool = False
    staff_notice_on: date | None = None
    consultation_on: date | None = None
    consultation_document: str = ""
    agreement_on: date | None = None
    serious_reason: str = ""
    live_on: date | None = None

    @property
    def national_law_modelled(self) -> bool:
        """Whether this program knows the national rules of its country beside EU law."""
        return self.country in MODELLED

    def lacks(self, on: date) -> tuple[str, ...]:
        """Name what is missing for going live on a day; empty: nothing.

        Czech Labour Code ss. 280 and 316(2)-(3); BetrVG s. 87(1) no. 6. For countries whose law is not
        modelled the house asks for notice and consultation all the same.
        """
        missing: list[str] = []
        if self.staff_notice_on is None or self.staff_notice_on > on:
            missing.append("the notice to its staff")
        if self.consultation_on is None or self.consultation_on > on or not self.consultation_document:
            missing.append("the recorded consultation with its document")
        if self.country == "CZ" and not self.serious_reason:
            missing.append("the serious reason in the nature of the work")
        unagreed = self.agreement_on is None or self.agreement_on > on
        if self.country == "DE" and self.works_council and unagreed:
            missing.append("the agreement of its works council")
        return tuple(missing)


def legal_entity(entity: EntityId) -> LegalEntity | None:
    """Give one entity, or None."""
    row = EntityRow.objects.filter(pk=entity).first()
    return None if row is None else _record(row)


def legal_entities() -> Sequence[LegalEntity]:
    """List all entities by id."""
    return tuple(_record(row) for row in EntityRow.objects.order_by("id"))


def entities() -> Mapping[EntityId, Entity]:
    """Give the entities as the rules see them."""
    return {
        record.id: Entity(record.id, record.country, record.standing, record.live_on, record.adequacy_scopes)
        for record in legal_entities()
    }


def _record(row: EntityRow) -> LegalEntity:
    return LegalEntity(
        id=EntityId(row.id),
        legal_name=row.legal_name,
        country=CountryCode(row.country),
        standing=EntityStanding(row.standing),
        adequacy_scopes=frozenset(row.adequacy_scopes),
        works_council=row.works_council,
        staff_notice_on=row.staff_notice_on,
        consultation_on=row.consultation_on,
        consultation_document=row.consultation_document,
        agreement_on=row.agreement_on,
        serious_reason=row.serious_reason,
        live_on=row.live_on,
    )
