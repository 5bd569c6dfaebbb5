"""Lines that a law kept from the person for a time (ADR 8): what is still sealed, and what each opened one rests on."""

from collections.abc import Iterable, Mapping, Sequence
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
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.verify.acts import Statements, check_act, texts
from aboveboard.core.verify.lines import ReadLine, Tree, check_inclusion, check_openings
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.shape import Evidence, Governance, PackedAct, PackedLine

SEALED, OVERDUE = "sealed", "delays"
KIND = "delay"


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A look that was sealed, as it is shown now: what it says, until when it was to stay sealed, who ordered it."""

    look: ReadLine
    day: int
    opening: ReadLine


def uncover(
    evidence: Evidence,
    lines: Sequence[PackedLine],
    read: Sequence[ReadLine | None],
    roots: Mapping[int, Tree],
    checks: Checks,
) -> list[Uncovered]:
    """Give the looks behind the lines that open one; each stands in the log, opens, and is about the person."""
    found = []
    for line, opening in zip(lines, read, strict=True):
        if opening is not None and opening.kind == EntryKind.OPENED:
            one = _uncovered(evidence, line, opening, roots, checks)
            found += [one] if one else []
        elif line.sealed:
            checks.no(SEALED, "A line shows sealed lines that it does not open.", line.index)
    return found


def _uncovered(
    evidence: Evidence, line: PackedLine, opening: ReadLine, roots: Mapping[int, Tree], checks: Checks
) -> Uncovered | None:
    shown = [(one, check_inclusion(one, roots, checks), check_openings(one, checks)) for one in line.sealed]
    with checks.part(SEALED, line.index):
        tail = Leaf.decode(line.leaf).tail
        if tail is None or opening.said.operation != OPENING or number_in(opening.said.body, "number") != tail.number:
            raise NotVerified("its public bytes do not name the sealed line that it says")
        said, day = opening.said, 0
        for at, (one, stands, look) in enumerate(shown):
            if not stands or look is None:
                return None
            day = _follow(said, one, look, evidence)
            if one.log == line.log and one.index >= line.index:
                raise NotVerified("it opens a line that stands behind it")
            said = look.said
            if said.operation != CARRYING and at + 1 == len(shown):
                return Uncovered(replace(look, kind=int(EntryKind.LOOK)), day, opening)
        raise Invalid("it does not show the look that it opens")
    return None


def _follow(said: Said, line: PackedLine, look: ReadLine, evidence: Evidence) -> int:
    """Hold a sealed line against the one that names it; the day it was to be opened by."""
    leaf, place = Leaf.decode(line.leaf), tuple(number_in(said.body, name) for name in ("log", "number", "index"))
    if leaf.kind != EntryKind.SEALED or leaf.tail is None or (line.log, leaf.tail.number, line.index) != place:
        raise NotVerified("the sealed line shown is not the one that is named")
    if look.side is None or (look.side.subject, look.side.number) != (evidence.subject, leaf.tail.number):
        raise NotVerified("the sealed line is about somebody else, or counted otherwise")
    return leaf.tail.day


def check_orders(
    evidence: Evidence, uncovered: Sequence[Uncovered], governance: Governance, known: Statements, checks: Checks
) -> None:
    """Hold each look that was sealed against the order behind it: signed by two, about this person and such looks."""
    acts = {act.id: act for act in governance.acts}
    for one in uncovered:
        with checks.part(SEALED, one.opening.index):
            _check_order(evidence, one, acts, known)
    if uncovered:
        checks.settle(
            SEALED, f"{len(uncovered)} looks were sealed for a time, each under an order that two people had signed."
        )


def _check_order(evidence: Evidence, one: Uncovered, acts: Mapping[str, PackedAct], known: Statements) -> None:
    names, side = texts(one.opening.said.body.get("acts")), one.opening.side
    if side is None or not names or len(names) != len(side.digests):
        raise NotVerified("it does not name the order it was sealed under")
    before = ""
    for name, nonce in zip(names, side.digests, strict=True):
        act = acts.get(name)
        if act is None or name not in known.applied or act.proposal.get("kind") != KIND:
            raise NotVerified("the order it was sealed under is not shown, or never took effect")
        try:
            check_act(act, known)
        except NotVerified as error:
            raise NotVerified(f"the order it was sealed under {error.sentence}") from None
        about = person_digest(bytes.fromhex(nonce), evidence.subject)
        if act.body.get("person") != about or (before and act.body.get("renews") != before):
            raise NotVerified("the order it was sealed under is about somebody else, or does not renew the one before")
        before = name
    first, look = acts[names[0]].body, one.look.said
    open_by = _day(first.get("open_by"))
    if look.purpose not in texts(first.get("purposes")):
        raise NotVerified("the order it was sealed under does not cover looks for its purpose")
    if not known.applied[names[0]] <= look.at or utc_day(look.at) > open_by or one.day > day_number(open_by):
        raise NotVerified("the order it was sealed under did not stand at that time")


def _day(value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Invalid("the order it was sealed under names no day") from None


def check_outstanding(tally: Tally, day: date, checks: Checks) -> None:
    """Say how many lines of the log are still sealed; an opening that was due before *day* does not hold."""
    with checks.part(OVERDUE):
        if tally.overdue_on(day):
            raise NotVerified(
                f"an opening is overdue: of the {tally.outstanding} sealed lines of the log one was to be opened by"
                f" {day_of(tally.first)}, and was not"
            )
    if tally.outstanding:
        until = day_of(tally.last)
        checks.settle(OVERDUE, f"{tally.outstanding} lines of the log are sealed until {until} at most, none overdue.")
    else:
        checks.settle(OVERDUE, "No line of the log is sealed: whatever a law kept back for a time was opened.")


def day_of_pack(evidence: Evidence, read: Iterable[ReadLine | None], cosigned: Iterable[datetime]) -> date:
    """Give the day up to which the pack speaks: when it was made, by its maker, its own lines, or the witnesses."""
    times = [evidence.made_at, *(line.said.at for line in read if line is not None), *cosigned]
    return utc_day(max(times))
