"""Laws that forbid telling a person for a time, and the longest term of an order that rests on one (GDPR Art. 23).

None of those listed names a term of its own in the text, so the house's year holds for them; where a law or an
authority's practice sets a shorter one, it is entered here with its source. A law that is not listed has the year too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

HOUSE_DAYS = 365
"""A house default: nothing stays sealed for longer than a year unless a new act says so."""


@dataclass(frozen=True, slots=True)
class DelayLaw:
    """A law by its short name: title, the article that forbids telling, the longest term in days, where it is from."""

    title: str
    article: str
    longest_days: int
    source: str


DELAY_LAWS: Mapping[str, DelayLaw] = {
    "eu-2015-849": DelayLaw("Directive (EU) 2015/849", "Art. 39(1)", HOUSE_DAYS, "OJ L 141, 5.6.2015; no term named"),
    "eu-2024-1624": DelayLaw("Regulation (EU) 2024/1624", "Art. 73", HOUSE_DAYS, "OJ L, 2024/1624; no term named"),
}


def longest_days(law: str) -> int:
    """Give the longest term of an order under *law*, by short name or by title, in days."""
    for name, known in DELAY_LAWS.items():
        if law in (name, known.title):
            return known.longest_days
    return HOUSE_DAYS
