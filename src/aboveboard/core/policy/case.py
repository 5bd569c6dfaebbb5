"""What several rules ask of one case: its legal day, its purposes, and the capacities that count."""

from datetime import date

from aboveboard.core.policy.deadlines import legal_day
from aboveboard.core.policy.question import Facts, Question, Standing
from aboveboard.core.policy.register import Purpose, Register
from aboveboard.core.terms import UNKNOWN_COUNTRY, Capacity, CountryCode

_latest: tuple[Question | None, Register | None, date] = (None, None, date.min)


def controller_country(register: Register) -> CountryCode:
    """Give the country of the controller, whose legal calendar counts."""
    controller = register.entities.get(register.controller)
    return UNKNOWN_COUNTRY if controller is None else controller.country


def today(question: Question, register: Register) -> date:
    """Give the day of the question by the controller's legal calendar."""
    global _latest  # noqa: PLW0603 - remembers one answer, which is the same whoever computes it
    asked, of, day = _latest
    if asked is not question or of is not register:
        day = legal_day(question.asked_at, controller_country(register))
        _latest = (question, register, day)
    return day


def purpose_of(question: Question, facts: Facts) -> Purpose | None:
    """Give the purpose that is claimed, or None when nobody registered it."""
    return facts.register.purposes.get(question.purpose)


def ever_held(standing: Standing, day: date) -> tuple[Capacity, ...]:
    """Give the capacities held now or before; after their end, retention decides how long that counts."""
    return tuple([capacity for capacity, since, _ in standing.capacities if since <= day])


def held_now(standing: Standing, day: date) -> tuple[Capacity, ...]:
    """Give the capacities held on that day."""
    return tuple(
        capacity for capacity, since, until in standing.capacities if since <= day and (until is None or day < until)
    )


def served(purpose: Purpose, standing: Standing, day: date) -> tuple[Capacity, ...]:
    """Give the capacities of the person the purpose is registered for: the capacity of the case."""
    allowed = purpose.allowed
    return tuple([held for held, since, _ in standing.capacities if since <= day and held in allowed])
