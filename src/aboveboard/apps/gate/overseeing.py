"""Overseeing the log: what the officer takes out of it about no one person is decided and committed like a look.

The rules that look at nothing but the question are asked (purpose, role, entity, place, transfer); the entry says what
was asked, under which rules, and yes or no (GDPR Arts 5(2), 31, 39(1)(d)-(e), 58(1)).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aboveboard.apps.gate.snapshot import Snapshot, snapshot
from aboveboard.apps.ledger.actions import GOVERNED, append_if
from aboveboard.apps.ledger.outage import said_as_unavailable
from aboveboard.core.entries import Entry, EntryKind
from aboveboard.core.errors import Conflict, Denied
from aboveboard.core.policy.decide import THE_RULES, rule_set_hash
from aboveboard.core.policy.decision import THE_RECORD, Refusal
from aboveboard.core.policy.question import Actor, FactHeld, Facts, Place, Question, Standing
from aboveboard.core.policy.rule import Looks
from aboveboard.core.terms import LawfulBasis, NoticeState, Operation, PurposeId, Role, Verdict

MOST_TRIES = 8
RANGE_OPENED, AUTHORITY_TOLD, PRESS_TOLD = "range.opened", "authority.told", "press.told"
OVERSEEING = frozenset({RANGE_OPENED, AUTHORITY_TOLD, PRESS_TOLD, "denial.given"})
"""Steps that change nothing a decision depends on."""


@dataclass(frozen=True, slots=True)
class Overseen:
    """The answer, committed: every refusal (none means yes), and the hash of the entry."""

    question: Question
    refusals: tuple[Refusal, ...]
    entry_hash: bytes

    @property
    def allowed(self) -> bool:
        """Whether nothing was refused."""
        return not self.refusals


@said_as_unavailable()
def oversee(
    step: str, asked: Mapping[str, Any], *, actor: Actor, purpose: PurposeId, place: Place, now: datetime
) -> Overseen:
    """Decide whether the officer may take *asked* out of the log, and commit the verdict as the *step* it is.

    Raises:
        Denied: for any other role.
        LedgerUnavailable: when the verdict cannot be committed; nothing may be handed out then.
        Conflict: when the rules change faster than they can be asked.
    """
    if actor.role is not Role.DPO:
        raise Denied("What is taken out of the log for others is made by the data protection officer.")
    question = Question(actor, Operation.DISCLOSE, (), frozenset(), purpose, place, now)
    for _ in range(MOST_TRIES):
        current = snapshot(now=now)
        refusals = _refusals(question, current)
        entry_hash = append_if(_entry(step, asked, question, refusals), GOVERNED, [current.version])
        if entry_hash is not None:
            return Overseen(question, refusals, entry_hash)
    raise Conflict("The rules changed again and again while this was asked for; try once more.")


def _refusals(question: Question, current: Snapshot) -> tuple[Refusal, ...]:
    """Ask the rules that look at the question alone; what stands here for person and fact they do not see."""
    nobody = Standing((), NoticeState.INFORMED, None, question.asked_at.astimezone(UTC).date())
    nothing = FactHeld(THE_RECORD, question.purpose, LawfulBasis.LEGAL_OBLIGATION, source_given=True)
    facts = Facts(current.register, nobody, nothing)
    checks = THE_RULES.plan(question)[Looks.QUESTION]
    return tuple(refusal for check in checks if (refusal := check(question, facts)) is not None)


def _entry(step: str, asked: Mapping[str, Any], question: Question, refusals: tuple[Refusal, ...]) -> Entry:
    return Entry(
        kind=EntryKind.GOVERNANCE,
        at=question.asked_at,
        operation=step,
        actor=question.actor.staff or b"",
        role=question.actor.role.value,
        entity=question.actor.entity,
        country=question.place.country,
        established=question.place.established_by.value,
        purpose=question.purpose,
        verdict=(Verdict.REFUSE if refusals else Verdict.PERMIT).value,
        rules=rule_set_hash().hex(),
        refusals=tuple(sorted({f"{refusal.rule}:{refusal.reason}" for refusal in refusals})),
        body=asked,
    )
