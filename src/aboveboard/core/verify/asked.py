"""What is asked of a period of the log, and which fields of a look answer it: as many as it takes, and no more.

Fields are opened in a fixed order and only until one of them shows that the look is not among those asked for; of a
look that is, the time is opened last. Whoever makes a range and whoever checks it go by the same function.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aboveboard.core.errors import Invalid, NotVerified

BEFORE = timedelta(hours=1)
"""A range begins with a line at least this much older than the period: nothing of the period stands before it."""
AFTER = timedelta(minutes=2)
"""A range holds a line at least this much younger than the period: nothing of the period stands behind it."""

# Why the two are enough. The gate stops when an entry has waited a minute to be sequenced, so entries that wait
# together were committed within a minute of each other. Of two lines the later one was therefore committed at most a
# minute before the earlier one. A line's time is that of the question, which comes before the commit: for a look by
# moments, for what a human signs or an import by up to the time it took. So all that stands before a line of the time
# t has a time below t + one minute + what that line took; all behind it one above t - one minute - what a look takes.

REFUSED = "refuse"
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about looks: of which period (its end excluded), and from where, by whom, why and of what."""

    since: datetime
    until: datetime
    country: str = ""
    entity: str = ""
    purpose: str = ""
    category: str = ""
    released: bool = False
    """Whether only looks count that released something."""

    def decided(self, opened: Mapping[str, str]) -> tuple[tuple[str, ...], bool]:
        """Tell which fields of a look show whether it is among those asked for, and whether it is.

        Raises:
            NotVerified: when *opened* lacks one of them.
        """
        read: list[str] = []
        for name, fits in self._conditions():
            if name not in opened:
                raise NotVerified(f"it does not open the field {name}, so nobody can tell whether it counts")
            read.append(name)
            if not fits(opened[name]):
                return tuple(read), False
        return tuple(read), True

    def covered_by(self, times: Mapping[int, datetime], start: int) -> None:
        """Hold the opened *times*, by index, against the period.

        Raises:
            NotVerified: when lines of the period could stand before or behind.
        """
        if start and not any(at <= self.since - BEFORE for at in times.values()):
            raise NotVerified("no line in it is old enough to show that nothing of the period stands before it")
        if not any(at >= self.until + AFTER for at in times.values()):
            raise NotVerified("no line in it is young enough to show that nothing of the period stands behind it")

    def told(self) -> dict[str, str]:
        """Give the question as it stands in files and in the log."""
        given = {"from": self.since.isoformat(), "until": self.until.isoformat()}
        given |= {name: getattr(self, name) for name in _WORDS if getattr(self, name)}
        return given | ({"released": "only"} if self.released else {})

    @classmethod
    def read(cls, told: Mapping[str, str]) -> "Asked":
        """Read what `told` gave, and nothing else.

        Raises:
            Invalid: for anything else.
        """
        try:
            since, until = (datetime.fromisoformat(told[name]).astimezone(UTC) for name in ("from", "until"))
            made = cls(since, until, **{name: told.get(name, "") for name in _WORDS}, released="released" in told)
        except (KeyError, ValueError, OverflowError):
            raise Invalid("it does not say what was asked") from None
        if made.told() != dict(told) or since >= until:
            raise Invalid("it does not say what was asked")
        return made

    def _conditions(self) -> Iterator[tuple[str, Callable[[str], bool]]]:
        for name in ("country", "entity", "purpose"):
            if wanted := getattr(self, name):
                yield name, wanted.__eq__
        if self.category:
            yield "categories", self._of_category
        elif self.released:
            yield "verdict", REFUSED.__ne__
        yield "time", lambda text: self.since <= time_of(text) < self.until

    def _of_category(self, text: str) -> bool:
        given, _, refused = text.partition("-")
        return self.category in given.split(",") or (not self.released and self.category in refused.split(","))


_WORDS = ("country", "entity", "purpose", "category")


def time_of(text: str) -> datetime:
    """Read the field ``time`` of a line.

    Raises:
        NotVerified: when it is no time.
    """
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise NotVerified("its time is not a time") from None
