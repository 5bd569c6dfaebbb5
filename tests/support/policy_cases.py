"""The table of the rules: from a situation in order, one thing is changed, and exactly that is refused.

Each case names the obligations its rule is there for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from aboveboard.core.policy.decide import RuleSet, weigh
from aboveboard.core.policy.question import ConsentHeld
from aboveboard.core.policy.register import Assessment
from aboveboard.core.terms import (
    Capacity,
    CategoryId,
    EntityId,
    LawfulBasis,
    NoticeExemption,
    NoticeState,
    Operation,
    PurposeId,
    Role,
    RuleSource,
    SpecialException,
)
from tests.support.policy import (
    AT_HEADQUARTERS,
    AT_HOME,
    BIRTH_NUMBER,
    CLUB,
    CUSTOMERS,
    CZ,
    DE,
    DEROGATION,
    DIET,
    EVENT,
    GRANT,
    HOBBY,
    HQ,
    IN_GERMANY,
    INSTRUMENT,
    JP,
    LONG_AGO,
    NOW,
    OFFENCE,
    OFFICIALS,
    ONE_TRANSFER,
    OTHER_SUBJECT,
    OWN_RECORD,
    PARTY,
    PORTRAIT,
    TEXT,
    TODAY,
    US,
    Situation,
    ids,
    in_capacity,
    look,
    place,
)

LAW, GUIDANCE, HOUSE = RuleSource.LAW, RuleSource.GUIDANCE, RuleSource.HOUSE_DEFAULT
OVERDUE = Assessment(date(2025, 1, 1), date(2026, 1, 1))
UNTOLD = {"notice": NoticeState.OWED, "obtained_on": date(2026, 11, 2)}


@dataclass(frozen=True)
class Case:
    """One changed situation, the rule that refuses it, and the obligations the rule is there for."""

    name: str
    obligations: str
    rule: str
    reason: str
    source: RuleSource
    situation: Situation
    also: frozenset[tuple[str, str]] = frozenset()
    """What the same change makes other rules refuse too."""

    def expected(self) -> frozenset[tuple[str, str]]:
        """Give all refusals of the case."""
        return self.also | {(self.rule, self.reason)}

    def comes_out(self, rules: RuleSet) -> bool:
        """Say whether *rules* refuse exactly what the case expects."""
        refusals = weigh(self.situation.question, self.situation.facts, rules)
        return {(refusal.rule, refusal.reason) for refusal in refusals} == self.expected()


def purpose_cases() -> Iterable[Case]:
    """Give what happens when something about the purpose changes."""
    rule, duty = "purpose_registered", "GDPR-5-1-b"
    unknown = AT_HOME.under(purposes={})
    also = frozenset({("basis_stands", "purpose-gone"), ("interest_assessed", "missing")})
    yield Case("a purpose nobody registered", duty, rule, "unknown", LAW, unknown, also)
    foreign = AT_HOME.purpose(controller=DE)
    yield Case("a purpose of another controller", duty, rule, "other-controller", LAW, foreign)
    yield Case("a purpose that is over", duty, rule, "ended", LAW, AT_HOME.purpose(ended_on=TODAY))
    rule = "purpose_fits"
    other = AT_HOME.holding(purpose=OFFICIALS)
    yield Case("a purpose the fact was not recorded for", duty, rule, "recorded-for-another", LAW, other)
    recording = other.purpose(compatible_with=frozenset({OFFICIALS})).asking(operation=Operation.RECORD)
    yield Case("a fact recorded for a purpose it does not name", duty, rule, "recorded-for-another", LAW, recording)
    consented = (
        HOBBY.asking(purpose=CUSTOMERS)
        .purpose(CUSTOMERS, allowed={Capacity.CUSTOMER: ids("T45")})
        .purpose(CUSTOMERS, compatible_with=frozenset({CLUB}))
    )
    yield Case("a consent for another purpose", "GDPR-5-1-b GDPR-7-1", rule, "consent-is-for-one", LAW, consented)


def actor_cases() -> Iterable[Case]:
    """Give what happens when somebody else asks."""
    rule, duty = "role_may", "GDPR-5-1-f"
    yield Case("an operator", duty, rule, "operator", LAW, AT_HOME.by(role=Role.OPERATOR))
    yield Case("an outsider", duty, rule, "outsider", LAW, AT_HOME.by(role=Role.OUTSIDER))
    analyst = AT_HOME.by(role=Role.HQ_ANALYST)
    yield Case("a role the purpose is not for", duty, rule, "not-for-role", LAW, analyst)
    rule, duty = "entity_live", "GDPR-13-1 CZ-262-2006-316 CZ-262-2006-280 DE-BETRVG-87-1-6"
    yield Case("an entity that is not live", duty, rule, "not-live", LAW, AT_HOME.entity(CZ, live_on=None))
    tomorrow = AT_HOME.entity(CZ, live_on=TODAY + timedelta(days=1))
    yield Case("an entity that goes live tomorrow", duty, rule, "not-live", LAW, tomorrow)
    stranger = AT_HOME.by(entity=EntityId("xx"))
    also = frozenset({("grant_held", "no-grant"), ("transfer_allowed", "no-instrument")})
    yield Case("an entity nobody registered", "GDPR-5-1-f", rule, "unknown-entity", LAW, stranger, also)
    rule, duty = "own_record_only", "GDPR-5-1-f"
    others = replace(OWN_RECORD, facts=replace(OWN_RECORD.facts, own_record=False))
    yield Case("somebody else's record", duty, rule, "not-own-record", LAW, others)


def place_cases() -> Iterable[Case]:
    """Give what happens when the reader's country changes."""
    rule, duty, name = "place_not_warned", "NUKIB-2025", "warned-place"
    outside = frozenset({("transfer_allowed", "place-outside")})
    warned = AT_HOME.asking(place=place("CN"))
    yield Case("a place an authority warns of", duty, rule, name, GUIDANCE, warned, outside)
    entity = AT_HEADQUARTERS.entity(HQ, country="HK").asking(place=place("HK"))
    yield Case("an entity in a place an authority warns of", duty, rule, name, GUIDANCE, entity)
    hidden = AT_HOME.asking(place=replace(place("CZ"), network="MO"))
    yield Case("a network an authority warns of", duty, rule, name, GUIDANCE, hidden)
    rule, duty = "transfer_allowed", "GDPR-44"
    none = AT_HEADQUARTERS.under(instruments=())
    yield Case("a third country without an instrument", duty, rule, "no-instrument", LAW, none)
    other = AT_HEADQUARTERS.under(instruments=(replace(INSTRUMENT, importer=JP),))
    yield Case("an instrument with another entity", duty, rule, "no-instrument", LAW, other)
    exporter = AT_HEADQUARTERS.under(instruments=(replace(INSTRUMENT, exporter=DE),))
    yield Case("an instrument of another exporter", duty, rule, "no-instrument", LAW, exporter)
    lapsed = AT_HEADQUARTERS.under(instruments=(replace(INSTRUMENT, valid_until=date(2026, 11, 19)),))
    yield Case("an instrument that has lapsed", duty, rule, "instrument-not-live", LAW, lapsed)
    no_tool = AT_HEADQUARTERS.under(instruments=(replace(INSTRUMENT, tool="adequacy"),))
    yield Case("an instrument that is none", duty, rule, "instrument-not-live", LAW, no_tool)
    unassessed = AT_HEADQUARTERS.under(instruments=(replace(INSTRUMENT, assessment=None),))
    yield Case("an instrument nobody assessed", "GDPR-46", rule, "assessment-missing", LAW, unassessed)
    overdue = AT_HEADQUARTERS.under(instruments=(replace(INSTRUMENT, assessment=OVERDUE),))
    duty = "CJEU-C-311-18 SCC-cl14"
    yield Case("a transfer assessment past its review", duty, rule, "assessment-overdue", LAW, overdue)
    uncertified = IN_GERMANY.by(entity=US).asking(place=place("US")).entity(US, adequacy_scopes=frozenset())
    uncertified = uncertified.under(grants=(replace(GRANT, entity=US, role=Role.SELLER),))
    yield Case("an adequacy decision outside its scope", "GDPR-45 GDPR-44", rule, "no-instrument", LAW, uncertified)
    brexit = uncertified.entity(US, country="GB").asking(place=place("GB"))
    late = datetime(2031, 12, 28, 12, tzinfo=UTC)
    brexit = brexit.asking(asked_at=late).holding(expires_on=None).purpose(assessment=Assessment(LONG_AGO, late.date()))
    brexit = brexit.under(grants=(replace(brexit.facts.register.grants[0], valid_until=late + timedelta(days=1)),))
    yield Case("an adequacy decision that has run out", "GDPR-45 GDPR-44", rule, "no-instrument", LAW, brexit)
    journey = AT_HOME.asking(place=place("TR"))
    yield Case("an employee on a journey outside", "GDPR-44", rule, "place-outside", HOUSE, journey)
    nowhere = AT_HOME.asking(place=place("ZZ"))
    yield Case("a place nobody knows", "GDPR-44", rule, "place-unknown", HOUSE, nowhere)
    duty, name = "GDPR-49", "derogation-not-for-this"
    habit = ONE_TRANSFER.asking(operation=Operation.CONSULT)
    yield Case("a derogation used as a habit", duty, rule, name, GUIDANCE, habit)
    spent = ONE_TRANSFER.under(instruments=(replace(DEROGATION, spent=True),))
    yield Case("a derogation that is spent", duty, rule, name, GUIDANCE, spent)
    another = ONE_TRANSFER.asking(subjects=(OTHER_SUBJECT,))
    yield Case("a derogation for somebody else", duty, rule, name, GUIDANCE, another)


def grant_cases() -> Iterable[Case]:
    """Give what happens when the grant of another entity's reader changes."""
    rule, duty = "grant_held", "GDPR-5-1-f GDPR-25-2 GDPR-29"

    def with_grant(**changes: object) -> Situation:
        return AT_HEADQUARTERS.under(grants=(replace(GRANT, **changes),))

    without = AT_HEADQUARTERS.under(grants=())
    yield Case("another entity without a grant", duty, rule, "no-grant", LAW, without)
    yield Case("a grant to another role", duty, rule, "no-grant", LAW, with_grant(role=Role.SELLER))
    yield Case("a grant to another entity", duty, rule, "no-grant", LAW, with_grant(entity=DE))
    yield Case("a grant for another purpose", duty, rule, "no-grant", LAW, with_grant(purpose=OFFICIALS))
    yield Case("a grant headquarters gave itself", duty, rule, "no-grant", LAW, with_grant(controller=HQ))
    unsigned = with_grant(signatures_hold=False)
    yield Case("a grant the controller did not sign", duty, rule, "signature-does-not-hold", LAW, unsigned)
    yield Case("a grant revoked", duty, rule, "revoked", LAW, with_grant(revoked_at=NOW))
    yield Case("a grant that has run out", duty, rule, "expired", LAW, with_grant(valid_until=NOW))
    later = with_grant(valid_from=NOW + timedelta(seconds=1))
    yield Case("a grant that has not begun", duty, rule, "not-yet", LAW, later)
    outside = with_grant(categories=ids("T02"))
    yield Case("a category outside the grant", duty, rule, "not-in-grant", LAW, outside)
    writing = IN_GERMANY.asking(operation=Operation.RECORD)
    yield Case("another entity that records", duty, rule, "reads-only", LAW, writing)
    silent = with_grant(opinion_given=False)
    yield Case("a grant without the officer's opinion", "GDPR-38-6", rule, "no-opinion", HOUSE, silent)


def notice_cases() -> Iterable[Case]:
    """Give what happens when the person has not been told."""
    rule = "notice_given"
    month = AT_HOME.whose(notice=NoticeState.OWED, obtained_on=date(2026, 10, 19))
    duty = "GDPR-14-3-a CLOCK-1182-71"
    yield Case("the month for telling the person has passed", duty, rule, "month-passed", LAW, month)
    recording = month.asking(operation=Operation.RECORD)
    yield Case("a new fact about someone whose month has passed", duty, rule, "month-passed", LAW, recording)
    owed = AT_HOME.whose(**UNTOLD)
    contact = owed.asking(operation=Operation.USE)
    yield Case("a first contact before the notice", "GDPR-14-3-b", rule, "before-first-contact", LAW, contact)
    contacted = owed.whose(contacted=True)
    yield Case("somebody contacted and not told", "GDPR-14-3-b", rule, "contacted-untold", LAW, contacted)
    german = IN_GERMANY.whose(**UNTOLD)
    yield Case("a first disclosure before the notice", "GDPR-14-3-c", rule, "before-first-disclosure", LAW, german)
    outward = owed.asking(operation=Operation.DISCLOSE)
    yield Case("a disclosure outside before the notice", "GDPR-14-3-c", rule, "before-first-disclosure", LAW, outward)
    direct = owed.whose(collected_directly=True)
    yield Case("data taken from the person without a notice", "GDPR-13-1", rule, "not-told-at-collection", LAW, direct)
    uncoded = AT_HOME.whose(notice=NoticeState.EXEMPT)
    yield Case("an exemption without a code", "GDPR-14-5", rule, "exemption-without-code", LAW, uncoded)
    unfit = uncoded.whose(collected_directly=True, notice_exemption=NoticeExemption.DISPROPORTIONATE)
    yield Case("an exemption Article 13 does not know", "GDPR-13-1", rule, "exemption-does-not-fit", LAW, unfit)


def person_cases() -> Iterable[Case]:
    """Give what happens when the person has asked for something."""
    restricted = AT_HOME.whose(restricted=True)
    yield Case("a restricted person", "GDPR-18", "not_restricted", "restricted", LAW, restricted)
    objected = AT_HOME.whose(objections=frozenset({CUSTOMERS}))
    duty = "GDPR-21-1 GDPR-21-2 GDPR-18"
    yield Case("an objection nobody has overruled", duty, "not_objected", "objected", LAW, objected)
    rule = "consent_stands"
    yield Case("no consent on record", "GDPR-7-1", rule, "missing", LAW, HOBBY.whose(consents=()))
    consent = HOBBY.facts.standing.consents[0]
    withdrawn = HOBBY.whose(consents=(replace(consent, withdrawn_at=NOW),))
    yield Case("a consent withdrawn", "GDPR-7-3", rule, "withdrawn", LAW, withdrawn)
    other = HOBBY.whose(consents=(replace(consent, purpose=EVENT), replace(consent, explicit_for=CategoryId("T50"))))
    yield Case("consents for something else", "GDPR-7-1", rule, "missing", LAW, other)
    later = HOBBY.whose(consents=(replace(consent, given_at=NOW + timedelta(days=1)),))
    yield Case("a consent given later", "GDPR-7-1", rule, "missing", LAW, later)
    official = PORTRAIT.whose(capacities=in_capacity(Capacity.OFFICIAL))
    yield Case("consent of an official", "GDPR-7-4", "consent_free", "official", GUIDANCE, official)
    hobby = HOBBY.whose(capacities=in_capacity(Capacity.CUSTOMER, Capacity.OFFICIAL))
    also = frozenset({("category_allowed", "prohibited")})
    name = "the hobby of a customer who is an official"
    yield Case(name, "GDPR-7-4", "consent_free", "official", GUIDANCE, hobby, also)


def fact_cases() -> Iterable[Case]:
    """Give what happens when something about the fact changes."""
    basis = AT_HOME.holding(basis=LawfulBasis.CONTRACT)
    duty = "GDPR-6-1 GDPR-5-1-a"
    yield Case("a fact without the basis of its purpose", duty, "basis_stands", "other-basis", LAW, basis)
    gone = AT_HOME.holding(purpose=PurposeId("old")).purpose(compatible_with=frozenset({PurposeId("old")}))
    also = frozenset({("interest_assessed", "missing")})
    yield Case("a fact of a purpose that is gone", duty, "basis_stands", "purpose-gone", LAW, gone, also)
    rule, duty = "interest_assessed", "GDPR-6-1-f"
    yield Case("an interest nobody assessed", duty, rule, "missing", LAW, AT_HOME.purpose(assessment=None))
    overdue = AT_HOME.purpose(assessment=OVERDUE)
    yield Case("an assessment past its review", duty, rule, "overdue", LAW, overdue)
    sourceless = AT_HOME.holding(source_given=False)
    yield Case("a fact without a source", "GDPR-14-1", "source_given", "missing", LAW, sourceless)
    over = AT_HOME.holding(expires_on=TODAY)
    yield Case("a fact whose time is over", "GDPR-5-1-e", "retention_runs", "time-is-over", LAW, over)
    waiting = TEXT.cleared(cleared=False)
    duty = "GDPR-9-1 GDPR-5-1-c"
    yield Case("a text in which a detector found something", duty, "text_cleared", "waiting", HOUSE, waiting)


def protected_cases() -> Iterable[Case]:
    """Give what happens when a protected category lacks what the law asks for."""
    rule = "exception_attached"
    bare = DIET.holding(exception=None)
    yield Case("a special category without an exception", "GDPR-9-1", rule, "no-exception", LAW, bare)
    general = DIET.whose(consents=(replace(DIET.facts.standing.consents[0], explicit_for=None),))
    yield Case("a consent that names no category", "GDPR-9-1", rule, "no-explicit-consent", LAW, general)
    consent = DIET.facts.standing.consents[0]
    taken = DIET.whose(consents=(replace(consent, withdrawn_at=NOW),))
    also = frozenset({("consent_stands", "withdrawn")})
    name = "explicit-consent-withdrawn"
    yield Case("an explicit consent withdrawn", "GDPR-7-3 GDPR-9-1", rule, name, LAW, taken, also)
    later = DIET.whose(consents=(replace(consent, given_at=NOW + timedelta(1)), ConsentHeld(EVENT, consent.given_at)))
    yield Case("an explicit consent given later", "GDPR-9-1", rule, "no-explicit-consent", LAW, later)
    hearsay = PARTY.asking(operation=Operation.RECORD).holding(evidence="somebody said so")
    duty = "GDPR-9-2-e GDPR-9-1"
    yield Case("a party without its public source", duty, rule, "no-public-source", LAW, hearsay)
    sourceless = PARTY.holding(evidence="")
    yield Case("a party whose source nobody kept", duty, rule, "no-public-source", LAW, sourceless)
    customer = PARTY.whose(capacities=in_capacity(Capacity.PARTNER)).purpose(
        allowed={Capacity.PARTNER: ids("T68")},
    )
    also = frozenset({("category_allowed", "prohibited")})
    yield Case("the party of a business partner", duty, rule, "not-an-official", LAW, customer, also)
    claim = DIET.holding(exception=SpecialException.LEGAL_CLAIMS)
    yield Case("a claim nobody named", "GDPR-9-1", rule, "no-claim-named", LAW, claim)
    wide = DIET.holding(exception=SpecialException.MADE_PUBLIC, evidence="https://www.psp.cz/")
    yield Case("a diet said to be public", "GDPR-9-2-e", rule, "made-public-too-wide", GUIDANCE, wide)
    by_interest = OFFENCE.purpose(basis=LawfulBasis.CONTRACT).holding(basis=LawfulBasis.CONTRACT)
    also = frozenset({("category_allowed", "other-basis-needed")})
    name = "an offence without an order of law"
    yield Case(name, "GDPR-10", "offences_authorised", "no-order-of-law", LAW, by_interest, also)
    rule, duty = "national_id_authorised", "CZ-133-2000-13c"
    contract = BIRTH_NUMBER.purpose(basis=LawfulBasis.CONTRACT).holding(basis=LawfulBasis.CONTRACT)
    yield Case("a birth number without an order of law", duty, rule, "no-order-of-law", LAW, contract)
    abroad = contract.under(modelled=frozenset())
    yield Case("a national number where the law is not built in", duty, rule, "law-not-modelled", GUIDANCE, abroad)


def category_cases() -> Iterable[Case]:
    """Give what happens when purpose, capacity and catalogue do not go together."""
    rule, duty = "category_allowed", "GDPR-5-1-c CJEU-C-710-23"
    unlisted = AT_HOME.purpose(allowed={Capacity.CUSTOMER: ids("T02")})
    yield Case("a category that is not on the list", duty, rule, "not-on-list", HOUSE, unlisted)
    duty = "GDPR-5-1-c"
    unserved = AT_HOME.whose(capacities=in_capacity(Capacity.PARTNER))
    yield Case("a capacity the purpose does not serve", "GDPR-5-1-b", rule, "capacity-not-served", LAW, unserved)
    early = AT_HOME.whose(capacities=((Capacity.CUSTOMER, TODAY + timedelta(1), None),))
    yield Case("a capacity not held yet", "GDPR-5-1-b", rule, "capacity-not-served", LAW, early)
    strange = look("T99", CUSTOMERS, Capacity.CUSTOMER)
    yield Case("a category nobody knows", duty, rule, "unknown-category", HOUSE, strange)
    children = look("T36", CUSTOMERS, Capacity.CUSTOMER)
    yield Case("the children of a customer", duty, rule, "prohibited", HOUSE, children)
    spouse = look("T38", CUSTOMERS, Capacity.CUSTOMER)
    yield Case("a category refused by default", "CJEU-C-184-20 GDPR-5-1-c", rule, "prohibited", HOUSE, spouse)
    wealth = look("T53", OFFICIALS, Capacity.OFFICIAL)
    yield Case("the wealth of an official", "CZ-159-2006-reg", rule, "prohibited", GUIDANCE, wealth)
    office = look("T24", CUSTOMERS, Capacity.CUSTOMER)
    yield Case("a public office of a mere customer", duty, rule, "does-not-arise", HOUSE, office)
    income = look("T54", CUSTOMERS, Capacity.CUSTOMER)
    yield Case("an income without a credit decision", duty, rule, "other-basis-needed", HOUSE, income)
    portrait = look("T86", CUSTOMERS, Capacity.CUSTOMER)
    yield Case("a portrait without consent", "CZ-89-2012-84", rule, "other-basis-needed", HOUSE, portrait)
    no_event = DIET.purpose(circumstances=frozenset())
    yield Case("a diet without an event", duty, rule, "other-circumstances", HOUSE, no_event)
    stored = OFFENCE.asking(operation=Operation.RECORD)
    yield Case("an offence stored and not only seen", "GDPR-10 GDPR-5-1-c", rule, "never-stored", HOUSE, stored)
    faith = look("T66", CUSTOMERS, Capacity.CUSTOMER)
    also = frozenset({("exception_attached", "no-exception")})
    yield Case("the faith of a customer", "GDPR-9-1", rule, "prohibited", LAW, faith, also)
    consented = replace(faith, question=replace(faith.question, purpose=CLUB)).holding(
        purpose=CLUB, basis=LawfulBasis.CONSENT, exception=SpecialException.EXPLICIT_CONSENT
    )
    consented = consented.whose(
        consents=(ConsentHeld(CLUB, datetime(2026, 2, 1, tzinfo=UTC), None, CategoryId("T66")),)
    )
    yield Case("the faith of a customer who explicitly consents", duty, rule, "prohibited", HOUSE, consented)


CASES = [
    case
    for cases in (
        purpose_cases,
        actor_cases,
        place_cases,
        grant_cases,
        notice_cases,
        person_cases,
        fact_cases,
        protected_cases,
        category_cases,
    )
    for case in cases()
]
