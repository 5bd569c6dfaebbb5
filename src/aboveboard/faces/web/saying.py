"""What the gate answered, in the reader's words: purposes, categories, places, refusals, the trace of a look."""

from collections.abc import Iterable
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from aboveboard.apps.gate.asking import Asked
from aboveboard.apps.gate.performing import Performed
from aboveboard.apps.ledger.confirmed import named
from aboveboard.core.catalogue import catalogue
from aboveboard.core.policy.decision import THE_RECORD, Decision, Refusal
from aboveboard.core.policy.question import Place
from aboveboard.core.policy.texts import Explained, explain
from aboveboard.core.terms import READS, CategoryId, LawfulBasis, Operation, PlaceSource, RuleSource, Verdict
from aboveboard.faces.web import wording
from aboveboard.faces.web.citing import cited
from aboveboard.faces.web.components import RefusalText, TraceBar

PURPOSES = (
    gettext_noop("customer relationship"),
    gettext_noop("public affairs"),
    gettext_noop("supplier management"),
    gettext_noop("data protection oversight"),
    gettext_noop("own record"),
)
"""Names of the sample's purposes; another purpose is called by the words of its id."""
SEVEREST_FIRST = (RuleSource.LAW, RuleSource.GUIDANCE, RuleSource.HOUSE_DEFAULT)


def purpose_name(purpose: str) -> str:
    """Return the short name of a purpose."""
    return _(purpose.replace("-", " "))


def category_name(category: str) -> str:
    """Return the name of a category of personal data; one the catalogue does not know is called by its id."""
    if category == THE_RECORD:
        return _("the record as a whole")
    known = catalogue().categories.get(CategoryId(category))
    if known is None:
        return category
    return known.name_cs if get_language() == "cs" else known.name


def country_name(code: str) -> str:
    """Return the name of a country."""
    return _("an unknown place") if code == "ZZ" else catalogue().country_name(code, get_language() or "en")


def basis_name(basis: str) -> str:
    """Return the name of a lawful basis."""
    return {
        LawfulBasis.CONSENT: _("consent"),
        LawfulBasis.CONTRACT: _("contract"),
        LawfulBasis.LEGAL_OBLIGATION: _("legal obligation"),
        LawfulBasis.VITAL_INTEREST: _("vital interest"),
        LawfulBasis.PUBLIC_TASK: _("public task"),
        LawfulBasis.LEGITIMATE_INTEREST: _("legitimate interest"),
    }[LawfulBasis(basis)]


def established(source: PlaceSource) -> str:
    """Say how a place was established."""
    return {
        PlaceSource.WORKPLACE: _("by workplace"),
        PlaceSource.ENTITY: _("by the company's country"),
        PlaceSource.NETWORK: _("by network"),
        PlaceSource.UNKNOWN: _("could not be established"),
    }[source]


def place_words(place: Place) -> str:
    """Say from where somebody acts, and how that was established."""
    words = {"country": country_name(place.country), "how": established(place.established_by)}
    return _("from %(country)s (%(how)s)") % words


def trace_of(answer: Asked | Performed) -> TraceBar:
    """Say what a committed look or change left behind; a refusal leaves a trace too."""
    question, decision = answer.question, answer.decision
    proof = wording.proof_chip(
        committed_at=question.asked_at, signed=False, witnesses=named(), digest=answer.entry_hash
    )
    purpose, place = purpose_name(question.purpose), place_words(question.place)
    receipt = reverse("desk:receipt", args=[answer.entry_hash.hex()])
    if decision.verdict is Verdict.REFUSE:
        return TraceBar((_refused_words(question.operation), purpose, place), proof, receipt)
    released = {category for outcome in decision.outcomes.values() for category in outcome.released}
    made = wording.trace_bar(look_count=1, category_count=len(released), purpose=purpose, place=place, proof=proof)
    return replace(made, receipt=receipt)


def _refused_words(operation: Operation) -> str:
    if operation in READS:
        return _("1 look, refused: nothing was shown")
    return _("1 change, refused: nothing was stored") if operation is Operation.RECORD else _("1 change, refused")


def explained(refusal: Refusal, *, category: str, purpose: str) -> Explained:
    """Give the words of one refusal in the reader's language; *category* and *purpose* come as names."""
    here = replace(refusal, article=cited(refusal.article))
    return explain(here, category=category, purpose=purpose, translate=_)


def refusal_text(refusal: Refusal, *, category: str, purpose: str, link: tuple[str, str] = ("", "")) -> RefusalText:
    """Say one refusal at the place where it happened; *category* and *purpose* come as names."""
    said = explained(refusal, category=category, purpose=purpose)
    return RefusalText(
        refusal.source,
        wording.source_word(refusal.source),
        _starting_large(said.why),
        _ways_on(refusal, said.way_on),
        cited(refusal.article),
        said.source,
        _whom_to_ask(refusal),
        link,
    )


def refusal_texts(decision: Decision, *, purpose: str, about: str = "") -> tuple[RefusalText, ...]:
    """Say every different refusal of a decision once, the law first; *about* names several categories together."""
    found: dict[Refusal, str] = {}
    for outcome in decision.outcomes.values():
        for category, refusals in outcome.refused.items():
            for refusal in refusals:
                found.setdefault(refusal, about or category_name(category))
    ordered = sorted(found, key=lambda refusal: SEVEREST_FIRST.index(refusal.source))
    return tuple(refusal_text(one, category=found[one], purpose=purpose_name(purpose)) for one in ordered)


def texts_of(refusals: Iterable[Refusal], *, category: str, purpose: str) -> tuple[RefusalText, ...]:
    """Say the refusals of one category, the law first."""
    ordered = sorted(refusals, key=lambda refusal: SEVEREST_FIRST.index(refusal.source))
    named = category_name(category)
    return tuple(refusal_text(one, category=named, purpose=purpose_name(purpose)) for one in ordered)


def _ways_on(refusal: Refusal, way_on: str) -> tuple[str, ...]:
    """Whatever else can be done about a category that is not kept, to leave it out always stands first."""
    if refusal.rule != "category_allowed" or refusal.way_on == "leave-it":
        return (way_on,)
    return (_("Leave it out; the work goes on without it."), way_on)


def _whom_to_ask(refusal: Refusal) -> str:
    if refusal.source is RuleSource.HOUSE_DEFAULT:
        return _("A signatory can lift a default for one purpose after the officer's opinion; both are written down.")
    return _("The data protection officer explains the rule and knows what fits instead.")


def _starting_large(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
