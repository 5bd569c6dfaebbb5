"""Whether the lines shown are all there are: the index of the log holds each of them, and none that would follow."""

from aboveboard.core.entries.leaf import IndexLeaf
from aboveboard.core.entries.sealed import Tally
from aboveboard.core.envelope.labels import label
from aboveboard.core.errors import NotVerified, expect, require
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.merkle import leaf_hash, verify_inclusion
from aboveboard.core.tlog.prefix import Lookup
from aboveboard.core.verify.lines import Lines
from aboveboard.core.verify.report import Checks
from aboveboard.core.verify.shape import Evidence, PackedIndex

ALL = "index"
AHEAD = 16
"""How many labels past the last line have to be absent; a person's lines are counted without holes."""


def check_index(evidence: Evidence, lines: Lines, shown: PackedIndex, checkpoint: Checkpoint, checks: Checks) -> Tally:
    """Show that the index behind the *checkpoint* knows the person's lines of this log at their places, and no more.

    Gives what it says of sealed lines.
    """
    tally = Tally()
    with checks.part(ALL):
        leaf, size = IndexLeaf.decode_if(shown.leaf), checkpoint.size
        if leaf is None or leaf.covered != size - 1:
            raise NotVerified("the log does not end with an index of all that stands before")
        verify_inclusion(size - 1, size, leaf_hash(shown.leaf), shown.proof, checkpoint.root)
        lookup, tally = Lookup(shown.tree, leaf.root), leaf.tally
        key = evidence.label_keys.get(evidence.log, b"")
        expect(key, "the pack does not hold the key that finds the person's lines in this log")
        own = [line.index for line in lines if line.log == evidence.log]
        for number, index in enumerate([*own, *[None] * AHEAD]):
            same = lookup.index_of(label(key, number)) == index
            what = "stands elsewhere in the index" if index is not None else "is one that the pack leaves out"
            require(same, f"the person's line number {number} {what}")
    checks.settle(ALL, f"The index of the log knows these lines and none of the {AHEAD} that would follow.")
    return tally
