"""The cast of the rules: the demo group's entities, a few purposes, and situations in which everything is in order.

A seller in the Czech unit (the controller), one in the German unit, an analyst at headquarters in a country without
an adequacy decision, a data protection officer, an operator, an outsider, and the person concerned.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from aboveboard.core.policy.question import Actor, ConsentHeld, FactHeld, Facts, Place, Question, Standing
from aboveboard.core.policy.register import Assessment, Entity, Grant, Instrument, Purpose, Register
from aboveboard.core.terms import (
    Capacity,
    CategoryId,
    CountryCode,
    EntityId,
    EntityStanding,
    GrantId,
    LawfulBasis,
    NoticeState,
    Operation,
    PlaceSource,
    PurposeId,
    Role,
    SpecialException,
    StaffId,
    SubjectId,
    TransferTool,
)

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""A Friday morning."""
TODAY = NOW.date()
LONG_AGO = date(2026, 1, 5)
NEXT_YEAR = date(2027, 6, 30)
SUBJECT = SubjectId(b"person-concerned")
OTHER_SUBJECT = SubjectId(b"somebody--else--")
STAFF = StaffId(b"a-staff-member--")
CZ, DE, JP, US, HQ = (EntityId(name) for name in ("cz", "de", "jp", "us", "hq"))
ASSESSED = Assessment(LONG_AGO, NEXT_YEAR)
CUSTOMERS = PurposeId("customer-relationship")
OFFICIALS = PurposeId("public-affairs")
CLUB = PurposeId("customer-club")
EVENT = PurposeId("autumn-event")
PORTRAITS = PurposeId("speaker-portraits")
LEGAL_CHECK = PurposeId("checks-by-law")
BUSINESS = frozenset({Role.SELLER, Role.SIGNATORY, Role.DPO})


def ids(*names: str) -> frozenset[CategoryId]:
    """Give category ids."""
    return frozenset(CategoryId(name) for name in names)


def entity(name: EntityId, country: str, standing: EntityStanding, *scopes: str) -> Entity:
    """Give a live entity."""
    return Entity(name, CountryCode(country), standing, LONG_AGO, frozenset(scopes))


ENTITIES = {
    CZ: entity(CZ, "CZ", EntityStanding.CONTROLLER),
    DE: entity(DE, "DE", EntityStanding.RECIPIENT),
    JP: entity(JP, "JP", EntityStanding.RECIPIENT, "APPI"),
    US: entity(US, "US", EntityStanding.RECIPIENT, "DPF"),
    HQ: entity(HQ, "TR", EntityStanding.RECIPIENT),
}
PURPOSES = {
    purpose.id: purpose
    for purpose in (
        Purpose(
            CUSTOMERS,
            CZ,
            LawfulBasis.LEGITIMATE_INTEREST,
            {Capacity.CUSTOMER: ids("T01", "T02", "T03", "T23", "T32", "T36", "T54", "T91")},
            BUSINESS,
            ASSESSED,
        ),
        Purpose(
            OFFICIALS,
            CZ,
            LawfulBasis.LEGITIMATE_INTEREST,
            {Capacity.OFFICIAL: ids("T01", "T02", "T23", "T24", "T53", "T68")},
            BUSINESS,
            ASSESSED,
        ),
        Purpose(CLUB, CZ, LawfulBasis.CONSENT, {Capacity.CUSTOMER: ids("T45", "T50", "T86")}, BUSINESS),
        Purpose(
            EVENT,
            CZ,
            LawfulBasis.CONSENT,
            {capacity: ids("T47", "T48", "T63") for capacity in Capacity},
            BUSINESS,
            circumstances=frozenset({"event"}),
        ),
        Purpose(
            PORTRAITS,
            CZ,
            LawfulBasis.CONSENT,
            {Capacity.PARTNER: ids("T86"), Capacity.OFFICIAL: ids("T86")},
            BUSINESS,
            lifted={Capacity.OFFICIAL: ids("T86")},
        ),
        Purpose(
            LEGAL_CHECK,
            CZ,
            LawfulBasis.LEGAL_OBLIGATION,
            {Capacity.PARTNER: ids("T15", "T74", "T75"), Capacity.CUSTOMER: ids("T15")},
            BUSINESS,
            lifted={Capacity.PARTNER: ids("T15"), Capacity.CUSTOMER: ids("T15")},
            circumstances=frozenset({"screening"}),
        ),
    )
}
INSTRUMENT = Instrument(CZ, HQ, TransferTool.CLAUSES, LONG_AGO, NEXT_YEAR, ASSESSED)
GRANT = Grant(
    GrantId(b"grant-to-hq-0001"),
    CZ,
    HQ,
    Role.HQ_ANALYST,
    CUSTOMERS,
    ids("T01", "T02", "T03", "T23"),
    datetime(2026, 11, 1, tzinfo=UTC),
    datetime(2026, 12, 1, tzinfo=UTC),
    signatures_hold=True,
    opinion_given=True,
)
GERMAN_GRANT = replace(GRANT, id=GrantId(b"grant-to-de-0001"), entity=DE, role=Role.SELLER)
REGISTER = Register(CZ, PURPOSES, ENTITIES, (INSTRUMENT,), (GRANT, GERMAN_GRANT))


def place(country: str) -> Place:
    """Give a place of which workplace and network agree."""
    code = CountryCode(country)
    return Place(code, PlaceSource.WORKPLACE, code, code)


@dataclass(frozen=True)
class Situation:
    """A question and the facts of one category; each method gives the same situation with one thing changed."""

    question: Question
    facts: Facts

    def asking(self, **changes: Any) -> "Situation":
        """Change the question."""
        return replace(self, question=replace(self.question, **changes))

    def by(self, **changes: Any) -> "Situation":
        """Change who asks."""
        return self.asking(actor=replace(self.question.actor, **changes))

    def holding(self, **changes: Any) -> "Situation":
        """Change the fact."""
        return replace(self, facts=replace(self.facts, fact=replace(self.facts.fact, **changes)))

    def whose(self, **changes: Any) -> "Situation":
        """Change what holds for the person."""
        return replace(self, facts=replace(self.facts, standing=replace(self.facts.standing, **changes)))

    def under(self, **changes: Any) -> "Situation":
        """Change the register."""
        return replace(self, facts=replace(self.facts, register=replace(self.facts.register, **changes)))

    def purpose(self, name: PurposeId | None = None, **changes: Any) -> "Situation":
        """Change a registered purpose: the one asked for, or the one named."""
        known = self.facts.register.purposes
        name = name or self.question.purpose
        return self.under(purposes={**known, name: replace(known[name], **changes)})

    def entity(self, name: EntityId, **changes: Any) -> "Situation":
        """Change a legal entity."""
        known = self.facts.register.entities
        return self.under(entities={**known, name: replace(known[name], **changes)})

    def cleared(self, *, cleared: bool) -> "Situation":
        """Change whether a human has cleared the text."""
        return replace(self, facts=replace(self.facts, cleared=cleared))


def in_capacity(*capacities: Capacity) -> tuple[tuple[Capacity, date, date | None], ...]:
    """Give capacities held since long ago and still."""
    return tuple((capacity, LONG_AGO, None) for capacity in capacities)


def look(category: str, purpose: PurposeId, capacity: Capacity, **fact: Any) -> Situation:
    """Give a look of a Czech seller at one category of an informed person, with everything in order."""
    category_id = CategoryId(category)
    question = Question(
        Actor(STAFF, Role.SELLER, CZ),
        Operation.CONSULT,
        (SUBJECT,),
        frozenset({category_id}),
        purpose,
        place("CZ"),
        NOW,
    )
    given = datetime(2026, 2, 1, tzinfo=UTC)
    consents = (ConsentHeld(purpose, given, explicit_for=category_id),) if purpose in {CLUB, EVENT, PORTRAITS} else ()
    standing = Standing(in_capacity(capacity), NoticeState.INFORMED, None, LONG_AGO, consents=consents)
    held = FactHeld(category_id, purpose, PURPOSES[purpose].basis, source_given=True, **fact)
    return Situation(question, Facts(REGISTER, standing, held))


AT_HOME = look("T01", CUSTOMERS, Capacity.CUSTOMER, expires_on=NEXT_YEAR)
"""A seller looks at the name of their own customer."""
OF_OFFICIAL = look("T01", OFFICIALS, Capacity.OFFICIAL)
PARTY = look(
    "T68",
    OFFICIALS,
    Capacity.OFFICIAL,
    exception=SpecialException.MADE_PUBLIC,
    evidence="https://www.psp.cz/",
)
HOBBY = look("T45", CLUB, Capacity.CUSTOMER)
DIET = look("T48", EVENT, Capacity.CUSTOMER, exception=SpecialException.EXPLICIT_CONSENT)
PORTRAIT = look("T86", PORTRAITS, Capacity.PARTNER)
BIRTH_NUMBER = look("T15", LEGAL_CHECK, Capacity.PARTNER)
OFFENCE = look("T74", LEGAL_CHECK, Capacity.PARTNER)
TEXT = look("T91", CUSTOMERS, Capacity.CUSTOMER)
AT_HEADQUARTERS = AT_HOME.by(role=Role.HQ_ANALYST, entity=HQ).asking(place=place("TR"))
"""An analyst at headquarters looks, with clauses, assessment and grant in order."""
IN_GERMANY = AT_HOME.by(entity=DE).asking(place=place("DE"))
DEROGATION = Instrument(CZ, HQ, TransferTool.DEROGATION, LONG_AGO, NEXT_YEAR, None, subject=SUBJECT)
ONE_TRANSFER = AT_HEADQUARTERS.asking(operation=Operation.TRANSFER).under(instruments=(DEROGATION,))
OWN_RECORD = replace(
    AT_HOME.by(staff=None, role=Role.PERSON).asking(purpose=PurposeId("own-record")),
    facts=replace(AT_HOME.facts, own_record=True),
)
IN_ORDER = {
    "a seller at home": AT_HOME,
    "a seller and an official": OF_OFFICIAL,
    "the party of an official": PARTY,
    "a hobby by consent": HOBBY,
    "a diet for an event": DIET,
    "a portrait by consent": PORTRAIT,
    "a birth number by law": BIRTH_NUMBER,
    "an offence by law": OFFENCE,
    "a cleared text": TEXT,
    "headquarters with clauses and grant": AT_HEADQUARTERS,
    "the German unit with a grant": IN_GERMANY,
    "one transfer by derogation": ONE_TRANSFER,
    "the person on their own record": OWN_RECORD,
}
"""Situations in which nothing is refused."""
