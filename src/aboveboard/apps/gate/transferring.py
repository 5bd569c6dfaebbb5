"""GDPR Article 49: a transfer on a derogation is one transfer of one person's data, and uses the derogation up.

Every other transfer is a look like any other (`asking.ask`). One that rests on a derogation commits its entry and the
end of the derogation together, so that two at once cannot both rest on it.
"""

from contextlib import suppress

from django.db import transaction

from aboveboard.apps.gate.asking import MOST_TRIES, Asked, RestsOnDerogation, ask
from aboveboard.apps.gate.cases import Case, case_for
from aboveboard.apps.gate.weighing import weigh_held
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.actions import CELL, append
from aboveboard.apps.ledger.outage import said_as_unavailable
from aboveboard.apps.register.actions import spend_derogation
from aboveboard.apps.register.queries import derogation_for
from aboveboard.core.entries import verdict_entry
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.policy.decide import rule_set_hash
from aboveboard.core.policy.question import Question
from aboveboard.core.terms import Operation, TransferTool


@said_as_unavailable()
def transfer(question: Question) -> Asked:
    """Decide a transfer and commit the verdict; a derogation it rests on is used up by it.

    Raises:
        Invalid: for any other operation.
        LedgerUnavailable: when the verdict cannot be committed; nothing is released then.
        Conflict: when the persons or the rules change faster than they can be asked.
    """
    if question.operation is not Operation.TRANSFER:
        raise Invalid("Only a transfer is asked for here.")
    for _ in range(MOST_TRIES):
        case = case_for(question)
        decision, weighed = weigh_held(case)
        if decision.transfer is not TransferTool.DEROGATION:
            # A derogation registered since is no look's to use: it is weighed here once more.
            with suppress(RestsOnDerogation):
                return ask(question)
            continue
        entry = verdict_entry(
            case.question,
            decision,
            rules=rule_set_hash().hex(),
            named=case.snapshot.reader_is_named(case.question.actor),
        )
        with transaction.atomic(using=CELL, durable=True):
            if not rows.fetch(f"SELECT 1 WHERE {case.guard}", case.values):
                continue
            entry_hash = append(entry, governance=case.snapshot.version)
            spend_derogation(_derogation(case), now=case.question.asked_at)
        facts = [fact for subject, known in weighed.items() for fact in known.opened(case.held[subject].facts)]
        return Asked(case.question, decision, entry_hash, case.gone, tuple(facts))
    raise Conflict("The record changed again and again while it was asked for; try once more.")


def _derogation(case: Case) -> int:
    question, controller = case.question, case.register.controller
    found = derogation_for(question.subjects[0], controller, question.actor.entity, case.snapshot.day)
    if found is None:
        raise Conflict("This derogation was used already; it serves one transfer.")
    return found
