"""What an audit of the log finds: each finding with a stable code, a sentence, and the entries it is about."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was signed; *index* to *last* are places in the log."""

    code: str
    sentence: str
    index: int | None = None
    last: int | None = None
    where: str = ""
    """Path of a published file, below the log's folder."""


def ranges(indexes: Iterable[int]) -> list[tuple[int, int]]:
    """Join neighbouring indexes: first and last of each run."""
    runs: list[tuple[int, int]] = []
    for index in sorted(set(indexes)):
        if runs and runs[-1][1] == index - 1:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs


def about(code: str, verb: str, indexes: Iterable[int]) -> list[Finding]:
    """Give one finding for each run of entries: "Entry 7 was deleted", "Entries 7 to 9 were deleted"."""
    found = []
    for first, last in ranges(indexes):
        if first == last:
            found.append(Finding(code, f"Entry {first} was {verb}.", first, last))
        else:
            found.append(Finding(code, f"Entries {first} to {last} were {verb}.", first, last))
    return found
