"""Who could read what of one person now, from where and by which rule or grant: the same answer `decide` gives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aboveboard.core.policy.decide import rests_on, weigh
from aboveboard.core.policy.question import Actor, Facts, Place, Question
from aboveboard.core.policy.register import Register
from aboveboard.core.terms import CategoryId, Operation, PurposeId, SubjectId, TransferTool


@dataclass(frozen=True, slots=True)
class Reading:
    """Categories one kind of reader could consult for one purpose, and what that rests on."""

    purpose: PurposeId
    categories: frozenset[CategoryId]
    transfer: TransferTool
    grant: bytes
    """Id of the grant, or empty where the controller's own staff need none."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One actor at one place, and every reading open to them."""

    actor: Actor
    place: Place
    readings: tuple[Reading, ...]


def readers(
    subject: SubjectId,
    facts_by_category: Mapping[CategoryId, Sequence[Facts]],
    register: Register,
    actors: Iterable[tuple[Actor, Place]],
    at: datetime,
) -> tuple[Reader, ...]:
    """Give each of *actors* who could consult something about *subject* at that moment, with all they could.

    No rule looks at who an employee is, so staff of equal role, entity and place are decided once.
    """
    known: dict[tuple[Actor, Place], tuple[Reading, ...]] = {}
    found = []
    for actor, place in actors:
        kind = (replace(actor, staff=None), place)
        if kind not in known:
            known[kind] = tuple(_readings(subject, facts_by_category, register, kind, at))
        if known[kind]:
            found.append(Reader(actor, place, known[kind]))
    return tuple(found)


def _readings(
    subject: SubjectId,
    facts_by_category: Mapping[CategoryId, Sequence[Facts]],
    register: Register,
    kind: tuple[Actor, Place],
    at: datetime,
) -> Iterable[Reading]:
    actor, place = kind
    for purpose in sorted(register.purposes):
        by_rest: dict[tuple[TransferTool, bytes], set[CategoryId]] = {}
        for category, several in facts_by_category.items():
            question = Question(actor, Operation.CONSULT, (subject,), frozenset({category}), purpose, place, at)
            if any(not weigh(question, facts) for facts in several):
                by_rest.setdefault(rests_on(question, register), set()).add(category)
        for (transfer, grant), categories in sorted(by_rest.items()):
            yield Reading(purpose, frozenset(categories), transfer, grant)
