"""Step 5: a proper grant, with opinion and signature: headquarters sees the contact tier, and the phone says so."""

from datetime import UTC, datetime

from django.utils.translation import gettext as _

from aboveboard.apps.accounts.acts import give_opinion, sign_act
from aboveboard.apps.evidence.lines import lines
from aboveboard.apps.gate.asking import ask
from aboveboard.apps.gate.deeds import record
from aboveboard.apps.gate.grants import apply_grant
from aboveboard.apps.vault.actions import NewFact, new_source
from aboveboard.core.policy.retention import retention_class
from aboveboard.core.terms import Capacity, CategoryId, LawfulBasis, Operation, SubjectId, Verdict
from aboveboard.faces.tour.story import ANALYST, CONTACT, OFFICER, PURPOSE, SELLER, SIGNATORIES, Story
from aboveboard.faces.web.saying import country_name, purpose_name

PURCHASES = "T51"


def run(story: Story) -> None:
    """Decide the grant as it should be decided, then look as headquarters."""
    now = datetime.now(UTC)
    act = bytes.fromhex(story.kept["grant"])
    opinion = give_opinion(act=act, in_favour=True, by=story.staff(OFFICER), now=now, reason="Contact tier, 90 days.")
    signed = sign_act(act=act, by=story.signer(SIGNATORIES[0]), now=now)
    apply_grant(act, now=now)
    story.expect(
        opinion.done and signed.done, _("The officer gives an opinion, the Czech signatory signs: granted for 90 days.")
    )
    _record_purchases(story)
    asked = ask(story.question(ANALYST, Operation.CONSULT, (story.person,), (*CONTACT, PURCHASES)))
    seen = sorted({opened.fact.category for opened in asked.opened()})
    story.expect(
        asked.decision.verdict is Verdict.PARTIAL and set(seen) <= set(CONTACT) and bool(seen),
        _("Headquarters sees the contact tier (%(categories)s) and nothing else.") % {"categories": ", ".join(seen)},
    )
    for refusals in asked.decision.outcomes[SubjectId(story.person)].refused.values():
        for refusal in refusals:
            story.explain(refusal, PURCHASES)
    story.settle()
    said = lines(story.person)[-1].said
    story.expect(
        said.entity == "hq" and bool(said.grant),
        _("The phone says so: which entity, from which country, on which grant."),
    )
    words = {"entity": said.entity, "country": country_name(said.country), "purpose": purpose_name(said.purpose)}
    rests_on = {"transfer": said.transfer, "grant": said.grant[:8]}
    story.add(
        _("%(entity)s, %(country)s, %(purpose)s, resting on %(transfer)s and grant %(grant)s") % {**words, **rests_on}
    )


def _record_purchases(story: Story) -> None:
    """Record something the grant does not reach."""
    fact = NewFact(
        category=PURCHASES,
        value="orders in large lots each spring",
        purpose=PURPOSE,
        basis=LawfulBasis.LEGITIMATE_INTEREST.value,
        retention=retention_class(CategoryId(PURCHASES), Capacity.CUSTOMER),
        source=new_source("order book", public=False),
    )
    performed = record(story.question(SELLER, Operation.RECORD, (story.person,), (PURCHASES,)), story.person, [fact])
    story.expect(performed.decision.verdict is Verdict.PERMIT, _("The seller records what they order: admitted."))
