"""The cell's logs as evidence reads them: the one that is signed now, and those that ended with a declared gap."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import connections

from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.actions import CELL
from aboveboard.apps.ledger.index import index_of, open_to_read, places_of
from aboveboard.apps.ledger.leaves import log_number
from aboveboard.apps.ledger.models import Gap
from aboveboard.apps.ledger.publishing import log_folder, log_origin
from aboveboard.apps.ledger.recovering import former_log_folder
from aboveboard.core.errors import NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.growing import PrefixTree
from aboveboard.core.tlog.merkle import SubtreeReader, consistency_proof, inclusion_proof
from aboveboard.core.tlog.note import SignedNote
from aboveboard.core.tlog.paths import together
from aboveboard.core.tlog.tiles import subtree_reader

_MANY = 500
_LABEL = slice(2, 34)
"""Where a leaf has its subject's label (`core.entries.leaf`)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the database holds it: place, public bytes, month of K_audit, sealed openings."""

    index: int
    data: bytes
    month: int
    subject: bytes
    audit: bytes


@dataclass(frozen=True, slots=True)
class Log:
    """One log of the cell: its number, its tree as it was last signed, and where its files lie."""

    number: int
    former: bool
    origin: str
    size: int
    root: bytes
    folder: Path

    def rows(self, labels: Sequence[bytes]) -> dict[bytes, Row]:
        """Give the lines with these subject labels, also those sequenced and not yet signed."""
        if not self.former:
            lines = self.lines_at(sorted(places_of(labels).values()))
            found = {row.data[_LABEL]: row for row in lines.values()}
            return {label: found[label] for label in labels if label in found}
        query = "SELECT subject_label, seq, data, month, subject, audit FROM ledger_formerleaf WHERE log = {} AND"
        query = query.format(self.number) + " subject_label {}"
        return {
            bytes(label): Row(int(seq), bytes(data), int(month), bytes(subject), bytes(audit))
            for label, seq, data, month, subject, audit in rows.select_in(query, labels)
        }

    def lines_at(self, indexes: Sequence[int]) -> dict[int, Row]:
        """Give the lines of the present log at these places, by place."""
        found: dict[int, Row] = {}
        for start in range(0, len(indexes), _MANY):
            some = indexes[start : start + _MANY]
            marks = ", ".join(["%s"] * len(some))
            query = f"SELECT seq, data, month, subject, audit FROM ledger_leaf WHERE seq IN ({marks})"
            with connections[CELL].cursor() as cursor:
                cursor.execute(query, some)
                for seq, data, month, subject, audit in cursor.fetchall():
                    found[int(seq)] = Row(int(seq), bytes(data), int(month), bytes(subject), bytes(audit))
        return found

    def prover(self) -> "Prover":
        """Give what makes proofs under the signed root, out of the published tiles."""
        subtree = subtree_reader(FileTiles(self.folder).get, self.size)
        # Proofs of many lines share most of their upper hashes.
        return Prover(self.size, cache(subtree))


@dataclass(frozen=True, slots=True)
class Prover:
    """Makes proofs in one tree and keeps the hashes it has met."""

    size: int
    _subtree: SubtreeReader

    def inclusion(self, index: int) -> list[bytes]:
        """Prove that a line stands at *index* (RFC 9162 section 2.1.3.1)."""
        return inclusion_proof(index, self.size, self._subtree)

    def together(self, indexes: Iterable[int]) -> bytes:
        """Prove at once that lines stand at all these *indexes* (`core.tlog.paths`)."""
        return together(indexes, self.size, self._subtree)

    def consistency(self, size: int) -> list[bytes]:
        """Prove that the log only grew since it had *size* lines (RFC 9162 section 2.1.4.1)."""
        return consistency_proof(size, self.size, self._subtree)


def published_note() -> bytes:
    """Give the checkpoint as it is published, for the person to keep.

    Raises:
        NotVerified: when none is there.
    """
    try:
        return (log_folder() / "checkpoint").read_bytes()
    except FileNotFoundError:
        raise NotVerified("The log has no published checkpoint; run `aboveboard doctor`.") from None


@contextmanager
def signed_state() -> Iterator[tuple[bytes, PrefixTree]]:
    """Give the published checkpoint and the index behind it, as they stand together for as long as the block lasts.

    Raises:
        NotVerified: when the leaves of the log do not make its index.
    """
    for _ in range(_TRIES):
        with closing(open_to_read()) as file, file.reading():
            covered, note = file.covered, published_note()
            if covered == _size(note):
                yield note, PrefixTree(file)
                return
        # Between the two a batch is being published.
        time.sleep(_PAUSE_S)
    # Nobody is sequencing: the file was left behind, or ahead of what is published.
    note = published_note()
    with closing(index_of(_size(note))) as file:
        yield note, PrefixTree(file)


_TRIES, _PAUSE_S = 20, 0.02


def _size(note: bytes) -> int:
    return Checkpoint.parse(SignedNote.parse(note).text).size


def current_log(note: bytes | None = None) -> Log:
    """Give the log as the published checkpoint (or *note*) says."""
    checkpoint = Checkpoint.parse(SignedNote.parse(note or published_note()).text)
    if checkpoint.origin != log_origin():
        raise NotVerified("The published checkpoint belongs to another log; run `aboveboard doctor`.")
    return Log(log_number(), False, checkpoint.origin, checkpoint.size, checkpoint.root, log_folder())


def all_logs(note: bytes | None = None) -> list[Log]:
    """Give every log of the cell, the oldest first."""
    ended = [
        Log(gap.number, True, gap.origin, gap.size, bytes(gap.root), former_log_folder(gap.number))
        for gap in Gap.objects.order_by("number")
    ]
    return [*ended, current_log(note)]


def chain_length(owner: bytes) -> int:
    """Give how many lines a person has in the present log, by the ledger's own counter."""
    with connections[CELL].cursor() as cursor:
        cursor.execute("SELECT length FROM ledger_chain WHERE owner = %s", [b"s" + owner])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
