r"""An act of the controller: the exact bytes two people sign, and whether they did (GDPR Arts 4(7), 38(1)).

Proposal: "aboveboard/act/proposal/v1\n" || canonical JSON of cell, act, kind, controller, body hash, by, key, at.
Decision: "aboveboard/act/decision/v1\n" || canonical JSON of the proposal's hash, the proposer's signature's
hash, the opinion (or why it was waived), hashes of both sealed reasons, by, key, at. Times are microseconds since
1970. Signatures are Ed25519 (RFC 8032).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aboveboard.core import canonical
from aboveboard.core.entries.entry import microseconds
from aboveboard.core.entries.said import Said
from aboveboard.core.errors import NotVerified, require
from aboveboard.core.verify.shape import PackedAct

PROPOSAL = b"aboveboard/act/proposal/v1\n"
DECISION = b"aboveboard/act/decision/v1\n"


def staff_key_id(public_key: bytes) -> bytes:
    """Name a public key of an employee: the first 16 bytes of its SHA-256."""
    return hashlib.sha256(b"aboveboard/staff-key/v1\n" + public_key).digest()[:16]


class Statements(NamedTuple):
    """The acts that are shown, and what the opened lines of governance say of acts and keys."""

    acts: Mapping[str, PackedAct]
    lines: Mapping[tuple[str, str], Sequence[Said]]
    """Operation, and act or key it is about, to the lines that say it, by time."""
    flaws: dict[str, str]
    """What is wrong with an act, by its id."""

    def on(self, operation: str, name: str = "") -> Sequence[Said]:
        """Give the lines of an *operation* on the act or key *name*, by time."""
        return self.lines.get((operation, name), ())

    @property
    def controller(self) -> str:
        """For whom the log was founded; empty where no line says it."""
        return _plain(self.on("cell.founded")[-1].body.get("controller")) if self.on("cell.founded") else ""


def statements_of(lines: Iterable[Said], acts: Iterable[PackedAct]) -> Statements:
    """Gather what *lines* of governance say, and check the *acts*; lines that record a refusal state nothing."""
    found: dict[tuple[str, str], list[Said]] = {}
    for line in sorted(lines, key=lambda line: line.at):
        if line.verdict == "permit":
            about = [(line.operation, _plain(line.body.get("key" if line.operation.startswith("key.") else "act")))]
            if line.operation == "key.added":
                about += [("key.retired", old) for old in texts(line.body.get("retired"))]
            for one in about:
                found.setdefault(one, []).append(line)
    known = Statements({act.id: act for act in acts}, found, {})
    for name, act in known.acts.items():
        try:
            _check_act(act, known)
        except NotVerified as error:
            known.flaws[name] = error.sentence
    return known


def act_behind(name: str, kind: str, known: Statements) -> tuple[PackedAct, datetime]:
    """Give the act that a line rests on, which two have signed, and when it took effect.

    Raises:
        NotVerified: naming what does not hold.
    """
    act, applied = known.acts.get(name), known.on("act.applied", name)
    if act is None or not applied or act.proposal.get("kind") != kind:
        raise NotVerified(f"{_CALLED[kind]} is not shown, is none, or never took effect")
    require(name not in known.flaws, f"{_CALLED[kind]} {known.flaws.get(name)}")
    return act, applied[0].at


_CALLED = {"grant": "the grant it names", "delay": "the order it was sealed under", "declare-gap": "the gap's act"}


def _check_act(act: PackedAct, known: Statements) -> None:
    """Hold an act's two signatures against the keys in the log, and the act against the log's lines about it."""
    proposal, decision = act.proposal, act.decision
    message = PROPOSAL + canonical.again(proposal)
    body = hashlib.sha256(canonical.again(act.body)).hexdigest()
    proposed_with = hashlib.sha256(act.proposer_signature).hexdigest()
    require(proposal.get("act") == act.id and proposal.get("body") == body, "was proposed with another text")
    require(proposal.get("controller") == known.controller, "was not proposed to this controller")
    require(decision.get("proposal") == hashlib.sha256(message).hexdigest(), "is not the one that was decided on")
    require(decision.get("proposer_signature") == proposed_with, "was decided on under another proposal's signature")
    require(decision.get("by") != proposal.get("by"), "was proposed and signed by one and the same person")
    require(decision.get("opinion") or decision.get("opinion_waived"), "has no opinion of the officer beside it")
    _check_signature(proposal, message, act.proposer_signature, known)
    _check_signature(decision, DECISION + canonical.again(decision), act.signer_signature, known)
    signed = [(line.body.get("body_hash"), _plain(line.body.get("key"))) for line in known.on("act.signed", act.id)]
    require((body, _plain(decision.get("key"))) in signed, "is not in the log as signed")


def _check_signature(signed: Mapping[str, Any], message: bytes, signature: bytes, known: Statements) -> None:
    name, at, added = _plain(signed.get("key")), signed.get("at", 0), known.on("key.added", _plain(signed.get("key")))
    key = added[0].body if added else {}
    try:
        public_key = bytes.fromhex(_plain(key.get("public_key")))
        its_own = added and key.get("staff") == signed.get("by") and staff_key_id(public_key).hex() == name
        require(its_own, "is signed with a key that the log does not show on record for its signer")
        until = [microseconds(line.at) for line in known.on("key.retired", name)]
        on_record = type(at) is int and microseconds(added[0].at) <= at < min(until, default=at + 1)
        require(on_record, "is signed with a key that was not on record at that time")
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise NotVerified("has a signature that does not hold") from None


def texts(value: object) -> tuple[str, ...]:
    """Give the texts of a list, whatever else stands in its place."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def _plain(value: object) -> str:
    return value if isinstance(value, str) else ""
