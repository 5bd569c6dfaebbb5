"""A decision keeps every refusal, answers only what was asked, and says what a look rests on."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from aboveboard.core.errors import Invalid
from aboveboard.core.policy import decide as deciding
from aboveboard.core.policy.decide import RULES, THE_RULES, RuleSet, decide, rule_set_hash, weigh
from aboveboard.core.policy.rule import EVERY_OPERATION, HOLDS, Looks
from aboveboard.core.policy.texts import law_is_modelled
from aboveboard.core.terms import (
    READS,
    Capacity,
    CategoryId,
    CountryCode,
    EntityId,
    NoticeExemption,
    NoticeState,
    Operation,
    Role,
    RuleSource,
    SpecialException,
    SubjectId,
    TransferTool,
    Verdict,
)
from tests.support.policy import (
    ASSESSED,
    AT_HEADQUARTERS,
    AT_HOME,
    BIRTH_NUMBER,
    CUSTOMERS,
    CZ,
    DE,
    DIET,
    GERMAN_GRANT,
    GRANT,
    HOBBY,
    HQ,
    IN_GERMANY,
    LEGAL_CHECK,
    OF_OFFICIAL,
    OFFICIALS,
    ONE_TRANSFER,
    OTHER_SUBJECT,
    OWN_RECORD,
    PARTY,
    PORTRAIT,
    REGISTER,
    SUBJECT,
    TODAY,
    Situation,
    ids,
    in_capacity,
    look,
    place,
)
from tests.support.policy_cases import CASES

NAME, MAIL, CHILDREN = (CategoryId(name) for name in ("T01", "T02", "T36"))


RESTRICTED = ("not_restricted", "restricted")


def held(situation: Situation, *categories: str):
    """Give the same facts for several categories."""
    return {
        CategoryId(name): replace(situation.facts, fact=replace(situation.facts.fact, category=CategoryId(name)))
        for name in categories
    }


def refusals(situation: Situation) -> set[tuple[str, str]]:
    """Give rule and reason of each refusal."""
    return {(refusal.rule, refusal.reason) for refusal in weigh(situation.question, situation.facts)}


def test_a_decision_releases_what_is_allowed_and_keeps_every_other_refusal():
    """Name and children are asked for; the name is released, the children are refused with the reason."""
    question = replace(AT_HOME.question, categories=ids("T01", "T36"))
    decision = decide(question, {SUBJECT: held(AT_HOME, "T01", "T36")})
    assert decision.verdict is Verdict.PARTIAL
    assert decision.outcomes[SUBJECT].released == {NAME}
    assert [refusal.reason for refusal in decision.outcomes[SUBJECT].refused[CHILDREN]] == ["prohibited"]
    assert decision.refusals[0].source is RuleSource.HOUSE_DEFAULT


def test_only_what_is_asked_for_is_answered():
    """A category or a person nobody asked for stays closed."""
    cases = {SUBJECT: held(AT_HOME, "T01", "T02"), OTHER_SUBJECT: held(AT_HOME, "T01")}
    decision = decide(AT_HOME.question, cases)
    assert set(decision.outcomes) == {SUBJECT}
    assert decision.outcomes[SUBJECT].released == {NAME}


def test_a_person_of_whom_nothing_is_held_gets_nothing():
    """Nothing released and nothing refused is no permit."""
    for cases in ({}, {SUBJECT: {}}):
        decision = decide(AT_HOME.question, cases)
        assert decision.verdict is Verdict.REFUSE
        assert decision.refusals == ()
    assert decide(replace(AT_HOME.question, subjects=()), {}).verdict is Verdict.REFUSE


def test_a_case_under_a_foreign_category_is_refused_as_a_mistake():
    """A name filed as a work e-mail would be judged as something it is not."""
    question = replace(AT_HOME.question, categories=ids("T02"))
    with pytest.raises(Invalid):
        decide(question, {SUBJECT: {MAIL: AT_HOME.facts}})


def test_people_who_share_a_fact_s_standing_get_the_same_answer():
    """One value of facts is judged once, also for somebody of whom more is held."""
    question = replace(AT_HOME.question, subjects=(SUBJECT, OTHER_SUBJECT), categories=ids("T01", "T36"))
    more = held(AT_HOME, "T01", "T36")
    decision = decide(question, {SUBJECT: {NAME: more[NAME]}, OTHER_SUBJECT: more})
    assert decision.outcomes[SUBJECT].released == decision.outcomes[OTHER_SUBJECT].released == {NAME}
    assert decision.outcomes[OTHER_SUBJECT].refused.keys() == {CHILDREN}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_deciding_and_weighing_give_the_same_refusals(case):
    """What is judged once for many is judged as it would be alone, whoever stands beside."""
    category = case.situation.facts.fact.category
    question = replace(case.situation.question, subjects=(*case.situation.question.subjects, SubjectId(b"x" * 16)))
    decision = decide(question, {subject: {category: case.situation.facts} for subject in question.subjects})
    alone = weigh(question, case.situation.facts)
    for outcome in decision.outcomes.values():
        assert outcome.refused == {category: alone}
    assert decision.verdict is Verdict.REFUSE
    assert (decision.transfer, decision.grant) == (TransferTool.WITHIN_EEA, b"")


@pytest.mark.parametrize(
    ("situation", "transfer", "grant"),
    [
        (AT_HOME, TransferTool.WITHIN_EEA, b""),
        (AT_HOME.asking(place=place("CH")), TransferTool.ADEQUACY, b""),
        (IN_GERMANY, TransferTool.WITHIN_EEA, GERMAN_GRANT.id),
        (AT_HEADQUARTERS, TransferTool.CLAUSES, GRANT.id),
        (AT_HEADQUARTERS.asking(place=place("CZ")), TransferTool.CLAUSES, GRANT.id),
        (ONE_TRANSFER, TransferTool.DEROGATION, GRANT.id),
        (OWN_RECORD, TransferTool.WITHIN_EEA, b""),
        (AT_HOME.by(role=Role.DPO).asking(operation=Operation.ERASE), TransferTool.WITHIN_EEA, b""),
    ],
)
def test_a_decision_says_what_it_rests_on(situation, transfer, grant):
    """The tool of the transfer and the id of the grant stand in it, for the entry."""
    decision = decide(situation.question, {SUBJECT: {situation.facts.fact.category: situation.facts}})
    assert decision.verdict is Verdict.PERMIT
    assert (decision.transfer, decision.grant) == (transfer, grant)


def test_an_erasure_and_a_restriction_wait_for_neither_notice_nor_retention():
    """What takes data away is stopped only by who asks, not by what is lacking."""
    lacking = (
        AT_HOME.whose(notice=NoticeState.OWED, restricted=True, objections=frozenset({CUSTOMERS}))
        .holding(expires_on=TODAY, source_given=False)
        .purpose(assessment=None)
        .asking(place=place("TR"))
    )
    assert len(refusals(lacking)) > 4
    for operation in (Operation.ERASE, Operation.RESTRICT):
        assert refusals(lacking.by(role=Role.DPO).asking(operation=operation)) == set()
        assert refusals(lacking.asking(operation=operation)) == {("role_may", "not-for-role")}
        assert ("grant_held", "reads-only") in refusals(AT_HEADQUARTERS.asking(operation=operation))


def test_the_person_concerned_reads_their_own_record_whatever_else_lacks():
    """Art. 15 asks for no purpose, no notice and no grant of the person themself."""
    lacking = OWN_RECORD.whose(notice=NoticeState.OWED, restricted=True).asking(place=place("CN"))
    for operation in Operation:
        assert refusals(lacking.asking(operation=operation)) == set()


def test_a_notice_within_its_month_lets_the_controller_read():
    """The last day of the month still counts; an exemption with its code, and knowledge, count as told."""
    owed = AT_HOME.whose(notice=NoticeState.OWED, obtained_on=TODAY.replace(month=10))
    assert refusals(owed) == set()
    exempt = AT_HOME.whose(notice=NoticeState.EXEMPT, notice_exemption=NoticeExemption.DISPROPORTIONATE)
    assert refusals(exempt) == set()
    known = exempt.whose(collected_directly=True, notice_exemption=NoticeExemption.ALREADY_INFORMED)
    assert refusals(known) == set()


def test_restricted_data_serve_a_claim_and_the_examination():
    """Art. 18(2) leaves legal claims; the officer who examines may look and change nothing."""
    restricted = AT_HOME.whose(restricted=True)
    assert refusals(restricted.purpose(circumstances=frozenset({"legal-claims"}))) == set()
    assert refusals(restricted.by(role=Role.DPO)) == set()
    assert refusals(restricted.by(role=Role.DPO).asking(operation=Operation.RECORD)) == {RESTRICTED}
    assert RESTRICTED in refusals(restricted.under(purposes={}))


def test_a_tested_purpose_may_use_facts_of_another():
    """A recorded test opens facts that do not rest on consent; an order of law opens those too."""
    tested = AT_HOME.holding(purpose=OFFICIALS).purpose(compatible_with=frozenset({OFFICIALS}))
    assert refusals(tested) == set()
    ordered = HOBBY.asking(purpose=LEGAL_CHECK).purpose(LEGAL_CHECK, allowed={Capacity.CUSTOMER: ids("T45")})
    assert refusals(ordered) == set()


def test_a_house_default_can_be_lifted_and_the_law_cannot():
    """A signatory may let children in for a purpose that truly needs them, and never a faith without consent."""
    everything = {capacity: ids("T36", "T53", "T54", "T66", "T86") for capacity in Capacity}
    for name in ("T36", "T54", "T86"):
        assert refusals(look(name, CUSTOMERS, Capacity.CUSTOMER)) != set()
        assert refusals(look(name, CUSTOMERS, Capacity.CUSTOMER).purpose(lifted=everything)) == set()
    faith = look("T66", CUSTOMERS, Capacity.CUSTOMER).purpose(lifted=everything)
    assert ("category_allowed", "prohibited") in refusals(faith)
    wealth = look("T53", OFFICIALS, Capacity.OFFICIAL).purpose(lifted=everything)
    assert refusals(wealth) == {("category_allowed", "prohibited")}


def test_the_capacity_of_the_case_counts_for_contacts_and_the_strictest_for_gifts():
    """A customer who is a deputy: the name as a customer's, the gift by the register of the office."""
    both = in_capacity(Capacity.CUSTOMER, Capacity.OFFICIAL)
    assert refusals(AT_HOME.whose(capacities=both)) == set()
    gift = look("T82", CUSTOMERS, Capacity.CUSTOMER).purpose(allowed={Capacity.CUSTOMER: ids("T82")})
    assert refusals(gift) == set()
    assert refusals(gift.whose(capacities=both)) == {("category_allowed", "other-circumstances")}
    registered = gift.whose(capacities=both).purpose(
        allowed={capacity: ids("T82") for capacity in Capacity}, circumstances=frozenset({"gift-register"})
    )
    assert refusals(registered) == set()


def test_an_ended_capacity_counts_until_retention_ends_it():
    """A former customer's name is readable while it is kept, and what followed the strictest still does."""
    former = ((Capacity.CUSTOMER, TODAY.replace(year=2024), TODAY.replace(month=3)),)
    assert refusals(AT_HOME.whose(capacities=former)) == set()
    assert refusals(HOBBY.whose(capacities=former)) == set()


def test_the_mildest_refusal_is_told_where_one_capacity_would_do():
    """Of two capacities of the case, the one that is nearest to being met is told."""
    situation = look("T86", CUSTOMERS, Capacity.CUSTOMER).whose(
        capacities=in_capacity(Capacity.CUSTOMER, Capacity.PARTNER)
    )
    situation = situation.purpose(allowed={Capacity.CUSTOMER: ids("T86"), Capacity.PARTNER: ids("T86")})
    assert refusals(situation) == {("category_allowed", "other-basis-needed")}


def test_an_official_who_is_also_a_partner_may_consent_as_a_partner():
    """Where the case decides, consent is not given in office; where no purpose is known, it does not count."""
    both = PORTRAIT.whose(capacities=in_capacity(Capacity.PARTNER, Capacity.OFFICIAL))
    assert refusals(both) == set()
    assert ("consent_free", "official") in refusals(both.under(purposes={}))
    event = DIET.whose(capacities=in_capacity(Capacity.OFFICIAL))
    assert refusals(event) == set()


def test_a_claim_opens_what_it_is_named_for():
    """Art. 9(2)(f) and s. 13c(1): a named claim stands for a special category and for a birth number."""
    claim = {"exception": SpecialException.LEGAL_CLAIMS, "evidence": "claim 12/2026"}
    assert refusals(DIET.holding(**claim)) == set()
    contract = PARTY.facts.register.purposes[CUSTOMERS].basis
    number = BIRTH_NUMBER.purpose(basis=contract, assessment=ASSESSED).holding(basis=contract)
    assert refusals(number) == {("national_id_authorised", "no-order-of-law")}
    assert refusals(number.holding(**claim)) == set()
    foreign = number.holding(**claim).entity(CZ, country=CountryCode("DE"))
    assert ("national_id_authorised", "law-not-modelled") in refusals(foreign)


def test_a_cell_whose_controller_is_not_registered_gives_out_nothing():
    """Without the controller nobody is live and no calendar is known."""
    nobody = AT_HOME.under(entities={})
    assert ("entity_live", "unknown-entity") in refusals(nobody)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_looks_at_no_more_than_it_says(rule):
    """A rule of the question gives the same for every person and fact; one of the standing for every fact."""
    if rule.looks_at is Looks.FACT:
        return
    others = [AT_HOME.facts, HOBBY.facts, OF_OFFICIAL.facts]
    for case in CASES:
        question, facts = case.situation.question, case.situation.facts
        for other in others:
            same = replace(facts, fact=other.fact, cleared=False)
            if rule.looks_at is Looks.QUESTION:
                same = replace(same, standing=other.standing)
            assert rule.check(question, same) == rule.check(question, facts)


def test_no_rule_looks_at_who_the_employee_is():
    """Rights come from role, entity and place; a name opens nothing."""
    for case in CASES:
        renamed = case.situation.by(staff=None)
        assert weigh(renamed.question, renamed.facts) == weigh(case.situation.question, case.situation.facts)


def test_every_rule_is_a_sentence_in_a_file_of_its_own():
    """One rule a file, headed by its article, one way to say no; all of them stand in the table."""
    folder = Path(deciding.__file__).parent / "rules"
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == {rule.name for rule in RULES}
    for rule in RULES:
        assert rule.check.__module__.endswith(f".rules.{rule.name}")
        assert rule.watches in (EVERY_OPERATION, HOLDS, READS)
        assert {refusal.rule for refusal in rule.refusals} == {rule.name}
        assert len({refusal.reason for refusal in rule.refusals}) == len(rule.refusals)
        assert any(word in rule.promise for word in ("GDPR", "Act", "NUKIB"))


def test_the_rule_set_has_a_hash_that_names_it():
    """Thirty-two bytes, the same each time; without a rule the set is another set."""
    assert len(rule_set_hash()) == 32
    assert rule_set_hash() == rule_set_hash()
    assert {rule.name for rule in THE_RULES.without("role_may").rules} == {r.name for r in RULES} - {"role_may"}


def test_a_changed_rule_or_data_file_changes_the_hash(tmp_path, monkeypatch):
    """A copy of the rooms with one letter changed has another hash; line ends alone change nothing."""
    rooms = {name: tmp_path / name for name in ("policy", "rules", "catalogue")}
    for room in rooms.values():
        room.mkdir()
        (room / "a.py").write_text("x = 1\n")
        (room / "texts.py").write_text("words\n")
        (room / "notes.md").write_text("words\n")
    monkeypatch.setattr(deciding, "files", lambda package: rooms[package.rpartition(".")[2]])
    first = rule_set_hash.__wrapped__()
    (rooms["rules"] / "a.py").write_bytes(b"x = 1\r\n")
    (rooms["policy"] / "texts.py").write_text("other words\n")
    assert rule_set_hash.__wrapped__() == first
    (rooms["rules"] / "a.py").write_text("x = 2\n")
    assert rule_set_hash.__wrapped__() != first


def test_other_units_say_that_their_law_is_not_built_in():
    """EU and Czech law are modelled; the German unit says so of its own."""
    assert law_is_modelled(REGISTER, CZ)
    assert not law_is_modelled(REGISTER, DE)
    assert not law_is_modelled(REGISTER, EntityId("xx"))


def test_the_values_of_a_question_cannot_be_changed():
    """What was decided about stays what it was."""
    for value in (AT_HOME.question, AT_HOME.facts, AT_HOME.facts.standing, AT_HOME.facts.fact, REGISTER):
        with pytest.raises(AttributeError):
            setattr(value, fields(value)[0].name, None)
    assert RuleSet(RULES).rules == RULES
    assert HQ in REGISTER.entities
