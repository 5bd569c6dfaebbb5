"""What each refusal says to a person at work: what is refused and why, where it comes from, what can be done.

The sentences are constants marked for translation; the faces translate them and fill in the names of category
and purpose. None accuses anybody, and none holds a value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.register import Register
from aboveboard.core.terms import EntityId, RuleSource


def gettext_noop(sentence: str) -> str:
    """Mark *sentence* for translation and give it back as it is."""
    return sentence


_ = gettext_noop

WHY: Mapping[tuple[str, str], str] = {
    ("purpose_registered", "unknown"): _("The purpose is not in the register, so nothing may be done for it."),
    ("purpose_registered", "other-controller"): _("{purpose} is a purpose of another company of the group."),
    ("purpose_registered", "ended"): _("{purpose} is over; its data are no longer used."),
    ("role_may", "operator"): _("Running the system is no task for which personal data are read."),
    ("role_may", "outsider"): _("Auditors and witnesses check the log; personal data are not opened to them."),
    ("role_may", "not-for-role"): _("{purpose} is not a purpose of your role."),
    ("entity_live", "unknown-entity"): _("Your company is not in the register of this group."),
    ("entity_live", "not-live"): _("Your company has not started yet: its staff must first be told and consulted."),
    ("place_not_warned", "warned-place"): _("An authority warns of opening data from this place."),
    ("transfer_allowed", "no-instrument"): _(
        "Your company is in a country outside the EEA without an adequacy decision that covers it, and no"
        " transfer instrument is on record."
    ),
    ("transfer_allowed", "instrument-not-live"): _("The transfer instrument with your company is not in force."),
    ("transfer_allowed", "assessment-missing"): _("Nobody has assessed the law of your country for this transfer yet."),
    ("transfer_allowed", "assessment-overdue"): _("The review of the transfer assessment is overdue."),
    ("transfer_allowed", "derogation-not-for-this"): _(
        "The exception on record is for one transfer about one person, and this is not that transfer."
    ),
    ("transfer_allowed", "place-outside"): _(
        "You are in a country outside the EEA; the group keeps data out of there on journeys too."
    ),
    ("transfer_allowed", "place-unknown"): _("It could not be established from which country you are working."),
    ("grant_held", "no-grant"): _("Your company holds no grant of the controller for {purpose}."),
    ("grant_held", "revoked"): _("The controller has revoked the grant for {purpose}."),
    ("grant_held", "expired"): _("The grant for {purpose} has run out."),
    ("grant_held", "not-yet"): _("The grant for {purpose} has not begun."),
    ("grant_held", "signature-does-not-hold"): _(
        "The grant for {purpose} lacks a valid signature of the controller's own signatory."
    ),
    ("grant_held", "not-in-grant"): _("The grant for {purpose} does not cover {category}."),
    ("grant_held", "reads-only"): _("A grant lets another company read; only the controller's own staff change data."),
    ("grant_held", "no-opinion"): _("The officer's opinion on this grant is missing."),
    ("notice_given", "not-told-at-collection"): _(
        "The person gave these data and has not been told how they are used."
    ),
    ("notice_given", "month-passed"): _("The month for telling this person has passed, so their data are locked."),
    ("notice_given", "before-first-contact"): _("The person must be told with the first contact at the latest."),
    ("notice_given", "contacted-untold"): _("The person has been contacted and has not been told yet."),
    ("notice_given", "before-first-disclosure"): _("The person must be told before another company sees their data."),
    ("notice_given", "exemption-without-code"): _("An exception from telling the person needs its code."),
    ("notice_given", "exemption-does-not-fit"): _(
        "The person gave these data; only someone who knows already need not be told."
    ),
    ("not_restricted", "restricted"): _("The data of this person are restricted while something is examined."),
    ("not_objected", "objected"): _("The person has objected to {purpose}."),
    ("purpose_fits", "recorded-for-another"): _("{category} was recorded for another purpose than {purpose}."),
    ("purpose_fits", "consent-is-for-one"): _("The person consented to another purpose than {purpose}."),
    ("basis_stands", "purpose-gone"): _("The purpose {category} was recorded for is not in the register."),
    ("basis_stands", "other-basis"): _("{category} names another legal basis than its purpose is registered with."),
    ("consent_stands", "missing"): _("There is no consent on record for {category}."),
    ("consent_stands", "withdrawn"): _("The person has withdrawn the consent for {category}."),
    ("consent_free", "official"): _("A public official in office cannot freely consent to {category}."),
    ("interest_assessed", "missing"): _("Nobody has assessed the legitimate interest behind {purpose} yet."),
    ("interest_assessed", "overdue"): _("The review of the assessment behind {purpose} is overdue."),
    ("category_allowed", "capacity-not-served"): _("{purpose} is not a purpose for people in this capacity."),
    ("category_allowed", "unknown-category"): _("This kind of data is not in the catalogue."),
    ("category_allowed", "prohibited"): _("{category} is not kept about people in this capacity."),
    ("category_allowed", "does-not-arise"): _("{category} has no place with people in this capacity."),
    ("category_allowed", "other-basis-needed"): _("{category} needs another legal basis than {purpose} has."),
    ("category_allowed", "other-circumstances"): _(
        "{category} is kept only in circumstances {purpose} does not stand for."
    ),
    ("category_allowed", "never-stored"): _("{category} may be looked at where needed, and is never stored."),
    ("category_allowed", "not-on-list"): _("{category} is not on the list of what {purpose} needs."),
    ("exception_attached", "no-exception"): _("{category} is specially protected and no exception is on record."),
    ("exception_attached", "no-explicit-consent"): _("There is no explicit consent on record that names {category}."),
    ("exception_attached", "explicit-consent-withdrawn"): _(
        "The person has withdrawn the explicit consent for {category}."
    ),
    ("exception_attached", "no-public-source"): _("{category} needs the address of the official source."),
    ("exception_attached", "not-an-official"): _("Only of an elected official is {category} kept as made public."),
    ("exception_attached", "no-claim-named"): _("The legal claim {category} is needed for is not named."),
    ("exception_attached", "made-public-too-wide"): _(
        "That something is known does not mean the person has made {category} public."
    ),
    ("offences_authorised", "no-order-of-law"): _("{category} may be processed only where a law orders it."),
    ("national_id_authorised", "no-order-of-law"): _(
        "{category} may be used only where a law says so, with consent, or to enforce a claim."
    ),
    ("national_id_authorised", "law-not-modelled"): _(
        "The national law on {category} is not built in for this country."
    ),
    ("source_given", "missing"): _("{category} has no source: where does it come from?"),
    ("retention_runs", "time-is-over"): _("The time for keeping {category} is over."),
    ("text_cleared", "waiting"): _("The text may hold something that is not kept; somebody must look at it first."),
    ("own_record_only", "not-own-record"): _("This page opens a person's own record and no other."),
}
"""What is refused and why, by rule and reason."""

WAYS_ON: Mapping[str, str] = {
    "ask-for-consent": _("Ask the person for consent to this one purpose."),
    "ask-for-explicit-consent": _(
        "Ask the person for explicit consent that names this category, for example for one event."
    ),
    "ask-for-grant": _("Propose a grant; the officer gives an opinion and the controller's signatory decides."),
    "ask-for-instrument": _("Ask the signatory to conclude standard clauses and to have the transfer assessed."),
    "ask-officer": _("Ask the data protection officer."),
    "ask-signatory": _("Ask the controller's signatory."),
    "ask-signatory-for-purpose": _("Ask the controller's signatory to register the purpose with its basis."),
    "ask-signatory-to-clear": _("Ask the signatory to read and clear the text, or leave the passage out."),
    "ask-signatory-to-lift": _("If the work truly needs it, ask the signatory; the officer gives an opinion first."),
    "assess-interest": _("Write the assessment down, or renew it, in the register."),
    "assess-transfer": _("Have the transfer assessed, or its assessment renewed."),
    "choose-category": _("Choose the kind of data that fits this person."),
    "choose-purpose": _("Choose the purpose the work is really for."),
    "finish-staff-notice": _("Record the staff notice and the consultation, then start the company in the register."),
    "give-official-source": _("Give the address of the official source."),
    "give-source": _("Say where the data come from: the person, a colleague, a public register, a meeting."),
    "leave-it": _("Leave it out; the work goes on without it."),
    "leave-to-controller": _("Ask a colleague of the controller to record it."),
    "leave-to-staff": _("Ask the staff whose task it is."),
    "name-the-claim": _("Name the legal claim it is needed for."),
    "open-own-page": _("Open the page the link in your own message leads to."),
    "read-from-eea": _("Open it again from a workplace in the EEA."),
    "send-notice": _("Send the notice; the data open as soon as it has gone out."),
    "wait-for-grant": _("Wait until the grant begins."),
    "wait-for-officer": _("Wait until the officer has finished; the person is told before it is lifted."),
}
"""What can be done next, by code."""

SOURCES: Mapping[RuleSource, str] = {
    RuleSource.LAW: _("The law says so: {article}. Nobody here can switch it off."),
    RuleSource.GUIDANCE: _("Authorities advise so: {article}."),
    RuleSource.HOUSE_DEFAULT: _("A default of this group ({article}), stricter than the letter of the law."),
}
"""Where a refusal comes from."""

NOT_MODELLED = _("National law of this unit's country is not built in; EU law and Czech law are.")


@dataclass(frozen=True, slots=True)
class Explained:
    """A refusal in words."""

    why: str
    source: str
    way_on: str


def explain(
    refusal: Refusal, *, category: str, purpose: str, translate: Callable[[str], str] = gettext_noop
) -> Explained:
    """Give the words of *refusal*, with the names of category and purpose filled in, translated by *translate*."""
    return Explained(
        why=translate(WHY[refusal.rule, refusal.reason]).format(category=category, purpose=purpose),
        source=translate(SOURCES[refusal.source]).format(article=refusal.article),
        way_on=translate(WAYS_ON[refusal.way_on]),
    )


def law_is_modelled(register: Register, entity: EntityId) -> bool:
    """Say whether the national law of an entity's country stands beside EU law in these rules."""
    known = register.entities.get(entity)
    return known is not None and known.country in register.modelled
