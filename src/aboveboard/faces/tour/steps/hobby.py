"""Step 3: the seller records "hobby: golf"; refused, why, and what can be done."""

from django.utils.translation import gettext as _

from aboveboard.apps.gate.deeds import record
from aboveboard.apps.vault.actions import NewFact, new_source
from aboveboard.apps.vault.queries import categories_held
from aboveboard.core.policy.retention import retention_class
from aboveboard.core.terms import Capacity, CategoryId, LawfulBasis, Operation, Verdict
from aboveboard.faces.tour.story import PURPOSE, SELLER, Story

HOBBY = "T45"


def run(story: Story) -> None:
    """Try, and read the refusal."""
    fact = NewFact(
        category=HOBBY,
        value="golf",
        purpose=PURPOSE,
        basis=LawfulBasis.LEGITIMATE_INTEREST.value,
        retention=retention_class(CategoryId(HOBBY), Capacity.CUSTOMER),
        source=new_source("heard at lunch", public=False),
    )
    performed = record(story.question(SELLER, Operation.RECORD, (story.person,), (HOBBY,)), story.person, [fact])
    story.expect(performed.decision.verdict is Verdict.REFUSE, _("The seller records “hobby: golf”: refused."))
    for refusal in performed.decision.refusals:
        story.explain(refusal, HOBBY)
    story.expect(
        HOBBY not in categories_held(story.person), _("Nothing of it is kept; that it was tried is on record.")
    )
