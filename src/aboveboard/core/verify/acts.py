r"""An act of the controller: the exact bytes two people sign, and whether they did (GDPR Arts 4(7), 38(1)).

Proposal: "aboveboard/act/proposal/v1\n" || canonical JSON of cell, act, kind, controller, body hash, by, key, at.
Decision: "aboveboard/act/decision/v1\n" || canonical JSON of the proposal's hash, the proposer's signature's
hash, the opinion (or why it was waived), hashes of both sealed reasons, by, key, at. Times are microseconds since
1970. Signatures are Ed25519 (RFC 8032).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aboveboard.core import canonical
from aboveboard.core.entries.entry import microseconds
from aboveboard.core.entries.said import Said
from aboveboard.core.errors import NotVerified
from aboveboard.core.verify.shape import PackedAct

PROPOSAL = b"aboveboard/act/proposal/v1\n"
DECISION = b"aboveboard/act/decision/v1\n"
_PERMIT = "permit"


def staff_key_id(public_key: bytes) -> bytes:
    """Name a public key of an employee: the first 16 bytes of its SHA-256."""
    return hashlib.sha256(b"aboveboard/staff-key/v1\n" + public_key).digest()[:16]


@dataclass(frozen=True, slots=True)
class KeyOnRecord:
    """A signing key as the log shows it: whose it is, since when it counts, and until when."""

    staff: str
    public_key: bytes
    since: int


@dataclass(slots=True)
class Statements:
    """What the opened lines of governance say: keys, signed and applied acts, what was ended, who the controller is."""

    controller: str = ""
    keys: dict[str, KeyOnRecord] = field(default_factory=dict)
    retired: dict[str, int] = field(default_factory=dict)
    signed: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Act to body hash and key."""
    applied: dict[str, datetime] = field(default_factory=dict)
    revoked: dict[str, datetime] = field(default_factory=dict)
    witnessing: Mapping[str, Any] = field(default_factory=dict)
    """What was last chosen about the log's witnesses."""


def statements_of(lines: Iterable[Said]) -> Statements:
    """Gather what *lines* of governance say; lines that record a refusal state nothing."""
    found = Statements()
    for line in sorted(lines, key=lambda line: line.at):
        if line.verdict == _PERMIT:
            _take(found, line, {name: _plain(value) for name, value in line.body.items()})
    return found


def _take(found: Statements, line: Said, body: Mapping[str, str]) -> None:
    act, key, at = body.get("act", ""), body.get("key", ""), microseconds(line.at)
    match line.operation:
        case "cell.founded":
            found.controller = body.get("controller", "")
        case "key.added":
            known = KeyOnRecord(body.get("staff", ""), _hex(body.get("public_key", "")), at)
            found.keys.setdefault(key, known)
            for old in texts(line.body.get("retired")):
                found.retired.setdefault(old, at)
        case "key.retired":
            found.retired.setdefault(key, at)
        case "act.signed":
            found.signed.setdefault(act, []).append((body.get("body_hash", ""), key))
        case "act.applied":
            found.applied.setdefault(act, line.at)
        case "grant.revoked":
            found.revoked.setdefault(act, line.at)
        case "log.witnessing":
            found.witnessing = line.body
        case _:
            pass


def check_act(act: PackedAct, known: Statements) -> None:
    """Hold an act's two signatures against the keys in the log, and the act against the log's lines about it.

    Raises:
        NotVerified: naming what does not hold.
    """
    proposal, decision = act.proposal, act.decision
    message = PROPOSAL + canonical.encode(dict(proposal))
    body = hashlib.sha256(canonical.encode(dict(act.body))).hexdigest()
    _require(proposal.get("act") == act.id and proposal.get("body") == body, "was proposed with another text")
    _require(proposal.get("controller") == known.controller, "was not proposed to this controller")
    _require(decision.get("proposal") == hashlib.sha256(message).hexdigest(), "is not the one that was decided on")
    proposed_with = hashlib.sha256(act.proposer_signature).hexdigest()
    _require(decision.get("proposer_signature") == proposed_with, "was decided on under another proposal's signature")
    _require(decision.get("by") != proposal.get("by"), "was proposed and signed by one and the same person")
    _require(bool(decision.get("opinion") or decision.get("opinion_waived")), "has no opinion of the officer beside it")
    _check_signature(proposal, message, act.proposer_signature, known)
    _check_signature(decision, DECISION + canonical.encode(dict(decision)), act.signer_signature, known)
    signed = known.signed.get(act.id, [])
    _require((body, _plain(decision.get("key"))) in signed, "is not in the log as signed")


def _check_signature(signed: Mapping[str, Any], message: bytes, signature: bytes, known: Statements) -> None:
    name, at = _plain(signed.get("key")), signed.get("at")
    key = known.keys.get(name)
    if key is None or key.staff != signed.get("by") or staff_key_id(key.public_key).hex() != name:
        raise NotVerified("is signed with a key that the log does not show on record for its signer")
    if type(at) is not int or at < key.since or at >= known.retired.get(name, at + 1):
        raise NotVerified("is signed with a key that was not on record at that time")
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise NotVerified("has a signature that does not hold") from None


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - a claim
    if not holds:
        raise NotVerified(otherwise)


def texts(value: object) -> tuple[str, ...]:
    """Give the texts of a list, whatever else stands in its place."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def _plain(value: object) -> str:
    return value if isinstance(value, str) else ""


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
