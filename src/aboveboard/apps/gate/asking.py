"""Asking: a look is decided, the verdict committed, and only then can anything be opened."""

from dataclasses import dataclass

from django.conf import settings

from aboveboard.apps.gate.cases import case_for
from aboveboard.apps.gate.weighing import weigh_held
from aboveboard.apps.ledger.actions import append_if
from aboveboard.apps.ledger.outage import said_as_unavailable
from aboveboard.apps.vault.opening import OpenFact, open_facts
from aboveboard.apps.vault.permit import Permit, SealedFact, take_mint
from aboveboard.core.entries import verdict_entry
from aboveboard.core.errors import Conflict, Denied
from aboveboard.core.policy.decide import rule_set_hash, weigh
from aboveboard.core.policy.decision import Decision, Refusal
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.terms import SubjectId, TransferTool, Verdict

MOST_TRIES = 8
_mint = take_mint()


class RestsOnDerogation(Conflict):
    """What was asked may rest on a derogation only, and so is no look: it would not use the derogation up."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to a look, committed: the decision, the hash of its entry, and what may be opened."""

    question: Question
    decision: Decision
    entry_hash: bytes
    gone: tuple[SubjectId, ...]
    _facts: tuple[SealedFact, ...]

    def permit(self) -> Permit:
        """Give leave to open what was released.

        Raises:
            Denied: when nothing was.
        """
        if self.decision.verdict is Verdict.REFUSE:
            raise Denied("Nothing is released; the refusal is on record and says why.")
        return _mint(self.entry_hash, settings.OPTIONS.cell, self._facts)

    def opened(self) -> list[OpenFact]:
        """Open what was released; nothing where nothing was."""
        return [] if self.decision.verdict is Verdict.REFUSE else open_facts(self.permit())


@said_as_unavailable()
def ask(question: Question) -> Asked:
    """Decide *question* and commit the verdict; only then can a permit be had.

    Raises:
        LedgerUnavailable: when the verdict cannot be committed; nothing is released then.
        Conflict: when the persons or the rules change faster than they can be asked.
        RestsOnDerogation: when it would rest on a derogation, which one transfer uses up (`transferring.transfer`).
    """
    for _ in range(MOST_TRIES):
        case = case_for(question)
        question = case.question
        decision, weighed = weigh_held(case)
        if decision.transfer is TransferTool.DEROGATION:
            raise RestsOnDerogation("This may rest on an exception for one transfer only: ask for it as a transfer.")
        entry = verdict_entry(
            question,
            decision,
            rules=rule_set_hash().hex(),
            named=case.snapshot.reader_is_named(question.actor),
        )
        entry_hash = append_if(entry, case.guard, case.values)
        if entry_hash is not None:
            facts = [fact for subject, known in weighed.items() for fact in known.opened(case.held[subject].facts)]
            return Asked(question, decision, entry_hash, case.gone, tuple(facts))
    raise Conflict("The record changed again and again while it was asked for; try once more.")


def would_refuse(question: Question, facts: Facts) -> tuple[Refusal, ...]:
    """Weigh one case by the rules alone: nothing about a person is read, nothing is logged."""
    return weigh(question, facts)
