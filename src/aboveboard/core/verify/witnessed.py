"""Who outside has seen the log: cosignatures under a pack's checkpoint, or under an earlier one that it leads to."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import SignedNote, open_note
from aboveboard.core.tlog.trust import NO_QUORUM, TrustPolicy, WitnessedCheckpoint
from aboveboard.core.verify.acts import texts
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.shape import Earlier

OUTSIDE, SIGNED = "witnesses", "checkpoint"
_UNMET = "too few witnesses of the policy have cosigned the checkpoint"


def open_signed(source: bytes, trust: TrustPolicy) -> WitnessedCheckpoint:
    """Give a pack's checkpoint, signed by a trusted log, with the trusted witnesses below it, enough or not.

    Raises:
        Invalid, NotVerified: when it is malformed, of an unknown log, or has a signature that does not hold.
    """
    note = SignedNote.parse(source)
    checkpoint = Checkpoint.parse(note.text)
    open_note(source, trust.log_keys_for(checkpoint.origin))
    return WitnessedCheckpoint(checkpoint, trust.cosigned_by(note))


def check_outside(
    newest: WitnessedCheckpoint,
    earlier: Sequence[Earlier],
    proved: Collection[Checkpoint],
    trust: TrustPolicy,
    checks: Checks,
) -> WitnessedCheckpoint | None:
    """Give the newest checkpoint that trusted witnesses have cosigned, and as many of them as the policy wants.

    An earlier one counts where *proved* says that the newest leads to it.
    """
    found = [newest]
    for one in earlier:
        with checks.part(OUTSIDE):
            note = SignedNote.parse(one.note)
            checkpoint = Checkpoint.parse(note.text)
            if checkpoint in proved:
                found.append(WitnessedCheckpoint(checkpoint, trust.cosigned_by(note)))
    enough = [one for one in found if one.cosigned and trust.quorum_met(one.cosigned)]
    best = max(enough, key=lambda one: one.checkpoint.size, default=None)
    with checks.part(SIGNED):
        if best is None and trust.quorum != NO_QUORUM:
            raise NotVerified(_UNMET)
    if best is not None:
        checks.settle(OUTSIDE, f"{', '.join(sorted(best.cosigned))} cosigned it up to entry {best.checkpoint.size}.")
    return best


def choice_words(body: Mapping[str, Any]) -> str:
    """Say what the log's own line says of its witnesses; nothing where there is no such line.

    Raises:
        Invalid: when the line does not say it.
    """
    if not body:
        return ""
    choice, named = body.get("without_quorum"), texts(body.get("witnesses"))
    if not isinstance(choice, str):
        raise Invalid("the log's line about its witnesses does not say what happens without them")
    asked = ", ".join(name.partition(" ")[0] for name in named) or "nobody"
    without = "looks go on" if choice == "go-on" else f"looks stop ({choice})"
    return f"The controller chose whom to ask for cosignatures: {asked}; without their quorum {without}."
