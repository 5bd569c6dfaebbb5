"""How a known person stands after a file has brought them again: a capacity more, and what became of the notice."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from aboveboard.apps.vault.queries import encode_capacities
from aboveboard.core.policy.question import Standing
from aboveboard.core.terms import Capacity, NoticeState

Dated = tuple[Capacity, date, date | None]
"""A capacity with its first day and the day from which it is no longer held."""


@dataclass(frozen=True, slots=True)
class StandingChange:
    """What changes of how a person stands; the rules are asked about the person as they stand afterwards."""

    capacity: Dated | None = None
    notice: NoticeState | None = None
    """Informed, or owed (anew); None leaves it."""
    notice_on: date | None = None
    """The day they were informed, or the day from which the term of Art. 14(3)(a) runs."""
    directly: bool = False
    """They gave what is recorded now themselves, so that the notice is due at once (Art. 13(1))."""

    def applied(self, standing: Standing) -> Standing:
        """Give the standing after the change."""
        if self.capacity is not None:
            standing = replace(standing, capacities=joined(standing.capacities, self.capacity))
        if self.directly:
            standing = replace(standing, collected_directly=True)
        if self.notice is NoticeState.INFORMED:
            return replace(standing, notice=NoticeState.INFORMED, notice_exemption=None)
        if self.notice is NoticeState.OWED and self.notice_on is not None:
            return replace(standing, notice=NoticeState.OWED, notice_exemption=None, obtained_on=self.notice_on)
        return standing

    def columns(self, before: Standing) -> dict[str, object]:
        """Give the columns of the person's row that the change writes."""
        found: dict[str, object] = {}
        if self.capacity is not None:
            found["capacities"] = encode_capacities(joined(before.capacities, self.capacity))
        if self.directly:
            found["collected_directly"] = True
        if self.notice is not None:
            found |= {"notice": self.notice.value, "exemption": ""}
            found["informed_on" if self.notice is NoticeState.INFORMED else "obtained_on"] = self.notice_on
        return found


def joined(held: Iterable[Dated], more: Dated) -> tuple[Dated, ...]:
    """Give *held* with one capacity more; one that is held already runs from the earlier to the later day."""
    capacity, since, until = more
    kept = []
    for known in held:
        if known[0] is not capacity:
            kept.append(known)
            continue
        since = min(since, known[1])
        until = None if until is None or known[2] is None else max(until, known[2])
    return (*kept, (capacity, since, until))
