"""A category of personal data as the catalogue knows it: its rule for each capacity, with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from aboveboard.core.terms import Capacity, CategoryId, LawfulBasis, RetentionClass, RuleSource, Special

CONTACT_TIER = frozenset({CategoryId("T01"), CategoryId("T02"), CategoryId("T03"), CategoryId("T23")})
"""Name, work e-mail, work telephone, function: what a seller sees of their own accounts at once."""


class Letter(StrEnum):
    """What a rule of the catalogue allows a category to rest on."""

    CONTRACT = "CONTRACT"
    LI = "LI"
    CONSENT = "CONSENT"
    EXPLICIT_CONSENT = "EXPLICIT_CONSENT"
    LAW = "LAW"
    PROHIBITED = "PROHIBITED"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    SCANNED = "SCANNED"


class Confidence(StrEnum):
    """How well a duty is known: checked when compiled (V), known but not read again (K), uncertain (U)."""

    VERIFIED = "V"
    KNOWN = "K"
    UNCERTAIN = "U"


class Follows(StrEnum):
    """Whether the capacity of the case decides, or every capacity the person holds, so the strictest."""

    CASE = "case"
    STRICTEST = "strictest"


class Tier(StrEnum):
    """What is shown at once, and what is opened one by one with a purpose."""

    CONTACT = "contact"
    CLOSED = ""


class ConditionKind(StrEnum):
    """Who answers for a condition: the purpose (checked), the record (told at the field), or nobody."""

    PURPOSE = "purpose"
    RECORD = "record"
    NEVER_STORED = "never-stored"


class Anchor(StrEnum):
    """The event a retention term runs from."""

    RELATION_END = "relation_end"
    OFFICE_END = "office_end"
    RECORDED = "recorded"
    EVENT_END = "event_end"
    CASE_END = "case_end"
    WITHDRAWN = "withdrawn"
    NONE = "none"


BASES: Mapping[Letter, frozenset[LawfulBasis]] = {
    Letter.CONTRACT: frozenset({LawfulBasis.CONTRACT, LawfulBasis.LEGAL_OBLIGATION}),
    Letter.LI: frozenset(
        {LawfulBasis.LEGITIMATE_INTEREST, LawfulBasis.CONTRACT, LawfulBasis.LEGAL_OBLIGATION},
    ),
    Letter.CONSENT: frozenset({LawfulBasis.CONSENT, LawfulBasis.LEGAL_OBLIGATION}),
    Letter.EXPLICIT_CONSENT: frozenset({LawfulBasis.CONSENT, LawfulBasis.LEGAL_OBLIGATION}),
    Letter.LAW: frozenset({LawfulBasis.LEGAL_OBLIGATION}),
    Letter.PROHIBITED: frozenset(),
    Letter.NOT_APPLICABLE: frozenset(),
    Letter.SCANNED: frozenset(),
}
"""The bases of Art. 6(1) that satisfy a letter; an order of law satisfies each that allows anything."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A circumstance in which alone a category is allowed."""

    id: str
    kind: ConditionKind
    sentence: str


@dataclass(frozen=True, slots=True)
class RetentionTerm:
    """How long a retention class is kept: an anchor and a term (Art. 5(1)(e))."""

    id: RetentionClass
    anchor: Anchor
    years: int
    months: int
    days: int
    ordered_by_law: bool
    grounds: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """The default rule of one category for one capacity, and where it comes from."""

    category: CategoryId
    capacity: Capacity
    letters: frozenset[Letter]
    bases: frozenset[LawfulBasis]
    condition: Condition | None
    source: RuleSource
    confidence: Confidence
    article: str
    obligation: str
    retention: RetentionClass
    read_in: str
    """The official text and the date on which a rule that was only known was read, or empty."""

    @property
    def prohibited(self) -> bool:
        """Say whether nothing but a lifted house default or an exception of the law opens the category."""
        return Letter.PROHIBITED in self.letters

    @property
    def consent_possible(self) -> bool:
        """Say whether the catalogue lets the category rest on consent in this capacity."""
        return bool(self.letters & {Letter.CONSENT, Letter.EXPLICIT_CONSENT})


@dataclass(frozen=True, slots=True)
class OwnTerm:
    """A term of our own vocabulary and the nearest broader one of W3C DPV-PD."""

    iri: str
    broader: str


@dataclass(frozen=True, slots=True)
class Category:
    """One category of personal data, with its names, its terms in other vocabularies and its rules."""

    id: CategoryId
    name: str
    name_cs: str
    dpv: tuple[str, ...]
    own_terms: tuple[OwnTerm, ...]
    fideslang: str
    special: Special
    tier: Tier
    follows: Follows
    rules: Mapping[Capacity, CategoryRule]

    @property
    def scanned(self) -> bool:
        """Say whether detectors read a value before it may be kept."""
        return any(rule.condition is not None and rule.condition.id == "scanned" for rule in self.rules.values())

    def retention(self, capacity: Capacity) -> RetentionClass:
        """Give the retention class in *capacity*; one facts key is kept for each person and class."""
        return self.rules[capacity].retention


@dataclass(frozen=True, slots=True)
class AdequacyDecision:
    """A decision under Art. 45(3): where, since when, for whom, until when."""

    country: str
    decision: str
    decided_on: date
    scope: str
    """Code an entity must be inside (``DPF``), or empty: the whole country."""
    expires_on: date | None
    """The last day on which it holds."""
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory of ISO 3166-1 with its names, and whether the GDPR is its law."""

    code: str
    alpha3: str
    name: str
    name_cs: str
    in_eea: bool
    warning: str
    """Id of the obligation by which an authority warns of it, or empty."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday of a country: a fixed day, or so many days from Easter Sunday."""

    country: str
    month: int
    day: int
    from_easter: int | None
    name: str


class Status(StrEnum):
    """How a duty is met: by a rule, by a clock, by what is recorded, or by people."""

    AUTOMATED = "automated"
    CLOCKED = "clocked"
    DOCUMENTED = "documented"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Obligation:
    """A duty of law or guidance, how this program meets it, and the test that shows it."""

    id: str
    title: str
    source: str
    status: Status
    rule: str
    test: str
    confidence: Confidence
    read_in: str

    @property
    def may_refuse_as_law(self) -> bool:
        """Say whether the duty was read in an official text, so that a refusal may call itself law."""
        return self.confidence is Confidence.VERIFIED or bool(self.read_in)
