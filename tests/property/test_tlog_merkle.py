"""For trees of any size the proofs are those of the definition, and no changed proof holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.merkle import (
    CompactRange,
    consistency_proof,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.support.tlog import (
    every_flipped_bit,
    leaves_of,
    path_by_definition,
    root_by_definition,
    subproof_by_definition,
    subtree_of,
)

LEAVES = leaves_of(600)
ROOTS = [root_by_definition(LEAVES[:size]) for size in range(601)]
patiently = settings(deadline=None)


@st.composite
def places(draw):
    """A tree size and one of its leaves."""
    size = draw(st.integers(1, 600))
    return draw(st.integers(0, size - 1)), size


@st.composite
def growths(draw):
    """Two tree sizes, the later at least as large."""
    new_size = draw(st.integers(1, 600))
    return draw(st.integers(1, new_size)), new_size


@patiently
@given(places())
def test_an_inclusion_proof_is_that_of_the_definition(place):
    """The loop makes what the RFC's recursion makes, and it verifies."""
    index, size = place
    proof = inclusion_proof(index, size, subtree_of(LEAVES))
    assert proof == path_by_definition(index, LEAVES[:size])
    verify_inclusion(index, size, LEAVES[index], proof, ROOTS[size])


@patiently
@given(growths())
def test_a_consistency_proof_is_that_of_the_definition(sizes):
    """The loop makes what the RFC's recursion makes, and it verifies."""
    old_size, new_size = sizes
    proof = consistency_proof(old_size, new_size, subtree_of(LEAVES))
    assert proof == subproof_by_definition(old_size, LEAVES[:new_size])
    verify_consistency(old_size, new_size, proof, ROOTS[old_size], ROOTS[new_size])


@patiently
@given(places(), st.data())
def test_an_inclusion_proof_holds_for_nothing_else(place, data):
    """Another index, size, leaf, or a proof with hashes moved, dropped or added is refused."""
    index, size = place
    proof = inclusion_proof(index, size, subtree_of(LEAVES))
    other = data.draw(st.integers(0, size).filter(lambda number: number != index))
    changed = data.draw(st.permutations([*proof, LEAVES[0]]))
    for arguments in (
        (other, size, LEAVES[index], proof, ROOTS[size]),
        (index, size, LEAVES[index - 1], proof, ROOTS[size]),
        (index, size, LEAVES[index], changed, ROOTS[size]),
        (index, size, LEAVES[index], proof, ROOTS[size - 1]),
    ):
        with pytest.raises(NotVerified):
            verify_inclusion(*arguments)


@patiently
@given(growths(), st.data())
def test_a_consistency_proof_holds_for_nothing_else(sizes, data):
    """Other roots, or a proof with hashes moved, dropped or added, are refused."""
    old_size, new_size = sizes
    proof = consistency_proof(old_size, new_size, subtree_of(LEAVES))
    changed = data.draw(st.permutations([*proof, LEAVES[0]]))
    for arguments in (
        (old_size, new_size, proof, ROOTS[old_size - 1], ROOTS[new_size]),
        (old_size, new_size, proof, ROOTS[old_size], ROOTS[new_size - 1]),
        (old_size, new_size, changed, ROOTS[old_size], ROOTS[new_size]),
    ):
        with pytest.raises(NotVerified):
            verify_consistency(*arguments)


def test_every_flipped_bit_of_a_proof_is_refused():
    """One changed bit in any hash, leaf or root of a proof of either kind is found."""
    subtree = subtree_of(LEAVES)
    inclusion, consistency = inclusion_proof(5, 11, subtree), consistency_proof(6, 11, subtree)
    for flipped in every_flipped_bit(b"".join([LEAVES[5], *inclusion, ROOTS[11]])):
        leaf, *proof, root = [flipped[at : at + 32] for at in range(0, len(flipped), 32)]
        with pytest.raises(NotVerified):
            verify_inclusion(5, 11, leaf, proof, root)
    for flipped in every_flipped_bit(b"".join([ROOTS[6], *consistency, ROOTS[11]])):
        old_root, *proof, new_root = [flipped[at : at + 32] for at in range(0, len(flipped), 32)]
        with pytest.raises(NotVerified):
            verify_consistency(6, 11, proof, old_root, new_root)


@patiently
@given(st.lists(st.integers(0, 90), max_size=6))
def test_a_compact_range_grows_in_any_steps(steps):
    """Stored and taken up again after any batch, the range has the root of all its leaves."""
    tree, size = CompactRange(), 0
    for step in steps:
        tree = CompactRange.decode(tree.extend(LEAVES[size : size + step]).encode())
        size += step
        assert (tree.size, tree.root()) == (size, ROOTS[size])
    assert root_of(LEAVES[:size]) == ROOTS[size]
