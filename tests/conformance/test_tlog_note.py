"""Notes, checkpoints, cosignatures and policies as the specifications and Go's reference package show them.

C2SP prints one note with its key, which opens, and three checkpoints without: these are read and come back byte for
byte, as do the request and the answer of tlog-witness. Nobody outside can verify their signatures, and the request has
4 hashes where a proof between its two sizes has 18. The policy of tlog-policy is read with keys put in. Two examples do
not apply: the verse in signed-note (somebody else's text, without a key) and the proof in tlog-proof, whose hashes and
signatures are cut short.
"""

import base64
from datetime import UTC, datetime
from itertools import combinations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.cosignature import Cosigner, Verifier, cosigned_at
from aboveboard.core.tlog.merkle import consistency_proof
from aboveboard.core.tlog.note import NoteSigner, Signature, SignedNote, open_note, sign_note
from aboveboard.core.tlog.trust import TrustPolicy
from aboveboard.core.tlog.witness import AddCheckpoint

EXAMPLE_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
GO_NAME = "PeterNeumann"
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_KEY = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
CHECKPOINT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
BY_THE_LOG = (
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
BY_A_SECOND_KEY = (
    "— example.com/behind-the-sofa "
    "opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n"
)
BY_A_WITNESS = (
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
BY_WITNESSES = (
    (
        "— witness.example/w1 "
        "CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==\n"
    ),
    (
        "— witness.example/w1 "
        "I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3SiOlVlbQNt64vWhO+DlkL0+UfzuOBMh9ChdMkP1vi/lCAsmlw==\n"
    ),
    (
        "— witness.example/w2 "
        "AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrKbYKA7nC3HNJhm/kWl7oJlqU3rXXvpysAdyP3wQ==\n"
    ),
)
REQUEST = (
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    f"\n{CHECKPOINT}\n{BY_THE_LOG}{BY_A_SECOND_KEY}"
)
POWER_SET = [names for size in range(7) for names in combinations(("X1", "X2", "X3", "Y1", "Y2", "Y3"), size)]
COSIGNED_MESSAGE = "cosignature/v1\ntime 1679315147\n" + CHECKPOINT


@pytest.mark.parametrize(
    "source",
    [
        f"{CHECKPOINT}\n{BY_THE_LOG}",
        f"{CHECKPOINT}\n{BY_THE_LOG}{BY_A_WITNESS}",
        f"{CHECKPOINT}\n{BY_THE_LOG}{BY_A_SECOND_KEY}",
    ],
    ids=["tlog-checkpoint", "tlog-cosignature", "tlog-witness"],
)
def test_what_the_specifications_print_is_read_and_written_alike(source: str):
    """Text and signature lines come apart as they should, and the same bytes are written again."""
    note = SignedNote.parse(source.encode())
    assert note.encode() == source
    assert note.text == CHECKPOINT


def test_the_checkpoint_of_the_specification_says_what_it_is_printed_with():
    """Origin, size and root, and the same three lines again."""
    checkpoint = Checkpoint.parse(CHECKPOINT)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.encode() == CHECKPOINT


def test_a_cosignature_is_made_on_the_message_the_specification_prints():
    """The witness's line states the printed time; a line of ours at that time signs the printed message."""
    line = Signature.parse(BY_A_WITNESS.rstrip("\n"))
    at = cosigned_at(line)
    assert at == datetime.fromtimestamp(1679315147, UTC)
    seed = bytes([7]) * 32
    made = Cosigner(line.name, seed).cosign(CHECKPOINT, at)
    assert made.signature[:8] == line.signature[:8]
    assert made.signature[8:] == Ed25519PrivateKey.from_private_bytes(seed).sign(COSIGNED_MESSAGE.encode())


def test_the_request_printed_for_witnesses_is_read_and_written_alike():
    """Old size, hashes and checkpoint; that the proof could not hold is seen from its length."""
    request = AddCheckpoint.parse(REQUEST.encode())
    assert (request.old_size, len(request.proof), request.note) == (20852014, 4, REQUEST.partition("\n\n")[2])
    assert request.encode().decode() == REQUEST
    assert len(consistency_proof(20852014, 20852163, lambda _start, _end: bytes(32))) == 18


@pytest.mark.parametrize("line", BY_WITNESSES)
def test_the_answer_printed_for_logs_is_read_and_written_alike(line: str):
    """Each is the line of a signature; its time is not one, but random bytes far beyond the year 9999."""
    signature = Signature.parse(line.rstrip("\n"))
    assert signature.encode() == line
    with pytest.raises(NotVerified):
        cosigned_at(signature)


def test_the_example_of_the_specification_opens():
    """The note in c2sp.org/signed-note is opened with the key it is printed with."""
    verifier = Verifier.from_vkey(EXAMPLE_VKEY)
    assert verifier.key.encode() == EXAMPLE_VKEY
    note = open_note(EXAMPLE.encode(), [verifier])
    assert note.text == "This is an example message.\n"
    assert note.encode() == EXAMPLE


def test_the_note_of_the_go_package_is_signed_alike():
    """From the same seed come the same public key and, byte for byte, the same note."""
    signer = NoteSigner(GO_NAME, base64.b64decode(GO_KEY)[1:])
    assert signer.vkey == GO_VKEY
    assert sign_note(GO_NOTE.rpartition("\n\n")[0] + "\n", signer).encode() == GO_NOTE


def test_the_policy_of_the_specification_is_met_as_it_says():
    """Two of the X and one of the Y are enough, whichever; one X, or no Y, is not."""
    keys = [Cosigner(f"witness.example/{number}", bytes([number]) * 32).vkey for number in range(1, 7)]
    lines = [f"witness {name} {key}\n" for name, key in zip(("X1", "X2", "X3", "Y1", "Y2", "Y3"), keys, strict=True)]
    policy = TrustPolicy.parse(
        f"log {EXAMPLE_VKEY}\n\n{''.join(lines[:3])}group X-witnesses 2 X1 X2 X3\n\n"
        f"{''.join(lines[3:])}group Y-witnesses any Y1 Y2 Y3\n\n"
        "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
    )
    met = {names for names in POWER_SET if policy.quorum_met(names)}
    assert met == {names for names in POWER_SET if sum("X" in n for n in names) >= 2 and any("Y" in n for n in names)}
