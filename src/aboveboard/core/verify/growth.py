"""Whether the log only grew since checkpoints that the person, or somebody else, kept (RFC 9162 section 2.1.4.2)."""

from collections.abc import Mapping, Sequence

from aboveboard.core.errors import Invalid, NotVerified, require
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.merkle import verify_consistency
from aboveboard.core.tlog.note import open_note
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.shape import Earlier

GROWN = "consistency"
Proved = Mapping[Checkpoint, str]
"""Earlier checkpoints that a newer one is shown to lead to, with their notes."""
KEPT = "Nothing was changed since the checkpoints that were kept."


def check_growth(
    earlier: Sequence[Earlier], checkpoint: Checkpoint, trust: TrustPolicy, since: Sequence[bytes], checks: Checks
) -> dict[Checkpoint, str]:
    """Hold the pack's proofs against its earlier checkpoints, and each checkpoint kept against what was proved.

    Gives the earlier checkpoints that are shown to be beginnings of *checkpoint*, with their notes.
    """
    proved: dict[Checkpoint, str] = {}
    for one in earlier:
        with checks.part(GROWN):
            old = open_earlier(one.checkpoint, checkpoint, trust)
            if old.size or one.proof:  # to start from an empty log proves nothing
                verify_consistency(old.size, checkpoint.size, one.proof, old.root, checkpoint.root)
            proved[old] = one.checkpoint
    for kept in since:
        with checks.part(GROWN):
            check_kept(open_earlier(kept, checkpoint, trust), checkpoint, {checkpoint, *proved})
    if earlier or since:
        checks.settle(GROWN, f"The log only grew: {len(proved)} earlier checkpoints are beginnings of this one.")
    if since:
        checks.proved.append(KEPT)
    return proved


def open_earlier(note: bytes | str, checkpoint: Checkpoint, trust: TrustPolicy) -> Checkpoint:
    """Give the checkpoint in *note*, which has to be one of the same log.

    Raises:
        Invalid, NotVerified: when it is none.
    """
    try:
        old = Checkpoint.parse(open_note(note, trust.log_keys_for(checkpoint.origin)).text)
    except (Invalid, NotVerified):
        raise NotVerified("an earlier checkpoint is not one that this log has signed") from None
    require(old.origin == checkpoint.origin, "an earlier checkpoint belongs to another log")
    return old


def check_kept(old: Checkpoint, checkpoint: Checkpoint, proved: set[Checkpoint]) -> None:
    """Hold a checkpoint that was kept against those *proved* to be beginnings of *checkpoint*, or itself.

    Raises:
        NotVerified: saying what is between them.
    """
    if old in proved or old.size == 0:
        return
    kept = f"the checkpoint kept is over {old.size} entries"
    require(old.size <= checkpoint.size, f"{kept}, this one over {checkpoint.size}: it is older, or was set back")
    require(old.size not in {known.size for known in proved}, f"the log signed two histories of {old.size} entries")
    raise NotVerified(f"{kept}, and the pack has no proof from it: ask for one")
