"""Who could read what: the answer equals asking `decide` for every actor, place, purpose and category."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from aboveboard.core.policy.decide import decide
from aboveboard.core.policy.question import Actor, Question
from aboveboard.core.policy.readers import readers
from aboveboard.core.terms import NoticeState, Operation, Role, StaffId, TransferTool, Verdict
from tests.support.policy import AT_HOME, ENTITIES, GRANT, INSTRUMENT, NOW, PURPOSES, REGISTER, SUBJECT, ids, place
from tests.support.policy_strategies import facts_of

ACTORS = [
    (Actor(StaffId(f"{role.value}-{entity}".encode().ljust(16)[:16]), role, entity), place(country))
    for role in Role
    for entity in ENTITIES
    for country in ("CZ", "TR")
]
GRANTS = (GRANT, replace(GRANT, id=b"another-grant-hq", categories=ids("T32")))


@settings(max_examples=40, deadline=None)
@given(st.data(), st.lists(st.sampled_from(ACTORS), min_size=1, max_size=8), st.booleans(), st.booleans())
def test_readers_are_those_decide_would_release_something_to(data, actors, with_grants, with_clauses):
    """Brute force over everything gives the same readers, categories, tools and grants."""
    register = replace(
        REGISTER,
        grants=GRANTS if with_grants else (),
        instruments=(INSTRUMENT,) if with_clauses else (),
    )
    held = {}
    for facts in data.draw(st.lists(facts_of(register), max_size=6)):
        held.setdefault(facts.fact.category, []).append(facts)
    expected = set()
    for actor, where in actors:
        for purpose in PURPOSES:
            for category, several in held.items():
                question = Question(actor, Operation.CONSULT, (SUBJECT,), frozenset({category}), purpose, where, NOW)
                for facts in several:
                    decision = decide(question, {SUBJECT: {category: facts}})
                    if decision.verdict is Verdict.PERMIT:
                        expected.add((actor, where, purpose, category, decision.transfer, decision.grant))
    found = {
        (reader.actor, reader.place, reading.purpose, category, reading.transfer, reading.grant)
        for reader in readers(SUBJECT, held, register, actors, NOW)
        for reading in reader.readings
        for category in reading.categories
    }
    assert found == expected


def test_the_demo_group_has_the_readers_one_expects():
    """Sellers at home read a customer's name; headquarters by its grant; operators and outsiders never."""
    facts = {AT_HOME.facts.fact.category: [AT_HOME.facts]}
    found = readers(SUBJECT, facts, REGISTER, ACTORS, NOW)
    assert {(reader.actor.role, reader.actor.entity, reader.place.country) for reader in found} == {
        (Role.SELLER, "cz", "CZ"),
        (Role.SIGNATORY, "cz", "CZ"),
        (Role.DPO, "cz", "CZ"),
        (Role.SELLER, "de", "CZ"),
        (Role.HQ_ANALYST, "hq", "TR"),
        (Role.HQ_ANALYST, "hq", "CZ"),
    }
    headquarters = next(reader for reader in found if reader.actor.entity == "hq")
    assert headquarters.readings[0].transfer is TransferTool.CLAUSES
    assert headquarters.readings[0].grant == GRANT.id
    untold = replace(AT_HOME.facts.standing, notice=NoticeState.OWED)
    locked = {AT_HOME.facts.fact.category: [replace(AT_HOME.facts, standing=untold)]}
    assert readers(SUBJECT, locked, REGISTER, ACTORS, NOW) == ()
