"""The certificate of an erasure: what the person keeps when nothing else about them is kept (Arts 12(3), 17, 19).

The lines open under a key that is shredded one drain after the erase leaf; so whoever erases holds it in memory from
before until the certificate is written: `closing` first, then the erasure, then `write_certificate`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from aboveboard.apps import keys
from aboveboard.apps.evidence.lines import History, opened_with
from aboveboard.apps.evidence.logs import all_logs, current_log, published_note, signed_state
from aboveboard.apps.evidence.pack import pack_files, require_new, write_pack
from aboveboard.apps.ledger.key_copies import KeyCopy, living_copies
from aboveboard.apps.ledger.queries import settled
from aboveboard.apps.vault.queries import person_row
from aboveboard.core import canonical
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Conflict, Shredded
from aboveboard.core.terms import SubjectId
from aboveboard.core.tlog.proof import TlogProof
from aboveboard.core.verify import shape


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is told of an erasure: when, where it stands in the log, and which copies of keys still live until when."""

    erased_at: datetime
    entry_hash: bytes
    index: int | None
    """Of the line that says so; None while it is not signed."""
    proof: str
    """That line's place in the log, as a C2SP tlog-proof; empty while it is not signed."""
    copies: tuple[KeyCopy, ...]

    @property
    def final_on(self) -> date | None:
        """The day after which no copy of a key is left; None when none is left already."""
        return max((copy.expires_on for copy in self.copies), default=None)


@dataclass(frozen=True, slots=True)
class Closing:
    """A person about to be erased, and the key to their lines, for as long as this value lives."""

    subject: SubjectId
    log_key: bytes = field(repr=False)


def closing(subject: SubjectId) -> Closing:
    """Take hold of a person's K_log before their erasure.

    Raises:
        Shredded: when it is gone already.
    """
    return Closing(subject, keys.store().key(KeyKind.LOG, subject))


def certificate_of(entry_hash: bytes, erased_at: datetime, now: datetime) -> Certificate:
    """Give the certificate of an erasure by its entry, which only the person and whoever erased them know."""
    log, place = current_log(), settled(entry_hash)
    if place is None or place.index >= log.size:
        return Certificate(erased_at, entry_hash, None, "", living_copies(now))
    proof = TlogProof(place.index, tuple(log.prover().inclusion(place.index)), published_note().decode())
    return Certificate(erased_at, entry_hash, place.index, proof.encode(), living_copies(now))


def write_certificate(held: Closing, out: Path, *, now: datetime, since: Sequence[bytes] = ()) -> Certificate:
    """Write the person's last pack: every line about them up to the erasure, no values, and the certificate.

    Raises:
        Conflict: when the person is not erased, or the erase line is not signed yet (try again after a moment).
    """
    require_new(out)
    row = person_row(held.subject)
    if row is None or row.erased_at is None:
        raise Conflict("This person is not erased; there is nothing to certify.")
    with signed_state() as state:
        logs = all_logs(state[0])
        found = opened_with(held.subject, held.log_key, signed_only=True, logs=logs)
        entry_hash = _erase_entry(found)
        certificate = certificate_of(entry_hash, row.erased_at, now)
        head = {"made_at": now.isoformat(), "entry": entry_hash.hex(), "facts": [], "recordings": []}
        files = pack_files(held.subject, held.log_key, found, head, logs, state, since)
    write_pack(out, {**files, shape.CERTIFICATE: _encoded(held.subject, certificate)}, since)
    return certificate


def erased_on(subject: SubjectId) -> date | None:
    """Give the day a person was erased, or None."""
    row = person_row(subject)
    return row.erased_at.date() if row is not None and row.erased_at is not None else None


def require_not_erased(subject: SubjectId) -> None:
    """Refuse to go on with somebody whose erasure has begun.

    Raises:
        Shredded: when it has.
    """
    row = person_row(subject)
    if row is not None and row.erasing_at is not None:
        raise Shredded("This person was erased; what they took along before stays valid.")


def _erase_entry(found: History) -> bytes:
    for line in reversed(found.lines):
        if line.kind is EntryKind.ERASE:
            return line.entry_hash
    raise Conflict("The line that says the keys are gone is not signed yet; try again in a moment.")


def _encoded(subject: SubjectId, certificate: Certificate) -> bytes:
    return canonical.encode(
        {
            "subject": subject.hex(),
            "erased_at": certificate.erased_at.isoformat(),
            "entry": certificate.entry_hash.hex(),
            "index": certificate.index,
            "key_copies": [
                {"id": copy.id, "made_at": copy.made_at.isoformat(), "expires_on": copy.expires_on.isoformat()}
                for copy in certificate.copies
            ],
        }
    )
