"""The table of the rules is true, complete and needed: each case, each rule, each reason, each sentence."""

import pytest

from aboveboard.core.catalogue import catalogue
from aboveboard.core.policy.decide import RULES, THE_RULES, weigh
from aboveboard.core.policy.texts import WAYS_ON, WHY, explain
from aboveboard.core.terms import RuleSource
from tests.support.policy import IN_ORDER
from tests.support.policy_cases import CASES


@pytest.mark.parametrize("name", IN_ORDER)
def test_nothing_is_refused_where_everything_is_in_order(name):
    """Each situation the table starts from is allowed."""
    situation = IN_ORDER[name]
    assert weigh(situation.question, situation.facts) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_one_changed_thing_is_refused_for_exactly_its_reason(case):
    """One change, and exactly the refusals that belong to it, with the right source."""
    refusals = weigh(case.situation.question, case.situation.facts)
    assert {(refusal.rule, refusal.reason) for refusal in refusals} == case.expected()
    named = next(refusal for refusal in refusals if refusal.rule == case.rule)
    assert named.source is case.source
    assert named.obligation in case.obligations.split() or named.source is RuleSource.HOUSE_DEFAULT


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_that_is_switched_off_fails_cases_that_name_its_obligation(rule):
    """Without the rule, cases of the table fail, and each of them names the obligation the rule is there for."""
    without = THE_RULES.without(rule.name)
    failing = [case for case in CASES if case.comes_out(THE_RULES) and not case.comes_out(without)]
    assert failing
    assert {case.rule for case in failing if case.rule == rule.name}
    duties = {duty for case in failing if case.rule == rule.name for duty in case.obligations.split()}
    assert duties
    assert duties <= set(catalogue().obligations)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_reason_a_rule_can_give_stands_in_the_table(rule):
    """No reason is written that no case shows."""
    shown = {pair for case in CASES for pair in case.expected()}
    assert {(refusal.rule, refusal.reason) for refusal in rule.refusals} <= shown


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_refusal_can_be_said_in_words(case):
    """Why, where it comes from and what can be done next stand in a sentence for whoever is refused."""
    for refusal in weigh(case.situation.question, case.situation.facts):
        said = explain(refusal, category="Hobbies", purpose="Customers")
        for sentence in (said.why, said.source, said.way_on):
            assert sentence[0].isupper()
            assert sentence[-1] in ".?"
            assert "{" not in sentence


def test_no_sentence_is_written_that_no_rule_says():
    """Texts and rules agree in both directions."""
    declared = {(refusal.rule, refusal.reason): refusal for rule in RULES for refusal in rule.refusals}
    assert set(WHY) == set(declared)
    used = {refusal.way_on for refusal in declared.values()}
    assert set(WAYS_ON) == used


def test_what_calls_itself_law_was_read_in_an_official_text():
    """A refusal of the law names an obligation that was verified, or read in an official text."""
    duties = catalogue().obligations
    for rule in RULES:
        for refusal in rule.refusals:
            assert refusal.obligation in duties
            if refusal.source is RuleSource.LAW:
                assert duties[refusal.obligation].may_refuse_as_law, (refusal.rule, refusal.reason)


@pytest.mark.parametrize("name", sorted(catalogue().obligations))
def test_an_obligation_that_names_a_rule_names_a_case_of_it(name):
    """What these rules do for a duty is shown by a case that names rule and obligation."""
    duty = catalogue().obligations[name]
    if not duty.rule.startswith("core/policy "):
        assert not duty.rule or duty.test
        return
    file, _, case_name = duty.test.partition(": ")
    assert file == "tests/unit/test_policy_cases.py"
    case = next(case for case in CASES if case.name == case_name)
    assert case.rule == duty.rule.removeprefix("core/policy ")
    assert name in case.obligations.split()
