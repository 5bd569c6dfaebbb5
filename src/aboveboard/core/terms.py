"""The words of the law as enums, each with its article and, where W3C DPV 2.3 has one, its IRI."""

from enum import StrEnum
from typing import NewType, Self

SubjectId = NewType("SubjectId", bytes)
"""A person by opaque id: 16 random bytes."""
StaffId = NewType("StaffId", bytes)
"""An employee by opaque id: 16 random bytes."""
EntityId = NewType("EntityId", str)
"""A legal entity of the group, by short lower-case name (``cz``)."""
PurposeId = NewType("PurposeId", str)
"""A registered purpose, by slug (``customer-relationship``)."""
CategoryId = NewType("CategoryId", str)
"""A category of personal data: ``T01`` to ``T98`` of the catalogue."""
CountryCode = NewType("CountryCode", str)
"""ISO 3166-1 alpha-2; ``ZZ`` where it could not be established."""
GrantId = NewType("GrantId", bytes)
"""A grant: 16 random bytes."""
RetentionClass = NewType("RetentionClass", str)
"""A retention class of the catalogue (``relation-3y``); one facts key a person and class."""

UNKNOWN_COUNTRY = CountryCode("ZZ")


class Term(StrEnum):
    """A word of the law: its stable value, the article it stands in, its DPV IRI or an empty string."""

    article: str
    dpv: str

    def __new__(cls, value: str, article: str = "", dpv: str = "") -> Self:
        """Make the member from value, article and IRI."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.article = article
        member.dpv = dpv
        return member

    # A term equals its text, so it must hash like it; it is also twice as fast to look up.
    __hash__ = str.__hash__


class Operation(Term):
    """What is done with personal data (Art. 4(2))."""

    RECORD = "record", "Art. 4(2)", "https://w3id.org/dpv#Record"
    CONSULT = "consult", "Art. 4(2)", "https://w3id.org/dpv#Consult"
    USE = "use", "Art. 4(2)", "https://w3id.org/dpv#Use"
    DISCLOSE = "disclose", "Art. 4(2)", "https://w3id.org/dpv#Disclose"
    TRANSFER = "transfer", "Art. 44", "https://w3id.org/dpv#Transfer"
    RESTRICT = "restrict", "Art. 18", "https://w3id.org/dpv#Restrict"
    ERASE = "erase", "Art. 17", "https://w3id.org/dpv#Erase"
    INFORM = "inform", "Arts 13, 14"


READS = frozenset({Operation.CONSULT, Operation.USE, Operation.DISCLOSE, Operation.TRANSFER})
"""Operations that release values to somebody."""


class LawfulBasis(Term):
    """The six bases of Art. 6(1)."""

    CONSENT = "consent", "Art. 6(1)(a)", "https://w3id.org/dpv/legal/eu/gdpr#A6-1-a"
    CONTRACT = "contract", "Art. 6(1)(b)", "https://w3id.org/dpv/legal/eu/gdpr#A6-1-b"
    LEGAL_OBLIGATION = "legal-obligation", "Art. 6(1)(c)", "https://w3id.org/dpv/legal/eu/gdpr#A6-1-c"
    VITAL_INTEREST = "vital-interest", "Art. 6(1)(d)", "https://w3id.org/dpv/legal/eu/gdpr#A6-1-d"
    PUBLIC_TASK = "public-task", "Art. 6(1)(e)", "https://w3id.org/dpv/legal/eu/gdpr#A6-1-e"
    LEGITIMATE_INTEREST = "legitimate-interest", "Art. 6(1)(f)", "https://w3id.org/dpv/legal/eu/gdpr#A6-1-f"


class SpecialException(Term):
    """The exceptions of Art. 9(2) this product can hold evidence for."""

    EXPLICIT_CONSENT = "explicit-consent", "Art. 9(2)(a)", "https://w3id.org/dpv/legal/eu/gdpr#A9-2-a"
    MADE_PUBLIC = "made-public", "Art. 9(2)(e)", "https://w3id.org/dpv/legal/eu/gdpr#A9-2-e"
    LEGAL_CLAIMS = "legal-claims", "Art. 9(2)(f)", "https://w3id.org/dpv/legal/eu/gdpr#A9-2-f"


class Capacity(Term):
    """In what capacity the group knows a person; one person can hold several, each dated."""

    CUSTOMER = "customer", "", "https://w3id.org/dpv#Customer"
    OFFICIAL = "official", "", "https://w3id.org/aboveboard#PublicOfficial"
    PARTNER = "partner", "", "https://w3id.org/aboveboard#BusinessPartner"


class Special(Term):
    """Whether a category is special (Art. 9), about offences (Art. 10), or treated strictly for another reason."""

    NONE = "none"
    ART_9 = "art-9", "Art. 9(1)"
    NEAR_ART_9 = "near-art-9", "Art. 9(1); C-184/20"
    ART_10 = "art-10", "Art. 10"
    NEAR_ART_10 = "near-art-10", "Art. 10"
    NATIONAL_ID = "national-id", "Art. 87"
    CHILD = "child", "Recital 38"
    HIGH_RISK = "high-risk", "Art. 35"


class RuleSource(Term):
    """Where a refusal comes from; a refusal of the law can never be configured away."""

    LAW = "law"
    GUIDANCE = "guidance"
    HOUSE_DEFAULT = "house-default"


class Role(Term):
    """What a staff member, or the person concerned, may be towards the vault."""

    SELLER = "seller"
    SIGNATORY = "signatory"
    DPO = "data-protection-officer", "Arts 37-39", "https://w3id.org/dpv#DataProtectionOfficer"
    HQ_ANALYST = "headquarters-analyst"
    OUTSIDER = "outsider"
    OPERATOR = "operator"
    PERSON = "person-concerned", "Art. 4(1)", "https://w3id.org/dpv#DataSubject"


class TransferTool(Term):
    """What a transfer to a third country rests on (Arts 44-49)."""

    WITHIN_EEA = "within-eea", "Art. 44"
    ADEQUACY = "adequacy", "Art. 45(3)", "https://w3id.org/dpv/legal/eu/gdpr#A45-3"
    CLAUSES = "standard-clauses", "Art. 46(2)(c)", "https://w3id.org/dpv/legal/eu/gdpr#A46-2-c"
    BINDING_RULES = "binding-corporate-rules", "Art. 46(2)(b)", "https://w3id.org/dpv/legal/eu/gdpr#A46-2-b"
    DEROGATION = "derogation", "Art. 49(1)", "https://w3id.org/dpv/legal/eu/gdpr#A49-1-a"


class EntityStanding(Term):
    """What a legal entity of the group is towards a cell's data (Arts 4(7)-(9), 26, 28)."""

    CONTROLLER = "controller", "Art. 4(7)", "https://w3id.org/dpv#DataController"
    PROCESSOR = "processor", "Art. 28", "https://w3id.org/dpv#DataProcessor"
    RECIPIENT = "recipient", "Art. 4(9)", "https://w3id.org/dpv#Recipient"


class NoticeState(Term):
    """Whether the person has been told (Arts 13-14)."""

    INFORMED = "informed", "Arts 13, 14"
    OWED = "owed", "Art. 14(3)"
    EXEMPT = "exempt", "Art. 14(5)"


class NoticeExemption(Term):
    """The coded reasons of Art. 14(5)."""

    ALREADY_INFORMED = "14-5-a", "Art. 14(5)(a)"
    DISPROPORTIONATE = "14-5-b", "Art. 14(5)(b)"
    LAID_DOWN_BY_LAW = "14-5-c", "Art. 14(5)(c)"
    PROFESSIONAL_SECRECY = "14-5-d", "Art. 14(5)(d)"


class Fate(StrEnum):
    """What becomes of a value at import."""

    ADMITTED = "admitted"
    QUARANTINED = "quarantined"
    DROPPED = "dropped"
    FAILED = "failed"


class Verdict(StrEnum):
    """Yes, in part, or no."""

    PERMIT = "permit"
    PARTIAL = "partial"
    REFUSE = "refuse"


class PlaceSource(StrEnum):
    """How the place of an act was established; the strictest of all known ones counts."""

    WORKPLACE = "workplace"
    ENTITY = "entity"
    NETWORK = "network"
    UNKNOWN = "unknown"
