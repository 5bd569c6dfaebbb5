"""A single entry with its proof (c2sp.org/tlog-proof), checked: that the log stands for it, at which place."""

from collections.abc import Sequence

from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.merkle import leaf_hash, verify_inclusion
from aboveboard.core.tlog.proof import TlogProof
from aboveboard.core.tlog.trust import TrustPolicy, WitnessedCheckpoint
from aboveboard.core.verify.growth import check_growth
from aboveboard.core.verify.report import Checks, Report
from aboveboard.core.verify.witnessed import check_signed, say_outside
from aboveboard.core.verify.words import sentences

FORM, IN_LOG = "form", "inclusion"
LIMITS = sentences("""
What the entry says and whom it is about; an evidence pack opens it.

That there is no other entry like it, and what came after this checkpoint.

That every look left a line.
""")


def verify_proof(data: bytes, entry: bytes | None, trust: TrustPolicy, since: Sequence[bytes] = ()) -> Report:
    """Check the proof in *data* for *entry*, or for the entry it brings along, trusting the keys in *trust* only.

    Bad files end in checks that do not hold, never in an exception.
    """
    checks = Checks()
    witnessed: WitnessedCheckpoint | None = None
    with checks.part(FORM):
        proof = TlogProof.parse(data)
        entry = proof.extra if entry is None else entry
        if entry is None:
            raise Invalid("The proof does not bring its entry along; say with --entry in which file it is.")
        witnessed = check_signed(trust, proof.checkpoint_text.encode(), checks)
        if witnessed is not None:
            checkpoint = witnessed.checkpoint
            with checks.part(IN_LOG):
                verify_inclusion(proof.index, checkpoint.size, leaf_hash(entry), proof.hashes, checkpoint.root)
            checks.settle(IN_LOG, f"The entry stands in the log at place {proof.index}, counted from 0.")
            checks.proved.append(f"The log {checkpoint.origin} stands for this entry; it cannot deny it any more.")
            check_growth([], checkpoint, trust, since, checks)
    say_outside(witnessed, checks)
    return checks.report(*LIMITS)
