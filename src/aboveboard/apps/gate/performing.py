"""Performing: a change and its entry stand or fall together; a refusal commits its entry alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from aboveboard.apps.gate.bare import with_bare_persons
from aboveboard.apps.gate.cases import Case, case_for
from aboveboard.apps.gate.proposing import Proposal, Proposed
from aboveboard.apps.gate.weighing import weigh_held
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.actions import CELL, append
from aboveboard.apps.ledger.outage import said_as_unavailable
from aboveboard.core.entries import EntryKind, verdict_entry
from aboveboard.core.errors import Conflict
from aboveboard.core.policy.decide import rule_set_hash
from aboveboard.core.policy.decision import Decision
from aboveboard.core.policy.question import Question
from aboveboard.core.terms import SubjectId, Verdict

MOST_TRIES = 8

Passes = Callable[[SubjectId], Sequence[bool]]
"""Tells for each fact proposed for a subject whether the rules let it through, by itself."""

Deed = Callable[[Decision, Passes], Mapping[bytes, Sequence[str]]]
"""What changes the cell inside the gate's transaction; gives digests of what was recorded, by subject."""


@dataclass(frozen=True, slots=True)
class Performed:
    """The answer to a change: the decision, and the hash of the entry that stands with it."""

    question: Question
    decision: Decision
    entry_hash: bytes
    gone: tuple[SubjectId, ...]


@said_as_unavailable()
def perform(
    question: Question,
    deed: Deed,
    *,
    proposed: Mapping[SubjectId, Proposed] | None = None,
    kind: EntryKind | None = None,
) -> Performed:
    """Decide *question*; do *deed* and append its entry in one transaction, or append the refusal alone.

    Raises:
        LedgerUnavailable: when the entry cannot be committed; the deed is undone then.
        Conflict: when the persons or the rules change faster than they can be asked.
    """
    for _ in range(MOST_TRIES):
        case = case_for(question, with_facts=proposed is None)
        question = case.question
        decision, passes = _decided(case, proposed)
        with transaction.atomic(using=CELL, durable=True):
            if not _still_stands(question, case):
                continue
            digests = {} if decision.verdict is Verdict.REFUSE else deed(decision, passes)
            entry_hash = append(
                verdict_entry(
                    question,
                    decision,
                    rules=rule_set_hash().hex(),
                    kind=kind if decision.verdict is not Verdict.REFUSE else None,
                    digests=digests,
                    named=case.snapshot.reader_is_named(question.actor),
                ),
                governance=case.snapshot.version,
            )
        return Performed(question, decision, entry_hash, case.gone)
    raise Conflict("The record changed again and again while it was written; try once more.")


def rehearse(question: Question, proposed: Mapping[SubjectId, Proposed]) -> Decision:
    """Decide as `perform` would; nothing is done and nothing written."""
    return Proposal(case_for(question, with_facts=False), proposed).decide()


def _decided(case: Case, proposed: Mapping[SubjectId, Proposed] | None) -> tuple[Decision, Passes]:
    """Decide on what is proposed; where nothing is, on what is held."""
    if proposed is None:
        return with_bare_persons(case, weigh_held(case)[0]), lambda _subject: ()
    proposal = Proposal(case, proposed)
    return proposal.decide(), proposal.passes


def _still_stands(question: Question, case: Case) -> bool:
    """Lock the persons' rows and tell whether nothing changed since the case was gathered."""
    if question.subjects and rows.is_postgresql():
        condition, ids = rows.among("id", question.subjects)
        locked = rows.fetch(f"SELECT version FROM vault_person WHERE {condition} FOR UPDATE", ids)
        # Governance cannot be locked; the entry is inserted only under the version decided on.
        return bool(case.total == sum(version for (version,) in locked))
    return bool(rows.fetch(f"SELECT 1 WHERE {case.guard}", case.values))
