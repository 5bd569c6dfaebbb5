"""Step 4: headquarters reads: refused for want of an instrument, then of a grant; it cannot grant itself."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from aboveboard.apps.accounts.acts import give_opinion, propose, sign_act
from aboveboard.apps.accounts.queries import today
from aboveboard.apps.gate.asking import Asked, ask
from aboveboard.apps.gate.grants import KIND, grant_body
from aboveboard.apps.register.actions import apply_instrument
from aboveboard.apps.register.drafts import AssessmentDraft, InstrumentDraft
from aboveboard.core.terms import EntityId, Operation, Role, TransferTool, Verdict
from aboveboard.faces.tour.story import ANALYST, CONTACT, OFFICER, PURPOSE, SIGNATORIES, Story
from aboveboard.faces.web.citing import cited

CONTROLLER, HEADQUARTERS = EntityId("cz"), EntityId("hq")
YEAR = timedelta(days=365)


def run(story: Story) -> None:
    """Ask three times: with nothing, with clauses and assessment, and after trying to grant itself."""
    asked = _look(story)
    rules = {refusal.rule for refusal in asked.decision.refusals}
    story.expect("transfer_allowed" in rules, _("Headquarters reads: refused, there is no transfer instrument."))
    _explain(story, asked)
    _lay_down_clauses(story)
    asked = _look(story)
    rules = {refusal.rule for refusal in asked.decision.refusals}
    story.expect(
        asked.decision.verdict is Verdict.REFUSE and rules == {"grant_held"},
        _("With clauses and assessment: still refused, nobody granted it."),
    )
    _explain(story, asked)
    _grant_itself(story)


def _look(story: Story) -> Asked:
    return ask(story.question(ANALYST, Operation.CONSULT, (story.person,), CONTACT))


def _explain(story: Story, asked: Asked) -> None:
    for refusal in asked.decision.refusals:
        story.explain(refusal, "T01")


def _lay_down_clauses(story: Story) -> None:
    """Register standard clauses with their assessment: proposed, opined on and signed in the Czech unit."""
    now = datetime.now(UTC)
    day = today(now)
    body = InstrumentDraft(
        CONTROLLER,
        HEADQUARTERS,
        TransferTool.CLAUSES,
        day,
        day + YEAR,
        AssessmentDraft("tia", day, day + YEAR, "file:tour/transfer-impact-assessment"),
    ).body()
    first, second = (story.signer(login) for login in SIGNATORIES)
    answer = propose(kind="instrument", body=body, by=first, now=now)
    give_opinion(act=answer.act, in_favour=True, by=story.staff(OFFICER), now=now)
    signed = sign_act(act=answer.act, by=second, now=now)
    apply_instrument(act=answer.act, now=now)
    story.expect(signed.done, _("Standard clauses and a transfer impact assessment are signed in the Czech unit."))


def _grant_itself(story: Story) -> None:
    now = datetime.now(UTC)
    analyst = story.signer(ANALYST)
    body = grant_body(
        controller=CONTROLLER,
        entity=HEADQUARTERS,
        role=Role.HQ_ANALYST,
        purpose=PURPOSE,
        categories=CONTACT,
        valid_from=now,
        valid_until=now + timedelta(days=90),
    )
    answer = propose(kind=KIND, body=body, by=analyst, now=now)
    story.kept["grant"] = answer.act.hex()
    signed = sign_act(act=answer.act, by=analyst, now=now)
    story.expect(not signed.done, _("Headquarters tries to grant itself: refused."))
    for refusal in signed.refusals:
        story.add(f"{refusal.rule}: {refusal.reason} ({cited(refusal.article)})")
    story.expect(_look(story).decision.verdict is Verdict.REFUSE, _("It still sees nothing."))
