"""The prefix tree is a function of its set, and its proofs say of every label where it is or that it is not there."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.growing import MOST_IN_PAGE, PrefixTree
from aboveboard.core.tlog.prefix import EMPTY, Lookup, cut, subtree_hash

# Labels that share long beginnings make deep trees; labels of a log are random and make shallow ones.
beginnings = st.sampled_from([b"", b"\x00" * 7, b"\xff" * 31, b"\x5a" * 15 + b"\xf0"])
labels = st.builds(lambda start, rest: (start + rest)[:32], beginnings, st.binary(min_size=32, max_size=32))
few = st.dictionaries(labels, st.integers(0, 2**63), max_size=60)
many = st.builds(
    lambda seed, count: {Random(seed + at).randbytes(32): at for at in range(count)},  # noqa: S311 - no secret
    st.integers(0),
    st.integers(33, 600),
)
crowded = st.builds(lambda found: {bytes(20) + label[:12]: at for label, at in found.items()}, many)
sets = st.one_of(few, many, crowded)


class Kept:
    """A store in memory."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def pages(self, keys):
        """Give those that are there."""
        return {key: self.held[key] for key in keys if key in self.held}

    def put(self, pages):
        """Keep pages."""
        self.held.update(pages)


@given(sets, st.lists(st.integers(0, 600), max_size=6))
def test_it_is_the_same_tree_in_whatever_batches_it_grew(entries, cuts):
    """Batch by batch, or all at once: one root."""
    tree, found = PrefixTree(Kept()), list(entries.items())
    bounds = [0, *sorted(min(cut, len(found)) for cut in cuts), len(found)]
    for start, end in pairwise(bounds):
        root = tree.extend(found[start:end])
        assert root == tree.root() == subtree_hash(sorted(found[:end]))


@given(sets, st.lists(labels, max_size=6), st.integers(0, 2**32))
def test_a_proof_tells_every_label_asked_for_and_is_the_same_from_store_and_set(entries, others, chosen):
    """Found with its index, or not there; made from the rows, byte for byte what the whole set gives."""
    tree = PrefixTree(Kept())
    root = tree.extend(entries.items())
    asked = sorted({*others, *[label for place, label in enumerate(entries) if chosen >> place % 32 & 1]})
    proof = tree.prove(asked)
    assert proof == cut(sorted(entries.items()), asked)
    found = Lookup(proof, root)
    assert [found.index_of(label) for label in asked] == [entries.get(label) for label in asked]


@given(sets.filter(bool), st.data())
def test_one_flipped_bit_of_a_proof_is_refused(entries, data):
    """Nothing in a proof can be changed without making another root or no proof at all."""
    root = subtree_hash(sorted(entries.items()))
    proof = bytearray(cut(sorted(entries.items()), [data.draw(labels), data.draw(st.sampled_from(sorted(entries)))]))
    place = data.draw(st.integers(0, 8 * len(proof) - 1))
    proof[place >> 3] ^= 1 << (place & 7)
    with pytest.raises(NotVerified):
        Lookup(bytes(proof), root)


@given(sets, labels, st.integers(0, 2**63))
def test_another_set_has_another_root(entries, label, index):
    """One entry more, one less or one moved shows in the root."""
    more = {**entries, label: index}
    if more != entries:
        assert subtree_hash(sorted(more.items())) != subtree_hash(sorted(entries.items()))


def test_the_empty_tree_is_thirty_two_zero_bytes_and_proves_every_absence():
    """Where nothing is, everything is shown to be absent."""
    assert PrefixTree(Kept()).root() == EMPTY
    assert Lookup(cut([], []), EMPTY).index_of(b"x" * 32) is None


def test_a_path_that_is_hidden_says_nothing():
    """Absence has to be shown; a hidden part is neither a yes nor a no."""
    entries = [(bytes([number]) + bytes(31), number) for number in range(0, 256, 4)]
    found = Lookup(cut(entries, [bytes(32)]), subtree_hash(entries))
    assert found.index_of(bytes(32)) == 0
    with pytest.raises(NotVerified, match="nothing about"):
        found.index_of(b"\xff" * 32)
    with pytest.raises(NotVerified):
        found.index_of(b"short")


def test_a_label_that_comes_twice_is_refused():
    """A label names one event; a second leaf under it would hide one of the two."""
    with pytest.raises(Invalid, match="twice"):
        PrefixTree(Kept()).extend([(b"l" * 32, 1), (b"l" * 32, 2)])


def test_a_label_that_is_kept_already_is_refused():
    """Also when it comes in a later batch."""
    tree = PrefixTree(Kept())
    tree.extend([(b"l" * 32, 1)])
    with pytest.raises(Invalid, match="twice"):
        tree.extend([(b"l" * 32, 2)])


@given(many.filter(lambda entries: len(entries) > MOST_IN_PAGE), st.data())
def test_a_page_that_is_not_the_one_kept_makes_no_root(entries, data):
    """Changed by a bit, left out, put elsewhere or where none was: met on the way of the next batch, it is refused."""
    store, labelled = Kept(), list(entries)
    tree = PrefixTree(store)
    tree.extend(entries.items())
    below = data.draw(st.sampled_from(sorted(key for key in store.held if key)))
    kept = store.held[below]
    how = data.draw(st.sampled_from(["bit", "gone", "other"]))
    if how == "bit":
        at = data.draw(st.integers(0, 8 * len(kept) - 1))
        store.held[below] = kept[: at >> 3] + bytes([kept[at >> 3] ^ 1 << (at & 7)]) + kept[(at >> 3) + 1 :]
    elif how == "gone":
        del store.held[below]
    else:
        store.held[below] = b"\x00" + labelled[0] + bytes(8) if kept[1:33] != labelled[0] else b"\x00"
    met = bytes.fromhex(below.ljust(64, "0"))
    with pytest.raises(NotVerified, match="not the one"):
        tree.extend([(met[:31] + b"\x01", 10**6)])
    with pytest.raises(NotVerified, match="not the one"):
        tree.prove([met])


def test_a_foreign_page_where_none_was_makes_no_root():
    """Entries that nobody counted do not come in with the next batch."""
    store = Kept()
    tree = PrefixTree(store)
    tree.extend([(bytes([number]) * 32, number) for number in range(2 * MOST_IN_PAGE)])
    store.held["f"] = b"\x00" + b"\xff" * 40
    with pytest.raises(NotVerified, match="not the one"):
        tree.extend([(b"\xf0" * 32, 99)])


@pytest.mark.parametrize("page", [b"", b"\x00" + bytes(39), b"\x01", b"\x02" + bytes(40)])
def test_what_is_no_page_is_refused(page):
    """Also where nothing stands above it that would know better."""
    store = Kept()
    store.held[""] = page
    with pytest.raises(NotVerified, match="not the one"):
        PrefixTree(store).root()


@pytest.mark.parametrize(
    "proof",
    [
        b"",
        b"\x05",
        b"\x01" + bytes(31),
        b"\x02\x00",
        b"\x02\x09" + bytes(9 * 40),
        b"\x02\x01" + bytes(39),
        b"\x02\x02" + (b"b" * 32 + bytes(8)) + (b"a" * 32 + bytes(8)),
        b"\x03\x00\x00",
        b"\x03" * 300,
        b"\x00\x00",
    ],
)
def test_what_is_no_proof_is_refused(proof):
    """Cut short, too long, out of order, too deep, a node where a bucket belongs."""
    with pytest.raises(NotVerified):
        Lookup(proof, EMPTY)
