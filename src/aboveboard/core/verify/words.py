"""What a pack proves and what it does not, in plain sentences; the second list is never empty."""

from dataclasses import dataclass

from aboveboard.core.entries.sealed import UNTOLD, Tally, day_of
from aboveboard.core.tlog.trust import WitnessedCheckpoint


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a pack."""

    lines: int
    granted: int
    vouched: int
    unvouched: int
    log: int
    erased: bool
    tally: Tally = UNTOLD
    uncovered: int = 0
    """Looks that were sealed for a time and are shown now."""
    choice: str = ""
    """What the log itself says of its witnesses."""


ALWAYS = (
    (
        "What came after this checkpoint. Lines signed later are in a newer pack, which cannot leave out one of these;"
        " the look that made this pack is one of them."
    ),
    (
        "That the index is the whole log's. Its root is signed, and whoever holds every entry of the log can make it"
        " anew from them; nobody can from this pack alone."
    ),
    (
        "That every look left a line. A photographed screen, a look over somebody's shoulder, an export passed on, or a"
        " second record kept elsewhere leaves none."
    ),
    (
        "That nobody read past the log. Whoever runs the machines and holds the root key can read what lies there"
        " without leaving a line."
    ),
    (
        "Who the readers are, and that places are true. A line shows entity, country, purpose and how the place was"
        " established; the reader's name and role stay hidden, and the entity vouches for its own workplaces."
    ),
    "That a grant was not ended earlier. The end of a grant counts only where its line is shown.",
    "What was never recorded here: other systems, paper, and the memory of people.",
)
UNWITNESSED = (
    "That everybody was shown the same log, and when. No witness has cosigned this checkpoint; compare it with one that"
    " somebody else has kept."
)


def proved(
    found: Found, witnessed: WitnessedCheckpoint, kept: int, outside: WitnessedCheckpoint | None
) -> tuple[str, ...]:
    """Say what a pack proves whose checks all hold; *outside*: the newest checkpoint that witnesses have cosigned."""
    checkpoint = witnessed.checkpoint
    said = [
        (
            f"The log {checkpoint.origin} stands for {checkpoint.size} entries; who changes, removes or"
            " inserts one contradicts this checkpoint."
        ),
        _all_lines(found),
        "Each says when, for what, from which entity and country, which categories, and whether it was allowed.",
    ]
    if found.uncovered:
        said.append(f"{found.uncovered} of the looks were kept from the person for a time, under orders signed by two.")
    if found.granted:
        said.append(
            f"{found.granted} looks of other entities were covered by a grant that two people had signed before."
        )
    if found.vouched:
        said.append(f"{found.vouched} of the values shown are, letter by letter, those that were recorded.")
    if found.erased:
        said.append("The log says that this person's keys were shredded, and released nothing about them afterwards.")
    if kept:
        said.append("Nothing was changed since the checkpoints that were kept.")
    if outside is not None:
        names, size = ", ".join(sorted(outside.cosigned)), outside.checkpoint.size
        upto = "" if size == checkpoint.size else f" up to entry {size}"
        said.append(f"Witnesses saw the same log{upto}: {names}.")
    if found.choice:
        said.append(found.choice)
    return tuple(said)


def _all_lines(found: Found) -> str:
    some, tally = f"{found.lines} of them are about this person, and no other up to this checkpoint", found.tally
    late = f" {tally.late} in this log were opened after their day." if tally.late else ""
    if not tally.outstanding:
        return f"{some}: the log's index has none.{late}"
    until = day_of(tally.last)
    return (
        f"{some}, except that {tally.outstanding} lines of this log are sealed by law until {until} at the latest:"
        f" nobody is told yet whom these are about. The log's index has no other.{late}"
    )


def not_proved(
    found: Found | None, witnessed: WitnessedCheckpoint | None, outside: WitnessedCheckpoint | None = None
) -> tuple[str, ...]:
    """Say what no pack proves, and what this one does not."""
    more = []
    if witnessed is None or outside is None:
        more.append(UNWITNESSED)
    elif outside.checkpoint.size < witnessed.checkpoint.size:
        more.append(
            f"That everybody was shown the same {witnessed.checkpoint.size - outside.checkpoint.size} newest entries:"
            " the witnesses had not yet cosigned these when the pack was made."
        )
    if found is not None and found.unvouched:
        more.append(
            f"{found.unvouched} of the values shown cannot be tied to a line: something recorded together with them is"
            " gone by now, or was not released."
        )
    if found is not None and found.log > 1:
        more.append(
            "That nothing stood in the lost range of an earlier log of this cell: a gap was declared, and its first"
            " line says how long it is."
        )
    if found is not None and found.erased:
        more.append(
            "That no copy is left outside: backups of the key store live on until the day the certificate names."
        )
    return (*ALWAYS, *more)
