"""A single entry with its proof (c2sp.org/tlog-proof), checked: that the log stands for it, at which place."""

from collections.abc import Sequence

from aboveboard.core.tlog.merkle import leaf_hash, verify_inclusion
from aboveboard.core.tlog.proof import TlogProof
from aboveboard.core.tlog.trust import TrustPolicy, WitnessedCheckpoint
from aboveboard.core.verify.growth import check_growth
from aboveboard.core.verify.report import Checks, Report
from aboveboard.core.verify.words import UNWITNESSED

FORM, SIGNED, IN_LOG = "form", "checkpoint", "inclusion"
LIMITS = (
    "What the entry says and whom it is about; an evidence pack opens it.",
    "That there is no other entry like it, and what came after this checkpoint.",
    "That every look left a line.",
)


def verify_proof(data: bytes, entry: bytes | None, trust: TrustPolicy, since: Sequence[bytes] = ()) -> Report:
    """Check the proof in *data* for *entry*, or for the entry it brings along, trusting the keys in *trust* only.

    Bad files end in checks that do not hold, never in an exception.
    """
    checks = Checks()
    with checks.part(FORM):
        proof = TlogProof.parse(data)
        entry = proof.extra if entry is None else entry
        if entry is None:
            checks.no(FORM, "The proof does not bring its entry along; say with --entry in which file it is.")
        else:
            return _checked(proof, entry, trust, since, checks)
    return Report(tuple(checks.done), (), (*LIMITS, UNWITNESSED))


def _checked(proof: TlogProof, entry: bytes, trust: TrustPolicy, since: Sequence[bytes], checks: Checks) -> Report:
    witnessed: WitnessedCheckpoint | None = None
    with checks.part(SIGNED):
        witnessed = trust.open_checkpoint(proof.checkpoint_text)
        checkpoint = witnessed.checkpoint
        checks.settle(SIGNED, f"The log {checkpoint.origin} has signed a checkpoint over {checkpoint.size} entries.")
        with checks.part(IN_LOG):
            verify_inclusion(proof.index, checkpoint.size, leaf_hash(entry), proof.hashes, checkpoint.root)
        checks.settle(IN_LOG, f"The entry stands in the log at place {proof.index}, counted from 0.")
        check_growth([], checkpoint, trust, since, checks)
    if witnessed is None or checks.failed:
        return Report(tuple(checks.done), (), (*LIMITS, UNWITNESSED))
    proved = [
        f"The log {witnessed.checkpoint.origin} stands for this entry; to deny it contradicts a signed checkpoint.",
        *([f"Witnesses saw the same log: {', '.join(sorted(witnessed.cosigned))}."] if witnessed.cosigned else []),
    ]
    return Report(tuple(checks.done), tuple(proved), LIMITS if witnessed.cosigned else (*LIMITS, UNWITNESSED))
