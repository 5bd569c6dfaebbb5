"""Taking a few fictional customers in through the gate, in a process of their own home."""

import json
import os
from datetime import UTC, datetime

from aboveboard.apps.accounts.queries import staff_members, today
from aboveboard.apps.gate.deeds import take_in as record
from aboveboard.apps.gate.places import place_of
from aboveboard.apps.vault.actions import NewFact, NewPerson, new_source
from aboveboard.core.policy.question import Question
from aboveboard.core.terms import Capacity, CategoryId, Operation, PurposeId, Role, SubjectId


def take_in(names: list[str]) -> None:
    """Take customers of these names in, informed, with name and work address; print their ids."""
    now = datetime.now(UTC)
    seller = next(member for member in staff_members(role=Role.SELLER) if member.entity == "cz")
    source = new_source("A fair, by their own card", public=False)
    people = []
    for number, name in enumerate(names):
        values = {"T01": name, "T02": f"person{number}@customer.example"}
        facts = tuple(
            NewFact(category, value, "customer-relationship", "legitimate-interest", "relation-3y", source)
            for category, value in values.items()
        )
        person = os.urandom(16)
        since = ((Capacity.CUSTOMER, today(now), None),)
        people.append(NewPerson(person, since, "informed", today(now), facts, informed_on=today(now)))
    question = Question(
        seller.actor,
        Operation.RECORD,
        tuple(SubjectId(person.id) for person in people),
        frozenset({CategoryId("T01"), CategoryId("T02")}),
        PurposeId("customer-relationship"),
        place_of(seller.id, None, now),
        now,
    )
    performed = record(question, people)
    assert not performed.decision.refusals, performed.decision.refusals
    print(json.dumps([person.id.hex() for person in people]))
