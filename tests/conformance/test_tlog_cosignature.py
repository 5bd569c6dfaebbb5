"""A log of three entries with a witness, made with fixed seeds and accepted by transparency-dev/formats."""

import base64
import re

from aboveboard.core.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from aboveboard.core.tlog.cosignature import Verifier, cosigned_at
from aboveboard.core.tlog.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
)
from aboveboard.core.tlog.note import NoteSigner, Signature, SignedNote, VerifierKey
from aboveboard.core.tlog.proof import TlogProof, verify_tlog_proof
from aboveboard.core.tlog.tiles import encode_bundle
from aboveboard.core.tlog.trust import Log, TrustPolicy, Witness
from tests.support.shared import shared

ENTRIES = [b"one", b"two", b"three"]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ORIGIN = "log.example/kat"


def text() -> str:
    """The file of vectors, its line ends untouched."""
    return (shared("vectors/cosignature") / "three-entries.txt").read_bytes().decode()


def field(name: str) -> str:
    """The value in the file's line *name*."""
    return re.search(rf"^{re.escape(name)} +(.+)$", text(), re.MULTILINE)[1]


def section(title: str) -> str:
    """The lines below the file's heading *title*."""
    return re.search(rf"^--- {re.escape(title)} ---\n(.*?)(?=^---|^entry bundle|\Z)", text(), re.MULTILINE | re.DOTALL)[
        1
    ]


def subtree(start: int, end: int) -> bytes:
    """The hash over some of the three leaves."""
    return root_of(LEAVES[start:end])


def policy() -> TrustPolicy:
    """The log, and its witness as the quorum."""
    log, witness = VerifierKey.parse(field("log vkey")), VerifierKey.parse(field("witness vkey"))
    return TrustPolicy((Log(log),), (Witness("w", witness),), (), "w")


def test_the_hashes_are_ours():
    """Leaves, node, root and bundle are what is computed here."""
    for entry, leaf in zip(ENTRIES, LEAVES, strict=True):
        assert field(f"leaf {entry!r}") == leaf.hex()
    assert field("node(0,1)") == node_hash(LEAVES[0], LEAVES[1]).hex()
    assert field("root(3)") == root_of(LEAVES).hex()
    assert field("entry bundle hex") == encode_bundle(ENTRIES).hex()


def test_the_checkpoint_is_signed_alike():
    """From the same seed comes, byte for byte, the same signed checkpoint."""
    material = field("log skey").split("+", 4)[4]
    signer = NoteSigner(ORIGIN, base64.b64decode(material)[1:])
    assert signer.vkey == field("log vkey")
    assert sign_checkpoint(Checkpoint(ORIGIN, 3, root_of(LEAVES)), signer).encode() == section("checkpoint")


def test_the_witnesss_reply_is_a_cosignature_on_it():
    """The line verifies, and states a time of this century."""
    line = Signature.parse(section("witness reply").rstrip("\n"))
    note = SignedNote.parse(section("checkpoint"))
    Verifier.from_vkey(field("witness vkey")).verify(note.text, line.signature)
    assert int(cosigned_at(line).timestamp()) == int.from_bytes(line.signature[:8], "big") > 0
    assert policy().open_checkpoint(note.with_signatures(line).encode()).cosigned == {"w": cosigned_at(line)}


def test_the_witnesss_request_is_what_a_log_would_send():
    """Old size, consistency proof, blank line and checkpoint stand in the body."""
    head, _, note = section("add-checkpoint body old 2").partition("\n\n")
    old, *hashes = head.split("\n")
    proof = [base64.b64decode(value) for value in hashes]
    assert (old, proof) == ("old 2", consistency_proof(2, 3, subtree))
    found = open_checkpoint(note, Verifier.from_vkey(field("log vkey")), ORIGIN)
    verify_consistency(2, 3, proof, subtree(0, 2), found.root)


def test_the_offline_proof_is_written_and_verified_alike():
    """The file's proof holds for the second entry, and is the one made here."""
    proof = TlogProof.parse(section("tlog-proof index 1"))
    assert verify_tlog_proof(proof, LEAVES[1], policy()).checkpoint == Checkpoint(ORIGIN, 3, root_of(LEAVES))
    made = TlogProof(1, tuple(inclusion_proof(1, 3, subtree)), proof.checkpoint_text)
    assert made.encode() == section("tlog-proof index 1")
