"""What runs in the processes that are attacked: readers that print what they were given, deaths at a chosen call."""

import json
import os
import random
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from aboveboard.apps.accounts.queries import staff_members
from aboveboard.apps.gate.asking import Asked, ask
from aboveboard.apps.gate.places import place_of
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.core.errors import AboveboardError
from aboveboard.core.policy.question import Question
from aboveboard.core.terms import CategoryId, Operation, PurposeId, Role, SubjectId

CUSTOMER_CARE, OVERSIGHT = "customer-relationship", "data-protection-oversight"


def question(operation: Operation, subjects: Sequence[str], role: Role, purpose: str) -> Question:
    """The question of somebody of the controller in *role*, at the machine itself, about name and address."""
    now = datetime.now(UTC)
    staff = next(member.id for member in staff_members(role=role) if member.entity == "cz")
    return Question(
        snapshot(now=now).actor(staff),
        operation,
        tuple(SubjectId(bytes.fromhex(subject)) for subject in subjects),
        frozenset({CategoryId("T01"), CategoryId("T02")}),
        PurposeId(purpose),
        place_of(staff, None, now),
        now,
    )


def look(*subjects: str) -> Asked:
    """A seller looks at customers."""
    return ask(question(Operation.CONSULT, subjects, Role.SELLER, CUSTOMER_CARE))


def look_and_tell(*subjects: str) -> dict[str, Any]:
    """Look, and give what came out: the entry with the values, or the code of what went wrong."""
    try:
        asked = look(*subjects)
        return {"entry": asked.entry_hash.hex(), "values": [fact.value for fact in asked.opened()]}
    except AboveboardError as error:
        return {"code": error.code, "sentence": error.sentence}


def read_for_ever(subjects: Sequence[str], threads: int, seed: int) -> None:
    """Let *threads* read one, or a list of ten, again and again; every body goes out at once, as to a client."""
    for number in range(threads):
        threading.Thread(target=_read_on, args=(subjects, random.Random(seed + number)), daemon=True).start()  # noqa: S311 - replayed
    signal.pause()


def _read_on(subjects: Sequence[str], chance: random.Random) -> None:
    while True:
        wanted = chance.sample(list(subjects), chance.choice((1, 1, 1, 10)))
        # One write to a pipe of less than a page is whole or not at all.
        os.write(1, json.dumps(look_and_tell(*wanted)).encode() + b"\n")


def erase(subject: str) -> None:
    """The officer erases a person."""
    from aboveboard.apps.gate import deeds

    asked = question(Operation.ERASE, [subject], Role.DPO, OVERSIGHT)
    performed = deeds.erase(asked, SubjectId(bytes.fromhex(subject)))
    assert performed.decision.verdict == "permit", performed.decision.refusals


def sequence() -> None:
    """Sequence, sign and publish whatever is pending."""
    from aboveboard.apps.ledger.sequencer import Sequencer, sequencing

    with sequencing():
        Sequencer().drain()


def die_at(number: int, *places: tuple[Any, str]) -> None:
    """From now on, kill this process just before the *number*-th call of any of *places*, counted from one."""
    calls = count(1)
    for owner, name in places:
        setattr(owner, name, _deadly(getattr(owner, name), calls, number))


def _deadly(function: Callable[..., Any], calls: "count[int]", number: int) -> Callable[..., Any]:
    def called(*arguments: Any, **named: Any) -> Any:
        if next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **named)

    return called
