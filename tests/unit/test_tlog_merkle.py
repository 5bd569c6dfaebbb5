"""The Merkle tree: hashes, proofs and their refusals, case by case."""

import pytest

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.merkle import (
    EMPTY_ROOT,
    CompactRange,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.support.tlog import leaves_of, root_by_definition, subtree_of

LEAVES = leaves_of(7)
ROOT = root_by_definition(LEAVES)


def test_a_lone_last_leaf_is_promoted_not_doubled():
    """A tree of three and the tree with its last leaf twice have different roots."""
    one, two, three = LEAVES[:3]
    assert root_of([one, two, three]) == node_hash(node_hash(one, two), three)
    assert root_of([one, two, three]) != root_of([one, two, three, three])


def test_a_leaf_is_never_a_node():
    """The bytes of two hashes, logged as an entry, do not hash to their parent."""
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != node_hash(LEAVES[0], LEAVES[1])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_inclusion_proof_for_a_leaf_outside(index, size):
    """A leaf outside the tree has no proof, and none is accepted."""
    with pytest.raises(Invalid):
        inclusion_proof(index, size, subtree_of(LEAVES))
    with pytest.raises(NotVerified):
        verify_inclusion(index, size, LEAVES[0], [], LEAVES[0])


@pytest.mark.parametrize(("old_size", "new_size"), [(-1, 3), (4, 3)])
def test_there_is_no_consistency_proof_backwards(old_size, new_size):
    """A log does not shrink."""
    with pytest.raises(Invalid):
        consistency_proof(old_size, new_size, subtree_of(LEAVES))
    with pytest.raises(NotVerified):
        verify_consistency(old_size, new_size, [], ROOT, ROOT)


def test_nothing_can_be_proved_from_the_empty_tree():
    """The proof a log sends a new witness is empty, and is never taken for a proof."""
    assert consistency_proof(0, 7, subtree_of(LEAVES)) == []
    for size in (0, 7):
        with pytest.raises(NotVerified):
            verify_consistency(0, size, [], EMPTY_ROOT, EMPTY_ROOT)


def test_two_trees_of_one_size_have_one_root():
    """Of two roots for one size one is a lie, and a proof between equals has nothing to say."""
    verify_consistency(7, 7, [], ROOT, ROOT)
    with pytest.raises(NotVerified):
        verify_consistency(7, 7, [], ROOT, LEAVES[0])
    with pytest.raises(NotVerified):
        verify_consistency(7, 7, [ROOT], ROOT, ROOT)


@pytest.mark.parametrize("old_size", [3, 4])
def test_a_consistency_proof_is_exactly_as_long_as_it_must_be(old_size):
    """A hash too few or too many is refused, even where the rest is right."""
    proof = consistency_proof(old_size, 7, subtree_of(LEAVES))
    old_root = root_by_definition(LEAVES[:old_size])
    verify_consistency(old_size, 7, proof, old_root, ROOT)
    for wrong in ([], proof[:-1], proof[1:], [*proof, ROOT]):
        with pytest.raises(NotVerified):
            verify_consistency(old_size, 7, wrong, old_root, ROOT)


def test_an_inclusion_proof_is_exactly_as_long_as_it_must_be():
    """A hash too few or too many is refused, even where the rest is right."""
    proof = inclusion_proof(6, 7, subtree_of(LEAVES))
    verify_inclusion(6, 7, LEAVES[6], proof, ROOT)
    for wrong in ([], proof[:-1], proof[1:], [*proof, ROOT]):
        with pytest.raises(NotVerified):
            verify_inclusion(6, 7, LEAVES[6], wrong, ROOT)


def test_a_path_does_not_lead_past_the_root_of_its_size():
    """A proof out of a larger tree does not pass under a smaller size, even where its last hash is the root given."""
    one, two, three, four, extra = LEAVES[:5]
    with pytest.raises(NotVerified):
        verify_inclusion(0, 1, two, [one], node_hash(one, two))
    three_root, four_root = root_by_definition(LEAVES[:3]), root_by_definition(LEAVES[:4])
    proof = [three, four, node_hash(one, two)]
    verify_consistency(3, 4, proof, three_root, four_root)
    with pytest.raises(NotVerified):
        verify_consistency(3, 4, [*proof, extra], node_hash(extra, three_root), node_hash(extra, four_root))


@pytest.mark.parametrize("old_size", [1, 3, 4, 5, 6])
def test_a_consistency_proof_ties_both_roots(old_size):
    """The right new root does not make up for a wrong old one, nor the other way round."""
    proof = consistency_proof(old_size, 7, subtree_of(LEAVES))
    old_root = root_by_definition(LEAVES[:old_size])
    for roots in ((LEAVES[6], ROOT), (old_root, LEAVES[6])):
        with pytest.raises(NotVerified):
            verify_consistency(old_size, 7, proof, *roots)


def test_a_hash_of_another_length_proves_nothing():
    """Two hashes run together are not taken for one: lengths are checked before anything is hashed."""
    with pytest.raises(NotVerified):
        verify_inclusion(0, 2, LEAVES[0], [LEAVES[1] + b"x"], ROOT)
    with pytest.raises(NotVerified):
        verify_inclusion(0, 1, b"short", [], b"short")
    with pytest.raises(NotVerified):
        verify_consistency(1, 2, [LEAVES[1][:31]], LEAVES[0], ROOT)


def test_a_compact_range_grows_leaf_by_leaf():
    """Appending one by one and all at once come to the same range."""
    tree = CompactRange()
    assert tree.root() == EMPTY_ROOT
    for size, leaf in enumerate(LEAVES, start=1):
        tree = tree.append(leaf)
        assert tree.root() == root_by_definition(LEAVES[:size])
    assert tree == CompactRange().extend(LEAVES)


def test_a_compact_range_takes_hashes_only():
    """A leaf that is no hash is refused before it is hidden below a node."""
    with pytest.raises(Invalid):
        CompactRange().extend([LEAVES[0], b"short"])


@pytest.mark.parametrize(
    ("size", "peaks"),
    [
        (0, (ROOT,)),
        (1, ()),
        (3, (ROOT,)),
        (2, (ROOT, ROOT)),
        (-1, (ROOT,)),
        (2**63, (ROOT,)),
        (1, (ROOT[:31],)),
    ],
)
def test_a_compact_range_has_the_peaks_its_size_asks_for(size, peaks):
    """A row whose size and hashes do not belong together is refused."""
    with pytest.raises(Invalid):
        CompactRange(size, peaks)


@pytest.mark.parametrize("data", [b"", bytes(7), bytes(9), bytes(8) + ROOT, bytes(7) + b"\x01" + ROOT + b"\x00"])
def test_a_stored_compact_range_has_no_other_bytes(data):
    """A row cut short or with something behind it is refused."""
    with pytest.raises(Invalid):
        CompactRange.decode(data)
