"""Who could see which categories of one person now, from where, by which rule or grant; itself a logged look."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aboveboard.apps.gate.asking import Asked, ask
from aboveboard.apps.gate.cases import case_for
from aboveboard.apps.gate.places import place_of
from aboveboard.apps.gate.snapshot import Snapshot, grants_verified
from aboveboard.apps.gate.weighing import facts_of
from aboveboard.core.catalogue import catalogue
from aboveboard.core.errors import Denied, Shredded
from aboveboard.core.policy.question import Actor, Facts, Place, Question
from aboveboard.core.policy.readers import Reader, readers
from aboveboard.core.policy.register import Register
from aboveboard.core.terms import (
    CategoryId,
    CountryCode,
    EntityId,
    Operation,
    PlaceSource,
    PurposeId,
    Role,
    SubjectId,
    TransferTool,
    Verdict,
)

MAY_ASK = frozenset({Role.PERSON, Role.DPO})


@dataclass(frozen=True, slots=True)
class Sight:
    """What employees of one role, entity and place could consult for one purpose, and what that rests on."""

    entity: EntityId
    role: Role
    country: CountryCode
    established: PlaceSource
    staff: int
    """How many employees that is."""
    purpose: PurposeId
    categories: frozenset[CategoryId]
    transfer: TransferTool
    grant: bytes
    """Id of the grant; empty where none is needed."""


@dataclass(frozen=True, slots=True)
class WhoCanSee:
    """The answer, committed as a look; no sights where it was refused."""

    asked: Asked
    sights: tuple[Sight, ...]


def who_can_see(subject: SubjectId, *, actor: Actor, purpose: PurposeId, place: Place, now: datetime) -> WhoCanSee:
    """Tell who could see what of *subject* now; no value is opened.

    Raises:
        Denied: for a role other than the person concerned and the officer.
        Shredded: after the person's erasure.
    """
    if actor.role not in MAY_ASK:
        raise Denied("Who can see a person is told to that person and to the data protection officer.")
    question = Question(actor, Operation.CONSULT, (subject,), frozenset(catalogue().categories), purpose, place, now)
    asked = ask(question)
    if subject in asked.gone:
        raise Shredded("This person was erased; nobody can see anything of them.")
    if asked.decision.verdict is Verdict.REFUSE:
        return WhoCanSee(asked, ())
    case = case_for(question)
    register = register_with_grants(case.snapshot)
    facts = facts_by_category(facts_of(case, subject), register)
    people = actors(case.snapshot, now)
    return WhoCanSee(asked, _sights(readers(subject, facts, register, people, now)))


def actors(current: Snapshot, now: datetime) -> list[tuple[Actor, Place]]:
    """Give every employee appointed today, each at the workplace on record."""
    return [
        (record.actor, place_of(record.id, None, now))
        for record in current.staff.values()
        if record.active_on(current.day)
    ]


def register_with_grants(current: Snapshot) -> Register:
    """Give the register with the grants of every role of every entity, all signatures verified now."""
    kinds = sorted({(record.entity, record.role) for record in current.staff.values()})
    grants = tuple(grant for entity, role in kinds for grant in grants_verified(entity, role))
    return replace(current.register, grants=grants)


def facts_by_category(
    held: Mapping[CategoryId, Sequence[tuple[object, Facts]]], register: Register
) -> dict[CategoryId, list[Facts]]:
    """Give what is held as other readers' rules would see it: not their own record, under *register*."""
    return {
        category: [replace(facts, register=register, own_record=False) for _, facts in pairs]
        for category, pairs in held.items()
    }


def _sights(found: Iterable[Reader]) -> tuple[Sight, ...]:
    counted: dict[Sight, int] = {}
    for reader in found:
        for reading in reader.readings:
            sight = Sight(
                reader.actor.entity,
                reader.actor.role,
                reader.place.country,
                reader.place.established_by,
                0,
                reading.purpose,
                reading.categories,
                reading.transfer,
                reading.grant,
            )
            counted[sight] = counted.get(sight, 0) + 1
    made = [replace(sight, staff=count) for sight, count in counted.items()]
    return tuple(sorted(made, key=lambda sight: (sight.entity, sight.role, sight.country, sight.purpose, sight.grant)))
