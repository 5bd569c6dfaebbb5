"""A look from abroad needs something it rests on and, for another entity, a grant; both are told."""

from dataclasses import replace

from aboveboard.core.policy.decide import decide, weigh
from aboveboard.core.policy.transfers import resting_on
from aboveboard.core.terms import (
    CategoryId,
    GrantId,
    Operation,
    TransferTool,
    Verdict,
)
from tests.support.policy import (
    ASSESSED,
    AT_HEADQUARTERS,
    AT_HOME,
    GERMAN_GRANT,
    GRANT,
    INSTRUMENT,
    JP,
    NOW,
    SUBJECT,
    TODAY,
    US,
    Situation,
    ids,
    place,
)

NAME, MAIL, CHILDREN = (CategoryId(name) for name in ("T01", "T02", "T36"))


def held(situation: Situation, *categories: str):
    """Give the same facts for several categories."""
    return {
        CategoryId(name): replace(situation.facts, fact=replace(situation.facts.fact, category=CategoryId(name)))
        for name in categories
    }


def refusals(situation: Situation) -> set[tuple[str, str]]:
    """Give rule and reason of each refusal."""
    return {(refusal.rule, refusal.reason) for refusal in weigh(situation.question, situation.facts)}


def test_headquarters_needs_an_instrument_and_a_grant_and_is_told_of_both():
    """First both are missing and both are told; with clauses and assessment the grant alone is missing."""
    bare = AT_HEADQUARTERS.under(instruments=(), grants=())
    assert refusals(bare) == {("transfer_allowed", "no-instrument"), ("grant_held", "no-grant")}
    assert refusals(bare.under(instruments=(INSTRUMENT,))) == {("grant_held", "no-grant")}
    assert refusals(bare.under(instruments=(INSTRUMENT,), grants=(GRANT,))) == set()


def test_a_unit_inside_an_adequacy_decision_needs_a_grant_only():
    """Japan and certified firms in the United States need no clauses."""
    for entity, country in ((JP, "JP"), (US, "US")):
        situation = AT_HOME.by(entity=entity).asking(place=place(country))
        assert refusals(situation) == {("grant_held", "no-grant")}
        grant = replace(GERMAN_GRANT, entity=entity)
        allowed = situation.under(grants=(grant,))
        assert refusals(allowed) == set()
        assert resting_on(allowed.question, allowed.facts.register).tool is TransferTool.ADEQUACY


def test_one_look_rests_on_the_grant_that_covers_most_of_it():
    """Two grants are two looks: what the chosen one leaves out is refused, and asked alone it is released."""
    narrow = replace(GRANT, id=GrantId(b"a-narrow-grant--"), categories=ids("T23"))
    wide = replace(GRANT, id=GrantId(b"b-wider-grant---"), categories=ids("T01", "T02"))
    situation = AT_HEADQUARTERS.under(grants=(narrow, wide)).asking(categories=ids("T01", "T02", "T23"))
    cases = {SUBJECT: held(situation, "T01", "T02", "T23")}
    decision = decide(situation.question, cases)
    assert decision.outcomes[SUBJECT].released == {NAME, MAIL}
    assert decision.grant == wide.id
    alone = decide(replace(situation.question, categories=ids("T23")), cases)
    assert alone.verdict is Verdict.PERMIT
    assert alone.grant == narrow.id


def test_the_newest_of_several_dead_grants_is_told():
    """Whoever holds a grant that has run out and one that was revoked later is told of the later one."""
    older = replace(GRANT, valid_until=NOW)
    newer = replace(GRANT, id=GrantId(b"a-later-grant---"), valid_from=NOW.replace(day=10), revoked_at=NOW)
    assert refusals(AT_HEADQUARTERS.under(grants=(newer, older))) == {("grant_held", "revoked")}


def test_the_nearest_of_several_broken_instruments_is_told():
    """Clauses whose assessment is overdue are nearer than clauses that lapsed; a live one beside them is enough."""
    lapsed = replace(INSTRUMENT, valid_until=TODAY.replace(year=2025))
    overdue = replace(INSTRUMENT, assessment=replace(ASSESSED, review_on=TODAY.replace(day=1)))
    broken = AT_HEADQUARTERS.under(instruments=(lapsed, overdue))
    assert refusals(broken) == {("transfer_allowed", "assessment-overdue")}
    assert refusals(AT_HEADQUARTERS.under(instruments=(lapsed, overdue, INSTRUMENT))) == set()
    rules = replace(INSTRUMENT, tool=TransferTool.BINDING_RULES)
    assert refusals(AT_HEADQUARTERS.under(instruments=(rules,))) == set()


def test_recording_from_abroad_is_no_transfer_abroad():
    """What comes in does not go out."""
    assert refusals(AT_HOME.asking(operation=Operation.RECORD, place=place("TR"))) == set()
