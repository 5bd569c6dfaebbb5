"""Whether the lines shown are all there are: the index of the log holds each of them, and none that would follow."""

from collections.abc import Sequence

from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.entries.sealed import UNTOLD, Tally
from aboveboard.core.envelope.labels import label
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.merkle import leaf_hash, verify_inclusion
from aboveboard.core.tlog.prefix import Lookup
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.shape import Evidence, PackedIndex, PackedLine

ALL = "index"
AHEAD = 16
"""How many labels past the last line have to be absent; a person's lines are counted without holes."""


def check_index(
    evidence: Evidence, lines: Sequence[PackedLine], shown: PackedIndex, checkpoint: Checkpoint, checks: Checks
) -> Tally:
    """Show that the index behind the *checkpoint* knows the person's lines of this log at their places, and no more.

    Gives what it says of sealed lines.
    """
    tally = UNTOLD
    with checks.part(ALL):
        lookup, tally = _lookup(shown, checkpoint)
        key = evidence.label_keys.get(evidence.log)
        if key is None:
            raise Invalid("the pack does not hold the key that finds the person's lines in this log")
        own = [line for line in lines if line.log == evidence.log]
        for number, line in enumerate(own):
            if lookup.index_of(label(key, number)) != line.index:
                raise NotVerified(f"the person's line number {number} stands elsewhere in the index")
        for number in range(len(own), len(own) + AHEAD):
            if lookup.index_of(label(key, number)) is not None:
                raise NotVerified(f"the index knows a line number {number} of the person that the pack leaves out")
    checks.settle(
        ALL, f"The index of the log knows these lines of the person and none of the {AHEAD} that would follow."
    )
    return tally


def _lookup(shown: PackedIndex, checkpoint: Checkpoint) -> tuple[Lookup, Tally]:
    leaf = IndexLeaf.decode_if(shown.leaf)
    if leaf is None or leaf.covered != checkpoint.size - 1:
        raise NotVerified("the log does not end with an index of all that stands before")
    verify_inclusion(checkpoint.size - 1, checkpoint.size, leaf_hash(shown.leaf), shown.proof, checkpoint.root)
    return Lookup(shown.tree, leaf.root), leaf.tally
