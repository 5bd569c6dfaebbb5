"""Offline proofs: an entry, its place, and the checkpoint that vouches for it."""

import pytest

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.merkle import inclusion_proof
from aboveboard.core.tlog.proof import MAX_EXTRA_SIZE, MAX_PROOF_SIZE, TlogProof, verify_tlog_proof
from aboveboard.core.tlog.text import encode_base64
from tests.support.tlog import WORKS_COUNCIL, checkpoint_over, cosigned, leaves_of, policy_of, subtree_of

LEAVES = leaves_of(11)
NOTE = cosigned(checkpoint_over(LEAVES), WORKS_COUNCIL).encode()
HASHES = tuple(inclusion_proof(6, 11, subtree_of(LEAVES)))
PROOF = TlogProof(6, HASHES, NOTE)
POLICY = policy_of(quorum="council")


def test_a_proof_shows_an_entry_at_its_place():
    """A stranger with the policy and the entry needs nothing else."""
    witnessed = verify_tlog_proof(TlogProof.parse(PROOF.encode()), LEAVES[6], POLICY)
    assert witnessed.checkpoint.size == 11
    assert set(witnessed.cosigned) == {"council"}


@pytest.mark.parametrize(
    "wrong", [TlogProof(5, HASHES, NOTE), TlogProof(6, HASHES[:-1], NOTE), TlogProof(11, HASHES, NOTE)]
)
def test_a_proof_holds_for_one_place_only(wrong):
    """Another index or another path proves nothing."""
    with pytest.raises(NotVerified):
        verify_tlog_proof(wrong, LEAVES[6], POLICY)


def test_a_proof_holds_for_one_entry_only():
    """The neighbour of a logged entry is not proved by its proof."""
    with pytest.raises(NotVerified):
        verify_tlog_proof(PROOF, LEAVES[7], POLICY)


def test_a_checkpoint_the_policy_does_not_accept_proves_nothing():
    """Without its witness the checkpoint may be one made for this reader alone."""
    alone = TlogProof(6, HASHES, checkpoint_over(LEAVES).encode())
    verify_tlog_proof(alone, LEAVES[6], policy_of(quorum="none"))
    with pytest.raises(NotVerified):
        verify_tlog_proof(alone, LEAVES[6], POLICY)


def test_a_proof_is_written_line_by_line():
    """Header, extra data, index, hashes, and after a blank line the checkpoint as it is."""
    proof = TlogProof(6, HASHES[:1], NOTE, b"extra")
    text = f"c2sp.org/tlog-proof@v1\nextra ZXh0cmE=\nindex 6\n{encode_base64(HASHES[0])}\n\n{NOTE}"
    assert proof.encode() == text
    assert TlogProof.parse(text.encode()) == proof


HEADER = "c2sp.org/tlog-proof@v1\n"
HASH = encode_base64(bytes(32)) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n" + NOTE,
        HEADER,
        HEADER + "\n" + NOTE,
        HEADER + "index 0\n",
        HEADER + "index 0\n\n",
        HEADER + "index 0\n" + NOTE,
        HEADER + "index 0\n\n\n" + NOTE,
        HEADER + "index 0\n\n" + NOTE + "garbage\n",
        HEADER + "index 0\n\ncheckpoint\n",
        HEADER + "index 00\n\n" + NOTE,
        HEADER + "index -5\n\n" + NOTE,
        HEADER + "index  5\n\n" + NOTE,
        HEADER + "index 5 \n\n" + NOTE,
        HEADER + "Index 5\n\n" + NOTE,
        HEADER + "index 5\nextra QQ==\n\n" + NOTE,
        HEADER + "extra QQ==\nextra QQ==\nindex 5\n\n" + NOTE,
        HEADER + "extra QQ==\n\n" + NOTE,
        HEADER + "extra \nindex 5\n\n" + NOTE,
        HEADER + "extra QQ\nindex 5\n\n" + NOTE,
        HEADER + "extra QR==\nindex 5\n\n" + NOTE,
        HEADER + "extra " + "A" * 4 * MAX_EXTRA_SIZE + "\nindex 5\n\n" + NOTE,
        HEADER + "index 5\nQUJD\n\n" + NOTE,
        HEADER + "index 5\n " + HASH + "\n" + NOTE,
        HEADER + "index 5\n" + HASH * 64 + "\n" + NOTE,
        (HEADER + "index 5\n" + HASH + "\n" + NOTE).replace("\n", "\r\n"),
        HEADER.replace("v1", "v2") + "index 5\n\n" + NOTE,
        HEADER + "index 5\n" + "x" * MAX_PROOF_SIZE + "\n\n" + NOTE,
    ],
)
def test_what_is_not_quite_a_proof_is_refused(text):
    """Anything cut, added or written otherwise is no proof."""
    with pytest.raises(Invalid):
        TlogProof.parse(text.encode())


@pytest.mark.parametrize(
    ("index", "hashes", "extra"),
    [
        (-1, (), None),
        (2**63, (), None),
        (0, (b"short",), None),
        (0, (bytes(32),) * 64, None),
        (0, (), b""),
        (0, (), bytes(MAX_EXTRA_SIZE + 1)),
    ],
)
def test_no_proof_is_made_that_nobody_could_read(index, hashes, extra):
    """What the format cannot say is not written."""
    with pytest.raises(Invalid):
        TlogProof(index, hashes, NOTE, extra).encode()
