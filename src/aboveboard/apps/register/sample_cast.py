"""Who and what the sample group consists of: fictional entities, a cast named by function, and the purposes.

The allow-lists follow the catalogue: what may rest on legitimate interest in the capacity, without what needs
a law, a consent or an impact assessment. Oversight and a person's own page reach everything that is held.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from aboveboard.apps.group.queries import LegalEntity
from aboveboard.apps.register.drafts import AssessmentDraft, PurposeDraft
from aboveboard.core.catalogue import catalogue
from aboveboard.core.terms import (
    Capacity,
    CategoryId,
    CountryCode,
    EntityId,
    EntityStanding,
    LawfulBasis,
    PurposeId,
    Role,
)

YEAR = timedelta(days=365)
_DPV = "https://w3id.org/dpv#"
_COMMERCIAL = frozenset({Role.SELLER, Role.HQ_ANALYST})


@dataclass(frozen=True, slots=True)
class Part:
    """One of the cast: named by function, so that nobody is meant."""

    login: str
    name: str
    role: Role
    entity: EntityId
    unit: str
    workplace: CountryCode
    signs: bool = False
    """Whether they have a signing key on record."""


def _part(login: str, role: Role, entity: str, unit: str, country: str, *, signs: bool = False) -> Part:
    name = f"{role.value.replace('-', ' ').capitalize()} ({login})"
    return Part(login, name, role, EntityId(entity), unit, CountryCode(country), signs)


FOUNDERS = (
    _part("signatory-cz", Role.SIGNATORY, "cz", "board", "CZ", signs=True),
    _part("signatory-cz-2", Role.SIGNATORY, "cz", "board", "CZ", signs=True),
)
OFFICER = _part("dpo-cz", Role.DPO, "cz", "data-protection", "CZ")
CAST = (
    # Six in the unit: from five on, a person's page may show pairwise pseudonyms.
    _part("seller-cz", Role.SELLER, "cz", "sales", "CZ", signs=True),
    *(_part(f"seller-cz-{number}", Role.SELLER, "cz", "sales", "CZ") for number in range(2, 7)),
    _part("operator-cz", Role.OPERATOR, "cz", "machines", "CZ"),
    _part("outsider-cz", Role.OUTSIDER, "cz", "works-council", "CZ"),
    _part("seller-de", Role.SELLER, "de", "sales", "DE"),
    _part("seller-jp", Role.SELLER, "jp", "sales", "JP"),
    _part("seller-us", Role.SELLER, "us", "sales", "US"),
    _part("analyst-hq", Role.HQ_ANALYST, "hq", "planning", "IN", signs=True),
)


def entities(day: date) -> tuple[LegalEntity, ...]:
    """Give the five entities, the controller first, with what was told to and agreed with their staff before *day*."""
    return (
        _entity("cz", "Vzorová obchodní s.r.o.", "CZ", day, standing=EntityStanding.CONTROLLER),
        _entity("de", "Muster Regionalzentrale GmbH", "DE", day, works_council=True),
        _entity("jp", "Mihon Hanbai K.K.", "JP", day, scopes=frozenset({"APPI"})),
        _entity("us", "Sample Sales Inc.", "US", day),
        _entity("hq", "Namuna Holdings Ltd", "IN", day),
    )


def purposes(day: date) -> tuple[PurposeDraft, ...]:
    """Give the five purposes; those on legitimate interest come with an assessment, to be reviewed in a year."""
    return (_customers(day), _officials(day), _suppliers(day), *_of_the_law())


def _customers(day: date) -> PurposeDraft:
    return PurposeDraft(
        PurposeId("customer-relationship"),
        LawfulBasis.LEGITIMATE_INTEREST,
        {Capacity.CUSTOMER: _ids("T01 T02 T03 T06 T08 T10 T19 T23 T25 T26 T32 T33 T51 T81 T82 T83 T85 T89 T90 T91")},
        _COMMERCIAL,
        "We keep in touch with the people who buy for our customers.",
        "Udržujeme spojení s lidmi, kteří u našich zákazníků nakupují.",
        f"{_DPV}CustomerRelationshipManagement",
        _assessed("customer-relationship", day),
    )


def _officials(day: date) -> PurposeDraft:
    listed = "T01 T02 T03 T06 T08 T10 T19 T23 T24 T25 T32 T33 T68 T81 T82 T83 T85 T86 T89 T90 T91 T92"
    return PurposeDraft(
        PurposeId("public-affairs"),
        LawfulBasis.LEGITIMATE_INTEREST,
        {Capacity.OFFICIAL: _ids(listed)},
        _COMMERCIAL,
        "We record openly when we meet people in public office, and about what.",
        "Otevřeně zaznamenáváme, kdy a o čem jednáme s lidmi ve veřejných funkcích.",
        "https://w3id.org/aboveboard#PublicAffairs",
        _assessed("public-affairs", day),
    )


def _suppliers(day: date) -> PurposeDraft:
    return PurposeDraft(
        PurposeId("supplier-management"),
        LawfulBasis.LEGITIMATE_INTEREST,
        {Capacity.PARTNER: _ids("T01 T02 T03 T06 T08 T10 T19 T23 T25 T26 T32 T33 T81 T82 T83 T85 T89 T90 T91")},
        _COMMERCIAL,
        "We work with the people who act for our suppliers and partners.",
        "Spolupracujeme s lidmi, kteří jednají za naše dodavatele a partnery.",
        f"{_DPV}VendorManagement",
        _assessed("supplier-management", day),
    )


def _of_the_law() -> tuple[PurposeDraft, PurposeDraft]:
    """Oversight (Art. 39(1)(b)) and the person's own access (Art. 15) reach everything that is held."""
    everything = dict.fromkeys(Capacity, frozenset(catalogue().categories))
    return (
        PurposeDraft(
            PurposeId("data-protection-oversight"),
            LawfulBasis.LEGAL_OBLIGATION,
            everything,
            frozenset({Role.DPO}),
            "Our data protection officer checks that we keep to the law.",
            "Náš pověřenec pro ochranu osobních údajů dohlíží, že dodržujeme právo.",
            f"{_DPV}LegalCompliance",
        ),
        PurposeDraft(
            PurposeId("own-record"),
            LawfulBasis.LEGAL_OBLIGATION,
            everything,
            frozenset({Role.PERSON}),
            "You look at what we hold about you.",
            "Díváte se na to, co o vás vedeme.",
            f"{_DPV}LegalCompliance",
        ),
    )


def _entity(
    entity: str,
    legal_name: str,
    country: str,
    day: date,
    *,
    standing: EntityStanding = EntityStanding.RECIPIENT,
    works_council: bool = False,
    scopes: frozenset[str] = frozenset(),
) -> LegalEntity:
    return LegalEntity(
        id=EntityId(entity),
        legal_name=legal_name,
        country=CountryCode(country),
        standing=standing,
        adequacy_scopes=scopes,
        works_council=works_council,
        staff_notice_on=day - timedelta(days=30),
        consultation_on=day - timedelta(days=20),
        consultation_document=f"sample:consultation-{entity}",
        agreement_on=day - timedelta(days=10) if works_council else None,
        serious_reason="Looks at personal data of people outside must be provable to them.",
    )


def _assessed(purpose: str, day: date) -> AssessmentDraft:
    return AssessmentDraft("lia", day, day + YEAR, f"sample:lia-{purpose}")


def _ids(text: str) -> frozenset[CategoryId]:
    return frozenset(map(CategoryId, text.split()))
