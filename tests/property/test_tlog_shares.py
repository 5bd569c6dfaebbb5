"""The roots of a prefix tree, replayed in shares, are those of the set of its labels after each batch."""

from hypothesis import given
from hypothesis import strategies as st

from aboveboard.core.tlog.prefix import subtree_hash
from aboveboard.core.tlog.shares import SHARES, Share, deal, grow, roots

anywhere = st.binary(min_size=32, max_size=32)
in_a_corner = st.binary(min_size=1, max_size=2).map(lambda end: end.rjust(32, b"\x00"))


@given(st.lists(st.lists(anywhere | in_a_corner, max_size=12), max_size=30), st.randoms())
def test_every_root_is_that_of_the_set_so_far(batches, chance):
    """Whatever the labels and however they come in, empty batches included."""
    shares, entries, expected, seen = [Share() for _ in range(SHARES)], [], [], set()
    for number, labels in enumerate(batches):
        for label in labels:
            if label not in seen:
                seen.add(label)
                deal(shares, label, len(entries), number)
                entries.append((label, len(entries)))
        expected.append(subtree_hash(sorted(entries)))
    grown = {at: grow(shares[at]) for at in chance.sample(range(SHARES), SHARES)}
    assert list(roots([grown[at] for at in range(SHARES)], len(batches))) == expected
