"""``Question + Facts -> Decision``: every rule that watches the operation is asked, and every refusal is kept."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from aboveboard.core.catalogue import catalogue
from aboveboard.core.errors import Invalid
from aboveboard.core.policy.decision import Decision, Outcome, Refusal
from aboveboard.core.policy.grants import grant_for, needs_grant
from aboveboard.core.policy.question import Facts, Question
from aboveboard.core.policy.register import Register
from aboveboard.core.policy.rule import EVERY_OPERATION, Check, Looks, Rule
from aboveboard.core.policy.rules.basis_stands import basis_stands
from aboveboard.core.policy.rules.category_allowed import category_allowed
from aboveboard.core.policy.rules.consent_free import consent_free
from aboveboard.core.policy.rules.consent_stands import consent_stands
from aboveboard.core.policy.rules.entity_live import entity_live
from aboveboard.core.policy.rules.exception_attached import exception_attached
from aboveboard.core.policy.rules.grant_held import grant_held
from aboveboard.core.policy.rules.interest_assessed import interest_assessed
from aboveboard.core.policy.rules.national_id_authorised import national_id_authorised
from aboveboard.core.policy.rules.not_objected import not_objected
from aboveboard.core.policy.rules.not_restricted import not_restricted
from aboveboard.core.policy.rules.notice_given import notice_given
from aboveboard.core.policy.rules.offences_authorised import offences_authorised
from aboveboard.core.policy.rules.own_record_only import own_record_only
from aboveboard.core.policy.rules.place_not_warned import place_not_warned
from aboveboard.core.policy.rules.purpose_fits import purpose_fits
from aboveboard.core.policy.rules.purpose_registered import purpose_registered
from aboveboard.core.policy.rules.retention_runs import retention_runs
from aboveboard.core.policy.rules.role_may import role_may
from aboveboard.core.policy.rules.source_given import source_given
from aboveboard.core.policy.rules.text_cleared import text_cleared
from aboveboard.core.policy.rules.transfer_allowed import transfer_allowed
from aboveboard.core.policy.transfers import resting_on
from aboveboard.core.terms import READS, CategoryId, Operation, Role, SubjectId, TransferTool

RULES: tuple[Rule, ...] = (
    Rule(purpose_registered, Looks.QUESTION, EVERY_OPERATION),
    Rule(role_may, Looks.QUESTION, EVERY_OPERATION),
    Rule(entity_live, Looks.QUESTION),
    Rule(place_not_warned, Looks.QUESTION, EVERY_OPERATION),
    Rule(transfer_allowed, Looks.QUESTION, READS),
    Rule(notice_given, Looks.STANDING),
    Rule(not_restricted, Looks.STANDING),
    Rule(grant_held, Looks.FACT, EVERY_OPERATION),
    Rule(not_objected, Looks.FACT),
    Rule(purpose_fits, Looks.FACT),
    Rule(basis_stands, Looks.FACT),
    Rule(consent_stands, Looks.FACT),
    Rule(consent_free, Looks.FACT),
    Rule(interest_assessed, Looks.FACT),
    Rule(category_allowed, Looks.FACT),
    Rule(exception_attached, Looks.FACT),
    Rule(offences_authorised, Looks.FACT),
    Rule(national_id_authorised, Looks.FACT),
    Rule(source_given, Looks.FACT),
    Rule(retention_runs, Looks.FACT),
    Rule(text_cleared, Looks.FACT),
    Rule(own_record_only, Looks.FACT, EVERY_OPERATION, for_person=True),
)
"""Every rule, how much of a case it looks at, and the operations it watches."""

Refusals = tuple[Refusal, ...]
NOTHING_HELD = Outcome(frozenset(), {})


class RuleSet:
    """Rules made ready: for each operation and kind of asker the checks, by how much they look at."""

    __slots__ = ("_plans", "rules")

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Sort *rules* once, so that deciding only runs what watches the operation."""
        self.rules = tuple(rules)
        self._plans = {
            (operation, person): tuple(
                tuple(
                    rule.check
                    for rule in rules
                    if rule.looks_at is looks and rule.for_person is person and operation in rule.watches
                )
                for looks in Looks
            )
            for operation in Operation
            for person in (False, True)
        }

    def plan(self, question: Question) -> tuple[tuple[Check, ...], ...]:
        """Give the checks for this question: of the question, of the standing, of the fact."""
        return self._plans[question.operation, question.actor.role is Role.PERSON]

    def without(self, name: str) -> "RuleSet":
        """Give the set without one rule, to show that the rule is needed."""
        return RuleSet([rule for rule in self.rules if rule.name != name])


THE_RULES = RuleSet(RULES)


def weigh(question: Question, facts: Facts, rules: RuleSet = THE_RULES) -> Refusals:
    """Give every refusal of one category of one person; none means yes."""
    return tuple(
        refusal
        for checks in rules.plan(question)
        for check in checks
        if (refusal := check(question, facts)) is not None
    )


def decide(
    question: Question, cases: Mapping[SubjectId, Mapping[CategoryId, Facts]], rules: RuleSet = THE_RULES
) -> Decision:
    """Give the decision on *question*: for each person the categories released, and all refusals of the others.

    Only persons and categories that are asked for are answered. Equal parts are judged once within one call:
    what looks at the question alone once for a register, what looks at the person once for a standing, and one
    value of ``Facts`` once however many persons share it.

    Raises:
        Invalid: when a case lies under another category than its own.
    """
    judge = Judge(question, rules)
    outcomes = {
        subject: judge.outcome(held) if (held := cases.get(subject)) else NOTHING_HELD for subject in question.subjects
    }
    register = next((facts.register for held in cases.values() for facts in held.values()), None)
    return Decision(outcomes, *NO_TRANSFER) if register is None else concluded(question, outcomes, register)


def concluded(question: Question, outcomes: Mapping[SubjectId, Outcome], register: Register) -> Decision:
    """Give the decision that follows from the *outcomes*, with what it rests on."""
    released = any(outcome.released for outcome in outcomes.values())
    return Decision(outcomes, *(rests_on(question, register) if released else NO_TRANSFER))


NO_TRANSFER = (TransferTool.WITHIN_EEA, b"")


def rests_on(question: Question, register: Register) -> tuple[TransferTool, bytes]:
    """Give what a released look rests on: the transfer tool, and the id of the grant where one was needed."""
    if question.actor.role is Role.PERSON or question.operation not in READS:
        return NO_TRANSFER
    grant = grant_for(question, register) if needs_grant(question, register) else ""
    tool = resting_on(question, register).tool
    return tool or TransferTool.WITHIN_EEA, b"" if isinstance(grant, str) else grant.id


class Judge:
    """Judges each different part of one question's cases once; it holds on to what it was given by identity."""

    __slots__ = ("_by_facts", "_by_held", "_by_register", "_by_standing", "_plan", "_question")

    def __init__(self, question: Question, rules: RuleSet = THE_RULES) -> None:
        """Make ready to judge cases of *question*."""
        self._question = question
        self._plan = rules.plan(question)
        self._by_register: dict[int, Refusals] = {}
        self._by_standing: dict[tuple[int, int], Refusals] = {}
        # The facts stay referenced here, so that no identity is given out twice while this question is judged.
        self._by_facts: dict[int, tuple[Facts, Refusals]] = {}
        self._by_held: dict[tuple[tuple[CategoryId, int], ...], Outcome] = {}

    def outcome(self, held: Mapping[CategoryId, Facts]) -> Outcome:
        """Give the outcome for one person, from the categories asked for."""
        asked = self._question.categories
        cases = [(category, facts) for category, facts in held.items() if category in asked]
        same = tuple([(category, id(facts)) for category, facts in cases])
        outcome = self._by_held.get(same)
        if outcome is None:
            outcome = self._by_held[same] = self._judged(cases)
        return outcome

    def _judged(self, cases: Iterable[tuple[CategoryId, Facts]]) -> Outcome:
        released, refused = [], {}
        for category, facts in cases:
            if facts.fact.category != category:
                raise Invalid("A case lies under another category than its own.")
            known = self._by_facts.get(id(facts))
            if known is None:
                known = self._by_facts[id(facts)] = (facts, self._refusals(facts))
            if known[1]:
                refused[category] = known[1]
            else:
                released.append(category)
        return Outcome(frozenset(released), refused)

    def _refusals(self, facts: Facts) -> Refusals:
        question = self._question
        of_question, of_standing, of_fact = self._plan
        register, standing = id(facts.register), id(facts.standing)
        first = self._by_register.get(register)
        if first is None:
            first = self._by_register[register] = _asked(of_question, question, facts)
        second = self._by_standing.get((register, standing))
        if second is None:
            second = self._by_standing[register, standing] = _asked(of_standing, question, facts)
        return first + second + _asked(of_fact, question, facts)


def _asked(checks: tuple[Check, ...], question: Question, facts: Facts) -> Refusals:
    return tuple([refusal for check in checks if (refusal := check(question, facts)) is not None])


_TELLS_ONLY = frozenset({"readers.py", "reference.py", "texts.py"})
"""Files of this room that decide nothing."""


@cache
def rule_set_hash() -> bytes:
    """Give SHA-256 over the rules' table, the source of all rules and catalogue, and the data files.

    It is the same wherever the same rules run, and another as soon as one rule or data file changes.
    """
    whole = sha256(b"aboveboard/rule-set/v1\n")
    for rule in RULES:
        watched = " ".join(sorted(rule.watches))
        whole.update(f"{rule.name} {rule.looks_at.name} {rule.for_person} {watched}\n".encode())
    for package in ("aboveboard.core.policy", "aboveboard.core.policy.rules", "aboveboard.core.catalogue"):
        for source in sorted(files(package).iterdir(), key=lambda item: item.name):
            if source.name.endswith(".py") and source.name not in _TELLS_ONLY:
                whole.update(f"{package} {source.name} ".encode() + _digest(source))
    whole.update(catalogue().digest)
    return whole.digest()


def _digest(source: Traversable) -> bytes:
    return sha256(source.read_text("utf-8").replace("\r\n", "\n").encode("utf-8")).digest()
