"""A report: every check with yes or no and a sentence, what follows from them, and what does not."""

from dataclasses import dataclass, field
from typing import NamedTuple, Self

from aboveboard.core.errors import Invalid, NotVerified

MOST_FAILURES = 20
"""Failures of one kind that are told one by one; the rest is counted."""


class Check(NamedTuple):
    """One thing that was looked at, whether it holds, and the index of the log's entry it is about, if it is one."""

    name: str
    holds: bool
    sentence: str
    entry: int | None = None


class Report(NamedTuple):
    """What was checked, what is proved by it, and what is not."""

    checks: tuple[Check, ...]
    proved: tuple[str, ...]
    not_proved: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every check holds, and there was something to check."""
        return bool(self.checks) and all(check.holds for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if not check.holds)


@dataclass(slots=True)
class Checks:
    """Gathers checks as they are made; one kind of check holds when none of its parts fails."""

    done: list[Check] = field(default_factory=list)
    proved: list[str] = field(default_factory=list)
    """What follows where all holds."""
    not_proved: list[str] = field(default_factory=list)
    """What does not follow of this evidence, besides what never does."""
    _failed: dict[str, int] = field(default_factory=dict)
    _parts: list[tuple[str, int | None, str]] = field(default_factory=list)
    """The blocks that are open."""

    def no(self, name: str, sentence: str, entry: int | None = None) -> None:
        """Say that something does not hold."""
        count = self._failed[name] = self._failed.get(name, 0) + 1
        if count <= MOST_FAILURES:
            self.done.append(Check(name, holds=False, sentence=sentence, entry=entry))

    def settle(self, name: str, sentence: str) -> bool:
        """Say that *name* holds, in this sentence, unless a part of it has failed; whether it holds."""
        failed = self._failed.get(name, 0)
        if failed > MOST_FAILURES:
            sentence = f"{failed - MOST_FAILURES} more of the same kind do not hold."
        if failed == 0 or failed > MOST_FAILURES:
            self.done.append(Check(name, holds=not failed, sentence=sentence))
        return not failed

    @property
    def failed(self) -> bool:
        """Whether anything has failed so far."""
        return bool(self._failed)

    def report(self, *limits: str, but: str = "") -> Report:
        """Give the report; something is proved where nothing failed *but* this. *limits*: what is never proved."""
        proved = () if self._failed.keys() - {but} else tuple(self.proved)
        return Report(tuple(self.done), proved, (*limits, *self.not_proved))

    def part(self, name: str, entry: int | None = None, about: str = "") -> Self:
        """Open a block in which Invalid or NotVerified is a no to *name*, about an entry or something else."""
        self._parts.append((name, entry, about if entry is None else f"Entry {entry}"))
        return self

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(self, _kind: object, error: BaseException | None, _at: object) -> bool:
        """Note what was raised on purpose, and go on behind the block."""
        name, entry, about = self._parts.pop()
        if not isinstance(error, Invalid | NotVerified):
            return False
        said = error.sentence.rstrip(".")
        self.no(name, f"{about}: {said}." if about else f"{said[:1].upper()}{said[1:]}.", entry)
        return True
