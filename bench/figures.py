"""A figure with its spread: the median of some sets, and the lowest and highest beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One line of the table of measurements."""

    bench: str
    database: str
    what: str
    values: tuple[float, ...]
    """One a set."""
    unit: str
    goal: float | None = None
    at_least: bool = True
    """Whether more is better; False where the goal is the most that is wanted."""
    beside: str = ""

    @property
    def value(self) -> float:
        """The median of the sets."""
        return median(self.values)

    @property
    def met(self) -> bool | None:
        """Whether the goal was met; None where there is none."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def told(self) -> dict[str, Any]:
        """Give the figure as JSON can hold it."""
        return asdict(self)

    @classmethod
    def heard(cls, told: dict[str, Any]) -> "Figure":
        """Read what `told` gave."""
        return cls(**{**told, "values": tuple(told["values"])})


COLUMNS = ("bench", "database", "what", "median", "lowest - highest", "goal", "beside")


def table(figures: Iterable[Figure]) -> str:
    """Set *figures* as a Markdown table."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *map(_row, figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(figure: Figure) -> Sequence[str]:
    goal = ""
    if figure.goal is not None:
        sign = ("at least", "at most")[not figure.at_least]
        goal = f"{sign} {_number(figure.goal)}: {'met' if figure.met else f'missed by {_missed(figure)}'}"
    median_ = f"{_number(figure.value)} {figure.unit}".strip()
    spread = f"{_number(min(figure.values))} - {_number(max(figure.values))}" if len(figure.values) > 1 else ""
    return (figure.bench, figure.database, figure.what, median_, spread, goal, figure.beside)


def _missed(figure: Figure) -> str:
    goal = figure.goal or 1.0
    return f"{abs(figure.value - goal) / goal:.0%}"


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
