"""Whether another entity's reader holds leave of the controller (GDPR Arts 25(2), 29): one look, one grant."""

from datetime import datetime

from aboveboard.core.policy.question import Question
from aboveboard.core.policy.register import Grant, Register

NO_GRANT = "no-grant"


def needs_grant(question: Question, register: Register) -> bool:
    """Say whether the reader belongs to another entity than the controller."""
    return question.actor.entity != register.controller


def grant_for(question: Question, register: Register) -> Grant | str:
    """Give the live grant that covers most of what is asked, or the code of what is lacking.

    One look rests on one grant, so that its entry can name it; what that grant leaves out is refused.
    """
    named = [grant for grant in register.grants if _names(grant, question, register)]
    if not named:
        return NO_GRANT
    live = [grant for grant in named if not flaw(grant, question.asked_at)]
    if live:
        return min(live, key=lambda grant: (-len(grant.categories & question.categories), grant.id))
    return flaw(max(named, key=lambda grant: (grant.valid_from, grant.id)), question.asked_at)


def flaw(grant: Grant, at: datetime) -> str:
    """Give the code of why a grant does not hold at that moment, or an empty text."""
    if not grant.signatures_hold:
        return "signature-does-not-hold"
    if not grant.opinion_given:
        return "no-opinion"
    if grant.revoked_at is not None and grant.revoked_at <= at:
        return "revoked"
    if at < grant.valid_from:
        return "not-yet"
    return "expired" if at >= grant.valid_until else ""


def _names(grant: Grant, question: Question, register: Register) -> bool:
    actor = question.actor
    return (
        grant.controller == register.controller
        and grant.entity == actor.entity
        and grant.role is actor.role
        and grant.purpose == question.purpose
    )
