"""A denial made by hand, without a database: signed over a small log, its line in that log, the salts beside it."""

import hashlib
from datetime import date, timedelta

from aboveboard.core import canonical
from aboveboard.core.envelope.identifiers import IdentifierKind
from aboveboard.core.tlog.checkpoint import sign_checkpoint
from aboveboard.core.tlog.merkle import consistency_proof
from aboveboard.core.tlog.note import NoteSigner, sign_note
from aboveboard.core.verify.denial import OPERATION, Denial, Denied, Shown, encode_shown
from tests.support.packs import NOW, ORIGIN, SmallLog, governance_entry, grow, kept

STRANGER = {
    IdentifierKind.EMAIL: "Straße@Example.test",
    IdentifierKind.PHONE: "+420 601 222 333",
    IdentifierKind.NAME: "Jindřiška Neznámá",
    IdentifierKind.NAME_AND_BIRTH: "Jindřiška Neznámá|31. 12. 2001",
}
NAMED = {IdentifierKind.NAME: "Žofie Říhová"}
"""Whom the small log holds."""


def denial_files(
    asked: dict[IdentifierKind, str] | None = None, *, size: int | None = None, erased: date | None = None
) -> tuple[dict[str, bytes], SmallLog]:
    """The files of a denial given when the log counted *size* entries (else all before it), and the log behind it."""
    log, _, _ = grow()
    size = len(log.leaves) if size is None else size
    given = STRANGER if asked is None else asked
    shown = [Shown(kind, text, bytes([at + 1]) * 32) for at, (kind, text) in enumerate(sorted(given.items()))]
    denied = tuple(Denied(one.kind, erased if at == 0 else None, one.commitment()) for at, one in enumerate(shown))
    at, signer = NOW + timedelta(hours=2), NoteSigner(ORIGIN, b"L" * 32)
    denial = Denial(ORIGIN, "cz", at, size, log.checkpoint(size).root, denied)
    entry = governance_entry(OPERATION, {"denial": denial.digest()}, at, entity="cz")
    index = log.add(entry)
    log.end()
    proof = consistency_proof(size, len(log.leaves), log.subtree)
    return {
        "denial": sign_note(denial.text(hashlib.sha256(entry.encode()).digest()), signer).encode().encode(),
        "identifiers.json": encode_shown(shown),
        "line.json": canonical.encode([log.line(index, person=False)]),
        "checkpoint": sign_checkpoint(log.checkpoint(), signer).encode().encode(),
        "consistency.json": canonical.encode(
            [{"checkpoint": kept(log, size).decode(), "proof": [one.hex() for one in proof]}]
        ),
    }, log
