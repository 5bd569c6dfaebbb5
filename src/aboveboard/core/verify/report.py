"""A report: every check with yes or no and a sentence, what follows from them, and what does not."""

from dataclasses import dataclass, field
from types import TracebackType

from aboveboard.core.errors import Invalid, NotVerified

MOST_FAILURES = 20
"""Failures of one kind that are told one by one; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, whether it holds, and the index of the log's entry it is about, if it is one."""

    name: str
    holds: bool
    sentence: str
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
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
    _failed: dict[str, int] = field(default_factory=dict)

    def no(self, name: str, sentence: str, entry: int | None = None) -> None:
        """Say that something does not hold."""
        count = self._failed[name] = self._failed.get(name, 0) + 1
        if count <= MOST_FAILURES:
            self.done.append(Check(name, holds=False, sentence=sentence, entry=entry))

    def settle(self, name: str, sentence: str) -> bool:
        """Say that *name* holds, in this sentence, unless a part of it has failed; whether it holds."""
        failed = self._failed.get(name, 0)
        if failed == 0:
            self.done.append(Check(name, holds=True, sentence=sentence))
        elif failed > MOST_FAILURES:
            more = f"{failed - MOST_FAILURES} more of the same kind do not hold."
            self.done.append(Check(name, holds=False, sentence=more))
        return failed == 0

    @property
    def failed(self) -> bool:
        """Whether anything has failed so far."""
        return bool(self._failed)

    def failed_besides(self, name: str) -> bool:
        """Tell whether anything has failed so far but *name*."""
        return bool(self._failed.keys() - {name})

    def part(self, name: str, entry: int | None = None) -> "Part":
        """Open a block in which Invalid or NotVerified is a no to *name*, about an entry."""
        return Part(self, name, entry)


@dataclass(frozen=True, slots=True)
class Part:
    """A block of which it is noted when it does not hold; what comes after it goes on."""

    checks: Checks
    name: str
    entry: int | None

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        """Note what was raised on purpose, and go on."""
        if isinstance(error, Invalid | NotVerified):
            self.checks.no(self.name, _sentence(error.sentence, self.entry), self.entry)
            return True
        return False


def _sentence(text: str, entry: int | None) -> str:
    if entry is not None:
        return f"Entry {entry}: {text.rstrip('.')}."
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
