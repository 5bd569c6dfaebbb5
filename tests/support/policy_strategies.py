"""Questions and facts drawn at random around the demo group, mostly near to being allowed."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from aboveboard.core.policy.question import Actor, ConsentHeld, FactHeld, Facts, Question, Standing
from aboveboard.core.policy.register import Register
from aboveboard.core.terms import (
    Capacity,
    CategoryId,
    LawfulBasis,
    NoticeExemption,
    NoticeState,
    Operation,
    Role,
    SpecialException,
)
from tests.support.policy import ENTITIES, LONG_AGO, NOW, PURPOSES, REGISTER, STAFF, SUBJECT, TODAY, place

CATEGORIES = [CategoryId(f"T{number:02}") for number in range(1, 99)]
USUAL = [CategoryId(name) for name in ("T01", "T02", "T15", "T36", "T45", "T48", "T53", "T66", "T68", "T74", "T86")]
categories = st.sampled_from(USUAL) | st.sampled_from(CATEGORIES)
purposes = st.sampled_from(sorted(PURPOSES))
moments = st.sampled_from([NOW, NOW - timedelta(days=30), NOW - timedelta(days=400), NOW + timedelta(days=3)])
days = st.sampled_from([LONG_AGO, TODAY, TODAY + timedelta(days=1), date(2024, 1, 1)])


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """Draw what holds for a person."""
    held = draw(st.lists(st.tuples(st.sampled_from(Capacity), days, st.none() | days), max_size=3))
    consents = st.builds(
        ConsentHeld, purposes, moments, withdrawn_at=st.none() | moments, explicit_for=st.none() | categories
    )
    return Standing(
        capacities=tuple(held),
        notice=draw(st.sampled_from(NoticeState)),
        notice_exemption=draw(st.none() | st.sampled_from(NoticeExemption)),
        obtained_on=draw(days),
        contacted=draw(st.booleans()),
        restricted=draw(st.booleans()),
        objections=draw(st.frozensets(purposes, max_size=1)),
        consents=tuple(draw(st.lists(consents, max_size=3))),
        collected_directly=draw(st.booleans()),
    )


@st.composite
def facts_of(draw: st.DrawFn, register: Register = REGISTER) -> Facts:
    """Draw the facts of one category: half of them of an informed person, under a purpose and its own basis."""
    purpose = register.purposes[draw(purposes)]
    allowed = sorted({category for listed in purpose.allowed.values() for category in listed})
    category = draw(st.sampled_from(allowed) | categories)
    standing = draw(standings())
    basis = draw(st.just(purpose.basis) | st.sampled_from(LawfulBasis))
    if draw(st.booleans()):
        capacity = draw(st.sampled_from(sorted(purpose.allowed)))
        consent = ConsentHeld(purpose.id, NOW - timedelta(days=9), explicit_for=category)
        standing = Standing(((capacity, LONG_AGO, None),), NoticeState.INFORMED, None, LONG_AGO, consents=(consent,))
    fact = FactHeld(
        category,
        purpose.id,
        basis,
        source_given=draw(st.sampled_from([True, True, True, False])),
        expires_on=draw(st.none() | days),
        exception=draw(st.none() | st.sampled_from(SpecialException)),
        evidence=draw(st.sampled_from(["", "https://www.psp.cz/"])),
    )
    return Facts(register, standing, fact, own_record=draw(st.booleans()), cleared=draw(st.sampled_from([True, False])))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Draw who asks for what, from where."""
    return Question(
        Actor(STAFF, draw(st.just(Role.SELLER) | st.sampled_from(Role)), draw(st.sampled_from(sorted(ENTITIES)))),
        draw(st.just(Operation.CONSULT) | st.sampled_from(Operation)),
        (SUBJECT,),
        draw(st.frozensets(categories, max_size=4)),
        draw(purposes),
        place(draw(st.sampled_from(["CZ", "CZ", "DE", "CH", "TR", "CN", "ZZ"]))),
        NOW,
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Question, Facts]:
    """Draw a question that asks for the category of its facts, mostly for their purpose."""
    facts = draw(facts_of())
    question = draw(questions())
    purpose = draw(st.just(facts.fact.purpose) | st.just(question.purpose))
    return replace(question, categories=question.categories | {facts.fact.category}, purpose=purpose), facts
