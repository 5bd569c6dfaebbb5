"""Who outside has seen the log: cosignatures under a pack's checkpoint, or under an earlier one that it leads to."""

from collections.abc import Mapping
from typing import Any

from aboveboard.core.errors import Invalid, expect, require
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.trust import NO_QUORUM, TOO_FEW, TrustPolicy, WitnessedCheckpoint
from aboveboard.core.verify.acts import texts
from aboveboard.core.verify.growth import Proved
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.words import BEHIND, UNWITNESSED

OUTSIDE, SIGNED = "witnesses", "checkpoint"


def check_signed(trust: TrustPolicy, note: bytes | None, checks: Checks) -> WitnessedCheckpoint | None:
    """Give the checkpoint in *note*, if a trusted log signed it and witnesses enough cosigned it."""
    with checks.part(SIGNED):
        if note is None:
            raise Invalid("the checkpoint is missing")
        witnessed = trust.open_signed(note)
        require(trust.quorum_met(witnessed.cosigned), TOO_FEW)
        origin, size = witnessed.checkpoint.origin, witnessed.checkpoint.size
        checks.settle(SIGNED, f"The log {origin} has signed a checkpoint over {size} entries.")
        return witnessed
    return None


def say_outside(witnessed: WitnessedCheckpoint | None, checks: Checks, upto: str = "") -> None:
    """Say which witnesses saw the log, or what their absence leaves open."""
    if witnessed is not None and witnessed.cosigned:
        checks.proved.append(f"Witnesses saw the same log{upto}: {', '.join(sorted(witnessed.cosigned))}.")
    else:
        checks.not_proved.append(UNWITNESSED)


def check_outside(newest: WitnessedCheckpoint, proved: Proved, trust: TrustPolicy, checks: Checks) -> None:
    """Say up to where witnesses saw the log, as many of them as the policy wants.

    An earlier checkpoint counts where *proved* says that the newest leads to it.
    """
    found, size = [newest], newest.checkpoint.size
    for checkpoint, note in proved.items():
        with checks.part(OUTSIDE):
            found.append(WitnessedCheckpoint(checkpoint, trust.cosigned_by(SignedNote.parse(note))))
    enough = [one for one in found if one.cosigned and trust.quorum_met(one.cosigned)]
    best = max(enough, key=lambda one: one.checkpoint.size, default=None)
    with checks.part(SIGNED):
        require(best or trust.quorum == NO_QUORUM, TOO_FEW)
    seen = best.checkpoint.size if best else size
    if best is not None:
        checks.settle(OUTSIDE, f"{', '.join(sorted(best.cosigned))} cosigned it up to entry {seen}.")
    say_outside(best, checks, "" if seen == size else f" up to entry {seen}")
    if seen < size:
        checks.not_proved.append(BEHIND.format(size - seen))


def choice_words(body: Mapping[str, Any]) -> str:
    """Say what the log's own line says of its witnesses.

    Raises:
        Invalid: when the line does not say it.
    """
    choice, named = body.get("without_quorum"), texts(body.get("witnesses"))
    expect(isinstance(choice, str), "the log's line about its witnesses does not say what happens without them")
    asked = ", ".join(name.partition(" ")[0] for name in named) or "nobody"
    without = "looks go on" if choice == "go-on" else f"looks stop ({choice})"
    return f"The controller chose whom to ask for cosignatures: {asked}; without their quorum {without}."
