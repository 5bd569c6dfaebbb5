"""The words of the workbench: roles, kinds of act, states, and why a step of an act was refused."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from aboveboard.apps.group.queries import legal_entity
from aboveboard.apps.register.queries import PurposeText, purpose_texts
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.terms import Capacity, EntityId, EntityStanding, Role
from aboveboard.faces.web.citing import cited
from aboveboard.faces.web.components import RefusalText
from aboveboard.faces.web.saying import category_name, purpose_name
from aboveboard.faces.web.wording import day, source_word

Words = Mapping[str, str | Promise]

ROLES: Words = {
    Role.SELLER.value: gettext_lazy("Sellers"),
    Role.SIGNATORY.value: gettext_lazy("Signatories"),
    Role.DPO.value: gettext_lazy("The data protection officer"),
    Role.HQ_ANALYST.value: gettext_lazy("Headquarters analysts"),
    Role.OUTSIDER.value: gettext_lazy("Outsiders"),
    Role.OPERATOR.value: gettext_lazy("Operators"),
    Role.PERSON.value: gettext_lazy("The person concerned"),
}
ROLES_OF_ONE: Words = {
    Role.SELLER.value: gettext_lazy("Seller"),
    Role.SIGNATORY.value: gettext_lazy("Signatory"),
    Role.DPO.value: gettext_lazy("Data protection officer"),
    Role.HQ_ANALYST.value: gettext_lazy("Headquarters analyst"),
    Role.OUTSIDER.value: gettext_lazy("Outsider"),
    Role.OPERATOR.value: gettext_lazy("Operator"),
}
CAPACITIES: Words = {
    Capacity.CUSTOMER.value: gettext_lazy("customers"),
    Capacity.OFFICIAL.value: gettext_lazy("public officials"),
    Capacity.PARTNER.value: gettext_lazy("business partners"),
}
STANDINGS: Words = {
    EntityStanding.CONTROLLER.value: gettext_lazy("the controller: it decides what for and how"),
    EntityStanding.PROCESSOR.value: gettext_lazy("a processor: it works on the controller's instructions"),
    EntityStanding.RECIPIENT.value: gettext_lazy("a recipient: it reads as far as a grant reaches"),
}
KINDS: Words = {
    "grant": gettext_lazy("Grant"),
    "appointment": gettext_lazy("Appointment"),
    "role": gettext_lazy("Change of post"),
    "entity": gettext_lazy("Company of the group"),
    "key": gettext_lazy("Signing key"),
    "log-key": gettext_lazy("Key of the log"),
    "purpose": gettext_lazy("Purpose"),
    "instrument": gettext_lazy("Transfer instrument"),
    "lift-default": gettext_lazy("Lifted house default"),
    "declare-gap": gettext_lazy("Declared gap"),
    "admission": gettext_lazy("Admission out of quarantine"),
    "delay": gettext_lazy("Order to seal looks"),
    "naming": gettext_lazy("Naming of a reader"),
}
STATES: Words = {
    "proposed": gettext_lazy("waits for the officer's opinion"),
    "opined": gettext_lazy("waits for the signatory"),
    "signed": gettext_lazy("signed, not yet in effect"),
    "refused": gettext_lazy("ended without effect"),
    "applied": gettext_lazy("in effect"),
}
GRANT_STATES: Words = {
    "in-force": gettext_lazy("in force"),
    "not-yet": gettext_lazy("not begun"),
    "ended": gettext_lazy("run out"),
    "revoked": gettext_lazy("ended early"),
    "broken": gettext_lazy("its signatures do not hold: it grants nothing"),
}
ORDER_STATES: Words = {
    "proposed": gettext_lazy("not in effect"),
    "standing": gettext_lazy("in effect"),
    "renewed": gettext_lazy("renewed"),
    "ended": gettext_lazy("ended early"),
    "over": gettext_lazy("run out"),
}
DECISIONS: Words = {
    "": gettext_lazy("waits for a signatory"),
    "dropping": gettext_lazy("being dropped"),
    "dropped": gettext_lazy("dropped"),
    "admitting": gettext_lazy("being admitted"),
    "admitted": gettext_lazy("admitted"),
    "expired": gettext_lazy("shredded when its time was over"),
}
STEPS_AND_OPERATIONS: Words = {
    "consult": gettext_lazy("look"),
    "use": gettext_lazy("use"),
    "disclose": gettext_lazy("disclosure"),
    "transfer": gettext_lazy("transfer"),
    "record": gettext_lazy("recording"),
    "restrict": gettext_lazy("restriction"),
    "erase": gettext_lazy("erasure"),
    "inform": gettext_lazy("notice to the person"),
    "cell.founded": gettext_lazy("the cell was founded"),
    "log.witnessing": gettext_lazy("the choice about witnesses was recorded"),
    "range.opened": gettext_lazy("a range opened for an authority"),
    "authority.told": gettext_lazy("evidence made for an authority"),
    "press.told": gettext_lazy("counts made for the press"),
    "key.made": gettext_lazy("signing key made"),
    "key.added": gettext_lazy("signing key on record"),
    "key.retired": gettext_lazy("signing key retired"),
    "act.proposed": gettext_lazy("act proposed"),
    "act.opinion": gettext_lazy("officer's opinion"),
    "act.signed": gettext_lazy("act signed"),
    "act.refused": gettext_lazy("act ended"),
    "act.applied": gettext_lazy("act in effect"),
    "grant.revoked": gettext_lazy("grant ended"),
    "delay.opened": gettext_lazy("sealed look opened"),
    "delay.renewed": gettext_lazy("sealed look renewed"),
    "delay.carried": gettext_lazy("sealed look carried into this log"),
    "delay.ended": gettext_lazy("order to seal ended"),
    "quarantine.dropped": gettext_lazy("column dropped"),
    "quarantine.admitted": gettext_lazy("column admitted"),
    "quarantine.expired": gettext_lazy("quarantine shredded"),
    "entity.entered": gettext_lazy("company entered"),
    "entity.live": gettext_lazy("company went live"),
    "denial.given": gettext_lazy("denial given to a stranger"),
    "naming.asked": gettext_lazy("name of a reader asked for"),
    "naming.decided": gettext_lazy("naming of a reader decided"),
    "staff.named": gettext_lazy("name of a reader shown"),
}
WHY: Mapping[tuple[str, str], str | Promise] = {
    ("proposer_is_staff", "not-appointed"): gettext_lazy("Whoever proposes must be appointed today."),
    ("proposer_is_staff", "outsider"): gettext_lazy("Outsiders check the log; they propose nothing."),
    ("officer_does_not_decide", "officer"): gettext_lazy(
        "The officer advises and watches, and neither proposes nor decides."
    ),
    ("key_on_record", "no-key"): gettext_lazy("A signature counts only with a signing key that is on record."),
    ("two_signatories", "not-signatory"): gettext_lazy("A gap is declared by two signatories of the controller."),
    ("officer_gives_opinion", "not-officer"): gettext_lazy("The opinion is given by the controller's own officer."),
    ("controller_signs", "not-signatory"): gettext_lazy(
        "Only a signatory of the controller decides who reads its data; nobody grants themselves anything."
    ),
    ("controller_signs", "other-entity"): gettext_lazy(
        "This signatory belongs to another company; the controller's own signatory always signs."
    ),
    ("two_people", "own-proposal"): gettext_lazy("Nobody signs what they proposed themselves."),
    ("two_people", "own-cause"): gettext_lazy("Nobody signs where they, or their own company, would gain."),
    ("opinion_first", "no-opinion"): gettext_lazy("The officer's opinion comes before the signature."),
    ("opinion_first", "no-overruling-reason"): gettext_lazy(
        "The officer is against it: whoever signs all the same says why."
    ),
}
WAYS_ON: Words = {
    "ask-signatory": gettext_lazy("Ask a signatory of the controller."),
    "ask-second-signatory": gettext_lazy("Ask another signatory of the controller."),
    "ask-officer": gettext_lazy("Ask the data protection officer for the opinion."),
    "ask-for-key": gettext_lazy("Make a signing key and have it put on record by an act."),
    "give-reason": gettext_lazy("Write the reason down; it stands beside the opinion."),
}


def word_of(words: Words, code: str) -> str:
    """Give the word for a code, or the code itself where there is none."""
    return str(words.get(code, code))


def refusals_in_words(refusals: Iterable[Refusal]) -> tuple[RefusalText, ...]:
    """Say each refused step: what, by which rule, and what can be done."""
    return tuple(_refusal(refusal) for refusal in refusals)


def category_names(ids: Iterable[str]) -> tuple[str, ...]:
    """Give the names of categories in the reader's language."""
    return tuple(category_name(one) for one in ids)


def entity_name(entity: str) -> str:
    """Give the legal name of a company, or its id where nobody entered it."""
    found = legal_entity(EntityId(entity))
    return found.legal_name if found else entity


def purpose_sentence(purpose: str) -> str:
    """Give the one sentence of a purpose, or its id where nobody registered it."""
    known: dict[str, PurposeText] = {text.id: text for text in purpose_texts()}
    return known[purpose].sentence(get_language() or "en") if purpose in known else purpose


def listed(parts: Iterable[str]) -> str:
    """Give a list as it is said: *name, telephone and function*."""
    found = list(parts)
    if len(found) < 2:  # noqa: PLR2004 - one is no list
        return "".join(found)
    return _("%(most)s and %(last)s") % {"most": ", ".join(found[:-1]), "last": found[-1]}


def within_a_sentence(name: str) -> str:
    """Give a name as it stands within a sentence; an abbreviation keeps its capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def grant_sentence(
    *, role: str, entity: str, categories: Iterable[str], purpose: str, valid_from: datetime, valid_until: datetime
) -> str:
    """Say a grant as one sentence: who may read what of whom, what for, from when until when."""
    said = {
        "role": word_of(ROLES, role),
        "entity": entity_name(entity),
        "categories": listed(within_a_sentence(name) for name in category_names(categories)),
        "purpose": purpose_name(purpose),
        "since": day(valid_from),
        # It ends with the end of that day: the moment after belongs to the next one.
        "until": day(valid_until - timedelta(seconds=1)),
    }
    return _("%(role)s of %(entity)s may read %(categories)s for %(purpose)s, from %(since)s until %(until)s.") % said


def _refusal(refusal: Refusal) -> RefusalText:
    known = WHY.get((refusal.rule, refusal.reason))
    return RefusalText(
        source=refusal.source,
        source_word=source_word(refusal.source),
        sentence=str(known) if known else _("A rule refuses this step."),
        can_do=(word_of(WAYS_ON, refusal.way_on),),
        article=cited(refusal.article),
        explanation=_("The rule is called %(rule)s; that it refused stands in the log.") % {"rule": refusal.rule},
    )
