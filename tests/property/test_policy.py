"""What holds of the rules whatever is asked: more rules release less, order is nothing, the law is not lifted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from aboveboard.core.catalogue import catalogue
from aboveboard.core.policy.deadlines import calendar_end, hours_end, is_working_day, legal_day, term_end
from aboveboard.core.policy.decide import RULES, RuleSet, decide, weigh
from aboveboard.core.policy.retention import expires_on
from aboveboard.core.policy.texts import explain
from aboveboard.core.policy.transfers import resting_on
from aboveboard.core.terms import Capacity, CountryCode, Operation, RuleSource, SubjectId, TransferTool
from tests.support.policy import DEROGATION, ONE_TRANSFER
from tests.support.policy_strategies import CATEGORIES, cases, facts_of, questions

days = st.dates(date(2020, 1, 1), date(2090, 12, 31))
countries = st.sampled_from([CountryCode(code) for code in ("CZ", "DE", "JP")])
lifts = st.dictionaries(st.sampled_from(Capacity), st.frozensets(st.sampled_from(CATEGORIES)))


@given(cases(), st.permutations(RULES))
def test_the_order_of_rules_does_not_matter(case, order):
    """Whatever stands first, the same refusals are kept."""
    question, facts = case
    assert set(weigh(question, facts, RuleSet(order))) == set(weigh(question, facts))


@given(cases(), st.frozensets(st.sampled_from(RULES)))
def test_a_further_rule_never_releases_more(case, fewer):
    """What all rules allow, each part of them allows; what a part refuses, all refuse."""
    question, facts = case
    some = weigh(question, facts, RuleSet([rule for rule in RULES if rule in fewer]))
    assert set(some) <= set(weigh(question, facts))


@given(cases(), lifts)
def test_lifting_house_defaults_never_removes_a_refusal_of_the_law(case, lifted):
    """However much a signatory lifts, law and guidance refuse what they refused."""
    question, facts = case
    purposes = {name: replace(purpose, lifted=lifted) for name, purpose in facts.register.purposes.items()}
    loosened = replace(facts, register=replace(facts.register, purposes=purposes))
    bare = {name: replace(purpose, lifted={}) for name, purpose in facts.register.purposes.items()}
    strict = replace(facts, register=replace(facts.register, purposes=bare))
    fixed = {
        (refusal.rule, refusal.source)
        for refusal in weigh(question, strict)
        if refusal.source is not RuleSource.HOUSE_DEFAULT
    }
    after = {(refusal.rule, refusal.source) for refusal in weigh(question, loosened)}
    assert fixed <= after
    assert {refusal.rule for refusal in weigh(question, loosened)} <= {
        refusal.rule for refusal in weigh(question, strict)
    }


@given(questions(), st.sampled_from(Operation), st.booleans(), st.booleans())
def test_only_the_one_transfer_of_the_one_person_rests_on_a_derogation(drawn, operation, alone, spent):
    """Art. 49(1): asked for anything else, with somebody else, or after it was used, it gives nothing."""
    asked, facts = ONE_TRANSFER.question, ONE_TRANSFER.facts
    subjects = asked.subjects if alone else (*asked.subjects, SubjectId(bytes(16)))
    register = replace(facts.register, instruments=(replace(DEROGATION, spent=spent),))
    resting = resting_on(replace(asked, operation=operation, subjects=subjects), register)
    meant = operation is Operation.TRANSFER and alone and not spent
    assert resting.tool is (TransferTool.DEROGATION if meant else None)
    if drawn.operation is not Operation.TRANSFER:
        assert resting_on(drawn, register).tool is not TransferTool.DEROGATION


@given(cases(), cases())
def test_the_same_is_answered_the_same_whoever_else_was_asked_about(case, other):
    """A decision about one person does not depend on what was decided before or beside it."""
    question, facts = case
    alone = weigh(question, facts)
    weigh(*other)
    assert weigh(question, facts) == alone


@settings(max_examples=60)
@given(
    questions(),
    st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=6),
    st.lists(facts_of(), min_size=6, max_size=6),
)
def test_a_decision_about_many_is_the_sum_of_decisions_about_one(question, picks, pool):
    """Judging equal parts once gives what judging each alone gives."""
    people = {
        SubjectId(bytes([number]) * 16): {pool[pick].fact.category: pool[pick] for pick in picked}
        for number, picked in enumerate(picks)
    }
    asked = frozenset(facts.fact.category for facts in pool[:4])
    question = replace(question, subjects=tuple(people), categories=asked)
    decision = decide(question, people)
    for subject, held in people.items():
        outcome = decision.outcomes[subject]
        judged = {category: weigh(question, facts) for category, facts in held.items() if category in asked}
        assert outcome.released == {category for category, refusals in judged.items() if not refusals}
        assert outcome.refused == {category: refusals for category, refusals in judged.items() if refusals}


@given(cases())
def test_every_refusal_has_words_and_a_duty(case):
    """Nobody is refused without a sentence, and each refusal names a duty of the catalogue."""
    for refusal in weigh(*case):
        assert explain(refusal, category="Name", purpose="Customers").why
        duty = catalogue().obligations[refusal.obligation]
        assert refusal.source is not RuleSource.LAW or duty.may_refuse_as_law


@given(days, st.integers(0, 24), countries)
def test_a_term_of_months_ends_on_a_working_day_not_before_its_number(start, months, country):
    """Never early, and late by no more than the days that do not count."""
    end = term_end(start, months=months, country=country)
    number = calendar_end(start, months=months)
    assert number.day == start.day or (number + timedelta(days=1)).day == 1
    assert (number.year * 12 + number.month) - (start.year * 12 + start.month) == months
    assert end >= number
    assert is_working_day(end, country)
    assert not any(is_working_day(number + timedelta(days=d), country) for d in range((end - number).days))


@given(days, st.integers(2, 40), countries)
def test_a_term_of_days_holds_two_working_days(start, length, country):
    """Art. 3(5): two days or more hold at least two working days."""
    end = term_end(start, days=length, country=country)
    assert end >= start + timedelta(days=length)
    worked = [start + timedelta(days=d) for d in range(1, (end - start).days + 1)]
    assert sum(is_working_day(day, country) for day in worked) >= 2
    assert is_working_day(end, country)


@given(days, days, st.integers(0, 24), countries)
def test_a_later_start_never_ends_earlier(first, second, months, country):
    """Terms keep the order of the events they run from."""
    first, second = sorted((first, second))
    assert term_end(first, months=months, country=country) <= term_end(second, months=months, country=country)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)), st.integers(0, 500))  # noqa: DTZ001
def test_hours_do_not_move(start, hours):
    """Seventy-two hours are seventy-two hours."""
    assert hours_end(start, hours) - start == timedelta(hours=hours)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)), countries)  # noqa: DTZ001
def test_a_legal_day_is_the_day_of_utc_or_the_next(moment, country):
    """Central Europe is one or two hours ahead, so its day begins before midnight UTC."""
    assert legal_day(moment, country) - moment.date() in (timedelta(0), timedelta(days=1))


@given(st.sampled_from(CATEGORIES), st.sampled_from(Capacity), days, st.integers(0, 3000))
def test_what_ends_later_is_kept_no_shorter(category, capacity, recorded, later):
    """A fact never expires before it was recorded, and a later end never shortens its life."""
    after = recorded + timedelta(days=later)

    def day(ended):
        return expires_on(
            category,
            capacity,
            recorded_on=recorded,
            relation_ended_on=ended,
            office_ended_on=ended,
            event_on=ended,
            case_ended_on=ended,
            withdrawn_on=ended,
        )

    first, second = day(recorded), day(after)
    assert (first is None) == (second is None)
    if first is not None:
        assert recorded <= first <= second


@given(cases(), st.integers(0, 86_399_999_999))
def test_without_consents_and_grants_only_the_legal_day_counts(case, later_us):
    """The gate remembers an answer for its legal day (`gate.weighing`), so within the day no moment may matter."""
    question, facts = case
    facts = replace(facts, standing=replace(facts.standing, consents=()), register=replace(facts.register, grants=()))
    country = facts.register.entities[facts.register.controller].country
    later = question.asked_at + timedelta(microseconds=later_us)
    if legal_day(later, country) == legal_day(question.asked_at, country):
        assert weigh(replace(question, asked_at=later), facts) == weigh(question, facts)
