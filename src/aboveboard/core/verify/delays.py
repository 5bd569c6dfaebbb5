"""Lines that a law kept from the person for a time (ADR 8): what is still sealed, and what each opened one rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.leaf import Leaf
from aboveboard.core.entries.said import Said
from aboveboard.core.entries.sealed import (
    CARRYING,
    OPENING,
    Tally,
    day_number,
    day_of,
    number_in,
    person_digest,
    utc_day,
)
from aboveboard.core.errors import Invalid, NotVerified, require
from aboveboard.core.verify.acts import Statements, act_behind, texts
from aboveboard.core.verify.lines import Lines, Read, ReadLine, Roots, check_inclusion, check_openings
from aboveboard.core.verify.parts import hex_of
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.shape import Evidence, PackedLine

SEALED, OVERDUE = "sealed", "delays"
NOT_HERE = "This line opens one that a law had kept sealed for a time; aboveboard-verify-all.pyz checks such lines."
KIND = "delay"


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A look that was sealed, as it is shown now: what it says, until when it was to stay sealed, who ordered it."""

    look: ReadLine
    day: int
    opening: ReadLine


@dataclass(frozen=True, slots=True)
class Delayed:
    """The looks of a pack that were sealed for a time."""

    subject: bytes
    found: Sequence[Uncovered]

    @property
    def looks(self) -> list[ReadLine]:
        """What they say."""
        return [one.look for one in self.found]

    def check_orders(self, known: Statements, checks: Checks) -> None:
        """Hold each against the order behind it: signed by two, about this person and such looks."""
        for one in self.found:
            with checks.part(SEALED, one.opening.index):
                _check_order(self.subject, one, known)
        if self.found:
            some = f"{len(self.found)} of the looks were kept from the person for a time, under orders signed by two."
            checks.settle(SEALED, some)
            checks.proved.append(some)


def uncover(subject: bytes, lines: Lines, read: Read, roots: Roots, checks: Checks) -> Delayed:
    """Give the looks behind the lines that open one; each stands in the log, opens, and is about the person."""
    found: list[Uncovered] = []
    for line, opening in zip(lines, read, strict=True):
        if opening is not None and opening.kind == EntryKind.OPENED:
            shown = [(one, check_inclusion(one, roots, checks), check_openings(one, checks)) for one in line.sealed]
            with checks.part(SEALED, line.index):
                found += _uncovered(subject, line, opening, shown)
        elif line.sealed:
            checks.no(SEALED, "A line shows sealed lines that it does not open.", line.index)
    return Delayed(subject, found)


def refuse(_subject: bytes, lines: Lines, read: Read, _roots: Roots, checks: Checks) -> None:
    """Say of lines that open a sealed one that they are not checked here."""
    for line, one in zip(lines, read, strict=True):
        if line.sealed or (one is not None and one.kind == EntryKind.OPENED):
            checks.no(SEALED, NOT_HERE, line.index)


def _uncovered(
    subject: bytes, line: PackedLine, opening: ReadLine, shown: Sequence[tuple[PackedLine, bool, ReadLine | None]]
) -> list[Uncovered]:
    """Give the look behind one line; nothing where a line on the way to it has failed already."""
    tail, said, day, look = Leaf.decode(line.leaf).tail, opening.said, 0, None
    named = tail is not None and said.operation == OPENING and number_in(said.body, "number") == tail.number
    require(named, "its public bytes do not name the sealed line that it says")
    for one, stands, look in shown:
        if not stands or look is None:
            return []
        day = _follow(said, one, look, subject)
        require(one.log != line.log or one.index < line.index, "it opens a line that stands behind it")
        said = look.said
    if look is None or said.operation == CARRYING:
        raise Invalid("it does not show the look that it opens")
    return [Uncovered(replace(look, kind=int(EntryKind.LOOK)), day, opening)]


def _follow(said: Said, line: PackedLine, look: ReadLine, subject: bytes) -> int:
    """Hold a sealed line against the one that names it; the day it was to be opened by."""
    leaf, place = Leaf.decode(line.leaf), tuple(number_in(said.body, name) for name in ("log", "number", "index"))
    if leaf.kind != EntryKind.SEALED or leaf.tail is None or (line.log, leaf.tail.number, line.index) != place:
        raise NotVerified("the sealed line shown is not the one that is named")
    fits = look.side is not None and (look.side.subject, look.side.number) == (subject, leaf.tail.number)
    require(fits, "the sealed line is about somebody else, or counted otherwise")
    return leaf.tail.day


def _check_order(subject: bytes, one: Uncovered, known: Statements) -> None:
    look, names = one.look.said, texts(one.opening.said.body.get("acts"))
    nonces = one.opening.side.digests if one.opening.side else ()
    require(names and len(names) == len(nonces), "it does not name the order it was sealed under")
    orders = [act_behind(name, KIND, known) for name in names]
    for (order, _), before, nonce in zip(orders, (None, *names), nonces, strict=False):
        fits = order.body.get("person") == person_digest(hex_of(nonce), subject)
        renews = before is None or order.body.get("renews") == before
        require(fits and renews, "the order it was sealed under is about another, or does not renew the last")
    first, applied = orders[0]
    try:
        open_by = date.fromisoformat(first.body.get("open_by", ""))
    except (TypeError, ValueError):
        raise Invalid("the order it was sealed under names no day") from None
    covered = look.purpose in texts(first.body.get("purposes"))
    require(covered, "the order it was sealed under does not cover looks for its purpose")
    stood = applied <= look.at and utc_day(look.at) <= open_by and one.day <= day_number(open_by)
    require(stood, "the order it was sealed under did not stand at that time")


def check_outstanding(tally: Tally, day: date, checks: Checks) -> None:
    """Say how many lines of the log are still sealed; an opening that was due before *day* does not hold."""
    said, count = "No line of the log is sealed: whatever a law kept back for a time was opened.", tally.outstanding
    with checks.part(OVERDUE):
        if tally.overdue_on(day):
            raise NotVerified(f"an opening is overdue: of {count} sealed lines one was due by {day_of(tally.first)}")
        if count:
            said = f"{count} lines of the log are sealed until {day_of(tally.last)} at most, none overdue."
    checks.settle(OVERDUE, said)


def day_of_pack(evidence: Evidence, read: Read, cosigned: Iterable[datetime]) -> date:
    """Give the day up to which the pack speaks: when it was made, by its maker, its own lines, or the witnesses."""
    return utc_day(max([evidence.made_at, *(line.said.at for line in read if line is not None), *cosigned]))
