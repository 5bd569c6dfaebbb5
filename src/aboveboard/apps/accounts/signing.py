"""Signing keys of staff: made here, kept sealed under a passphrase, and the exact bytes a signature covers.

What is signed stands in `core.verify.acts`, where a stranger checks it. The passphrase key is Argon2id (RFC 9106,
second recommended option).
"""

import hashlib
import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from aboveboard.apps.accounts.models import Act, SigningKey
from aboveboard.core import canonical
from aboveboard.core.entries.entry import microseconds
from aboveboard.core.envelope.seal import place, seal, unseal
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.terms import StaffId
from aboveboard.core.verify.acts import DECISION, PROPOSAL, staff_key_id

KDF = {"name": "argon2id", "passes": 3, "memory_kib": 65536, "lanes": 4}
SHORTEST_PASSPHRASE = 12


@dataclass(frozen=True, slots=True)
class Signer:
    """A signing key opened with its passphrase, for as long as this value lives."""

    staff: StaffId
    key: bytes
    _private: Ed25519PrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """Sign *message* (64 bytes)."""
        return self._private.sign(message)


def new_signing_key(staff: StaffId, passphrase: str, *, now: datetime) -> SigningKey:
    """Make an Ed25519 key for *staff*, its private half sealed under the passphrase; nothing is saved yet.

    Raises:
        Invalid: when the passphrase is too short.
    """
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key = SigningKey(id=key_id(public), staff_id=staff, public_key=public, made_at=now)
    seal_private(key, private, passphrase)
    return key


def seal_private(key: SigningKey, private: Ed25519PrivateKey, passphrase: str) -> None:
    """Seal the private half under a fresh salt and the parameters of today."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Invalid(f"A passphrase has at least {SHORTEST_PASSPHRASE} characters.")
    key.salt = os.urandom(16)
    key.kdf_parameters = dict(KDF)
    key.private_key = seal(_passphrase_key(key, passphrase), private.private_bytes_raw(), _place_of(key))


def open_private(key: SigningKey, passphrase: str) -> Ed25519PrivateKey:
    """Open the private half.

    Raises:
        NotVerified: always with the same sentence, whatever was wrong.
    """
    raw = unseal(_passphrase_key(key, passphrase), bytes(key.private_key), _place_of(key))
    private = Ed25519PrivateKey.from_private_bytes(raw)
    if private.public_key().public_bytes_raw() != bytes(key.public_key):
        raise NotVerified("A signing key does not belong to its public half.", code="seal")
    return private


def key_id(public_key: bytes) -> bytes:
    """Name a public key: the first 16 bytes of its SHA-256."""
    return staff_key_id(public_key)


def body_hash(act: Act) -> bytes:
    """Give SHA-256 of the canonical body."""
    return hashlib.sha256(bytes(act.body)).digest()


def proposal_message(act: Act) -> bytes:
    """Give the bytes the proposer signs."""
    return PROPOSAL + canonical.encode(proposal_fields(act))


def proposal_fields(act: Act) -> dict[str, Any]:
    """Give what the proposer signs, before it is encoded."""
    return {
        "cell": settings.OPTIONS.cell,
        "act": bytes(act.pk).hex(),
        "kind": act.kind,
        "controller": act.controller,
        "body": body_hash(act).hex(),
        "by": bytes(act.proposed_by).hex(),
        "key": bytes(act.proposer_key_id).hex(),
        "at": microseconds(act.proposed_at),
    }


def decision_message(act: Act) -> bytes:
    """Give the bytes the controller's signatory signs."""
    return DECISION + canonical.encode(decision_fields(act))


def decision_fields(act: Act) -> dict[str, Any]:
    """Give what the controller's signatory signs: proposal and opinion as they stood before the signature."""
    if act.signed_by is None or act.signer_key_id is None or act.decided_at is None:
        raise Invalid("An act nobody decided has no decision to sign.")
    opinion = None
    if act.opinion_by is not None and act.opinion_at is not None:
        opinion = {
            "by": bytes(act.opinion_by).hex(),
            "at": microseconds(act.opinion_at),
            "in_favour": bool(act.opinion_in_favour),
            "reason": _hash_of(act.opinion_reason),
        }
    return {
        "proposal": _hash_of(proposal_message(act)),
        "proposer_signature": _hash_of(act.proposer_signature),
        "opinion": opinion,
        "opinion_waived": act.opinion_waived,
        "overruling_reason": _hash_of(act.overruling_reason),
        "by": bytes(act.signed_by).hex(),
        "key": bytes(act.signer_key_id).hex(),
        "at": microseconds(act.decided_at),
    }


def signatures_hold(act: Act) -> bool:
    """Verify both signatures now, each against the key its signer had on record when they signed."""
    if act.signed_by is None or act.signer_key is None or act.signer_signature is None or act.decided_at is None:
        return False
    if bytes(act.signed_by) == bytes(act.proposed_by):
        return False
    return _holds(
        act.proposer_key,
        bytes(act.proposed_by),
        act.proposed_at,
        proposal_message(act),
        bytes(act.proposer_signature),
    ) and _holds(
        act.signer_key,
        bytes(act.signed_by),
        act.decided_at,
        decision_message(act),
        bytes(act.signer_signature),
    )


def _holds(key: SigningKey, staff: bytes, at: datetime, message: bytes, signature: bytes) -> bool:
    if bytes(key.staff_id) != staff or key_id(bytes(key.public_key)) != bytes(key.pk):
        return False
    if key.on_record_at is None or key.on_record_at > at or (key.retired_at is not None and key.retired_at <= at):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes(key.public_key)).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _passphrase_key(key: SigningKey, passphrase: str) -> bytes:
    parameters = key.kdf_parameters
    return hash_secret_raw(
        passphrase.encode(),
        bytes(key.salt),
        time_cost=parameters["passes"],
        memory_cost=parameters["memory_kib"],
        parallelism=parameters["lanes"],
        hash_len=32,
        type=Type.ID,
    )


def _place_of(key: SigningKey) -> bytes:
    return place("accounts/signing-key", settings.OPTIONS.cell, bytes(key.staff_id), bytes(key.pk))


def _hash_of(value: bytes | memoryview | None) -> str:
    return "" if value is None else hashlib.sha256(bytes(value)).hexdigest()
