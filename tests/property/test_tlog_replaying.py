"""The roots of a prefix tree, replayed batch by batch, are those of the set of its labels after each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.prefix import subtree_hash
from aboveboard.core.tlog.replaying import grown

anywhere = st.binary(min_size=32, max_size=32)
in_a_corner = st.binary(min_size=1, max_size=2).map(lambda end: end.rjust(32, b"\x00"))
batches_of_labels = st.lists(st.lists(anywhere | in_a_corner, max_size=12), max_size=30)


@given(batches_of_labels)
def test_every_root_is_that_of_the_set_so_far(batches):
    """Whatever the labels and however they come in, empty batches included."""
    tree, entries = (), {}
    for labels in batches:
        fresh = []
        for label in labels:
            if label not in entries:
                entries[label] = len(entries)
                fresh.append(label + entries[label].to_bytes(8, "big"))
        tree, root = grown(tree, fresh)
        assert root == subtree_hash(sorted(entries.items()))


@given(batches_of_labels, st.data())
def test_a_label_that_comes_twice_is_found(batches, data):
    """However many others share its prefix, and even where it comes so often that no bucket holds it."""
    labels = {label for batch in batches for label in batch} | {bytes(32)}
    again = data.draw(st.sampled_from(sorted(labels)))
    times = data.draw(st.integers(1, 12))
    entries = [label + bytes(8) for label in labels]
    tree, _ = grown((), entries)
    with pytest.raises(NotVerified, match="twice"):
        grown(tree, [again + number.to_bytes(8, "big") for number in range(1, times + 1)])
