"""Cosignatures: a witness states a time and a checkpoint, in the Ed25519 form and in ML-DSA-44."""

import sys
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.cosignature import Cosigner, Verifier, cosigned_at
from aboveboard.core.tlog.note import KeyType, Signature, VerifierKey
from tests.support.tlog import AUTHORITY, LOG, SEEN, WORKS_COUNCIL, checkpoint_over, leaves_of

TEXT = checkpoint_over(leaves_of(5)).text
OTHER = checkpoint_over(leaves_of(6)).text
both_kinds = pytest.mark.parametrize("cosigner", [WORKS_COUNCIL, AUTHORITY], ids=["ed25519", "mldsa44"])


@both_kinds
def test_a_cosignature_tells_checkpoint_and_time(cosigner):
    """Who has the witness's key sees what it saw, and when."""
    line = cosigner.cosign(TEXT, SEEN)
    Verifier.from_vkey(cosigner.vkey).verify(TEXT, line.signature)
    assert cosigned_at(line) == SEEN


@both_kinds
def test_a_cosignature_holds_for_one_checkpoint_and_one_time(cosigner):
    """Under another checkpoint, or with another time in front, it does not verify."""
    signature = cosigner.cosign(TEXT, SEEN).signature
    later = int((SEEN + timedelta(seconds=1)).timestamp()).to_bytes(8, "big") + signature[8:]
    for text, claimed in ((OTHER, signature), (TEXT, later)):
        with pytest.raises(NotVerified):
            Verifier(cosigner.key).verify(text, claimed)


@both_kinds
@pytest.mark.parametrize("cut", [0, 7, 8, 71])
def test_a_cut_cosignature_is_refused(cosigner, cut):
    """A line too short for time and signature is not verified."""
    with pytest.raises(NotVerified):
        Verifier(cosigner.key).verify(TEXT, cosigner.cosign(TEXT, SEEN).signature[:cut])


@both_kinds
def test_a_time_no_calendar_has_is_refused(cosigner):
    """A timestamp after the year 9999 lies in the future for sure."""
    signature = (2**63 - 1).to_bytes(8, "big") + cosigner.cosign(TEXT, SEEN).signature[8:]
    with pytest.raises(NotVerified):
        Verifier(cosigner.key).verify(TEXT, signature)


@both_kinds
@pytest.mark.parametrize("text", ["not a checkpoint\n", TEXT + "extension\n"])
def test_only_checkpoints_are_cosigned(cosigner, text):
    """A witness vouches for nothing else."""
    with pytest.raises(Invalid):
        cosigner.cosign(text, SEEN)


@both_kinds
@pytest.mark.parametrize("at", [datetime(2026, 3, 1, 12, 0), datetime(1970, 1, 1, tzinfo=UTC)])  # noqa: DTZ001 - naive on purpose
def test_a_cosignature_has_a_real_time(cosigner, at):
    """A time without zone, or none at all, is refused."""
    with pytest.raises(Invalid):
        cosigner.cosign(TEXT, at)


def test_the_ed25519_form_also_covers_what_follows_the_root():
    """The whole text is signed, so a line added to it breaks the signature."""
    with pytest.raises(NotVerified):
        Verifier(WORKS_COUNCIL.key).verify(TEXT + "extension\n", WORKS_COUNCIL.cosign(TEXT, SEEN).signature)


def test_the_mldsa_form_signs_the_bytes_of_the_specification():
    """Label, cosigner, time, origin, start 0, end and root stand in the message, each in its place."""
    checkpoint = Checkpoint.parse(TEXT)
    signature = AUTHORITY.cosign(TEXT, SEEN).signature
    message = (
        b"subtree/v1\n\x00\x19authority.example/witness"
        + int(SEEN.timestamp()).to_bytes(8, "big")
        + b"\x10log.example/cell"
        + bytes(8)
        + b"\0\0\0\0\0\0\0\x05"
        + checkpoint.root
    )
    assert signature[:8] == int(SEEN.timestamp()).to_bytes(8, "big")
    MLDSA44PublicKey.from_public_bytes(AUTHORITY.key.public_key).verify(signature[8:], message)


def test_the_mldsa_form_names_its_cosigner():
    """The same key under another name is another cosigner."""
    renamed = Cosigner("other.example/witness", bytes([4]) * 32, KeyType.MLDSA44_COSIGNATURE)
    assert renamed.key.public_key == AUTHORITY.key.public_key
    with pytest.raises(NotVerified):
        Verifier(renamed.key).verify(TEXT, AUTHORITY.cosign(TEXT, SEEN).signature)


def test_a_name_too_long_for_the_mldsa_form_is_refused():
    """Its length has to fit one byte."""
    with pytest.raises(Invalid):
        AUTHORITY.cosign(Checkpoint("o" * 256, 1, bytes(32)).encode(), SEEN)
    AUTHORITY.cosign(Checkpoint("o" * 255, 1, bytes(32)).encode(), SEEN)


def test_a_cosigner_may_state_no_time():
    """In the ML-DSA-44 form a zero says: consistent, but perhaps not the latest."""
    assert cosigned_at(Signature("name", bytes(4), bytes(8) + b"x")) is None


def test_a_notes_key_does_not_cosign():
    """The key types are kept apart."""
    with pytest.raises(Invalid):
        Cosigner("name", bytes(32), KeyType.ED25519)


def test_a_cosigners_seed_has_32_bytes():
    """A cut seed is refused instead of padded."""
    with pytest.raises(Invalid):
        Cosigner("name", bytes(31))


def test_the_type_of_a_key_says_how_it_signs():
    """The type in the key says how its signatures are checked: what one type signed does not hold as another."""
    signature = LOG.sign(TEXT).signature
    Verifier(LOG.key).verify(TEXT, signature)
    cosigning = VerifierKey("name", KeyType.ED25519_COSIGNATURE, LOG.key.public_key)
    for claimed in (signature, bytes(8) + signature):
        with pytest.raises(NotVerified):
            Verifier(cosigning).verify(TEXT, claimed)


def test_without_mldsa_the_old_form_still_works(monkeypatch):
    """An older cryptography package says in a sentence what it lacks."""
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.mldsa", None)
    Verifier(WORKS_COUNCIL.key).verify(TEXT, WORKS_COUNCIL.cosign(TEXT, SEEN).signature)
    with pytest.raises(Invalid, match="ML-DSA-44"):
        Cosigner("name", bytes(32), KeyType.MLDSA44_COSIGNATURE)
    with pytest.raises(Invalid, match="ML-DSA-44"):
        Verifier(VerifierKey("name", KeyType.MLDSA44_COSIGNATURE, bytes(1312)))
