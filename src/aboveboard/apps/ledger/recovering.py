"""After a database was set back: noticing it, ending the log that ran ahead of it, and opening the next one.

    1. home/unfinished.json      what was seen, before anything is touched
    2. outside/head-<n>          the last head of log n kept; outside/head becomes the empty head of log n+1
    3. one transaction           leaves set aside, counters and tree back to nought, the new log's first leaf, the gap
    4. home/log -> home/log-<n>  its tiles stay as they are; the new log is signed and published

Each step can be done again; everything else refuses to run until the last one is done.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connections

from aboveboard.apps import keys
from aboveboard.apps.files.durable import sync_folder, write_file
from aboveboard.apps.files.index import IndexFile
from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.ledger import carrying, elsewhere, publishing, signers
from aboveboard.apps.ledger.actions import CELL, pending_row
from aboveboard.apps.ledger.index import Index
from aboveboard.apps.ledger.leaves import Claimed, LeafMaker
from aboveboard.apps.ledger.models import Cell, Chain, Gap, GapPerson, Head
from aboveboard.apps.ledger.publishing import RolledBack, log_folder, outside_head_path
from aboveboard.apps.ledger.sequencer import Sequencer, claim, write_batch
from aboveboard.apps.ledger.standstill import begin_work, end_work, unfinished
from aboveboard.core.entries.entry import CELL_OWNER, SYSTEM_ACTOR, Entry, EntryKind
from aboveboard.core.entries.leaf import Leaf
from aboveboard.core.entries.sealed import DELAY_OWNER
from aboveboard.core.envelope.keys import KeyKind, log_keys
from aboveboard.core.envelope.labels import label
from aboveboard.core.errors import Conflict, Invalid, KeyUnavailable, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from aboveboard.core.tlog.merkle import EMPTY_ROOT
from aboveboard.core.tlog.tiles import bundles_for, read_bundle

COMMAND = "recover --declare-gap"
_CHUNK = 500
_LEAF_COLUMNS = "seq, data, subject_label, month, subject, actor, audit"


@dataclass(frozen=True, slots=True)
class Ended:
    """A log that ends: its last signed head, and what of it the database still holds."""

    number: int
    """Of the log that signed the last head."""
    origin: str
    size: int
    root: bytes
    note: bytes
    """The signed checkpoint, empty where none was found."""
    own: int
    """Number of the log the database stands in; lower when it was set back past an earlier gap."""
    kept: int
    """Leaves of the last log that the database holds unchanged."""
    new_origin: str
    elsewhere: Checkpoint | None = None
    """What was signed elsewhere and this database does not lead to; the log ends here with what it has all the same."""

    def facts(self) -> dict[str, object]:
        """Give what goes into the act, the first leaf and the file of unfinished work."""
        other = self.elsewhere
        signed = {"elsewhere_size": other.size, "elsewhere_root": other.root.hex()} if other else {}
        return {
            **signed,
            "number": self.number,
            "last_origin": self.origin,
            "last_size": self.size,
            "last_root": self.root.hex(),
            "lost_from": self.kept,
            "lost_to": self.size,
            "new_origin": self.new_origin,
        }


def require_not_set_back() -> None:
    """Hold the database's head against the one kept outside, without hashing the leaves between them.

    Raises:
        RolledBack: when it is shorter, of another log, or of another root at the same size.
    """
    elsewhere.require_resolved()
    path = outside_head_path()
    # The outside head is read first: the database is always ahead of it, never behind.
    note = path.read_bytes() if path.exists() else None
    size, root = publishing.stored_head()
    if note is None:
        if size:
            raise RolledBack(
                "The last signed head is missing from ABOVEBOARD_OUTSIDE. Put it back from the published checkpoint,"
                " or declare a gap with `aboveboard recover --declare-gap`."
            )
        return
    signed = Checkpoint.parse(note.decode().split("\n\n")[0] + "\n")
    if signed.origin != publishing.log_origin() or size < signed.size or (size == signed.size and root != signed.root):
        raise RolledBack(
            f"The database holds {size} entries of its log, but a head of {signed.size} was already signed that it does"
            " not lead to: it has been set back. Restore a newer copy, or declare the gap with"
            " `aboveboard recover --declare-gap`."
        )


def survey() -> Ended:
    """Give what ends: what an interrupted recovery had seen, or what stands now.

    Raises:
        Conflict: when the database is not set back, so that nothing has to be recovered.
        KeyUnavailable: when the key store is not the one this log was signed with.
    """
    _require_own_keys()
    begun = unfinished()
    if begun is not None and begun.command == COMMAND:
        return _ended(begun.facts)
    try:
        publishing.check_not_rolled_back(publishing.log_origin())
        elsewhere.require_resolved()
    except NotVerified:
        return _survey()
    raise Conflict("The database stands where the last signed head says; there is no gap to declare.")


def is_declared(ended: Ended) -> bool:
    """Tell whether the transaction of the declaration is done already."""
    return Gap.objects.filter(number=ended.number).exists()


def leave_old_head(ended: Ended) -> None:
    """Write down what was seen, keep the last head of the old log, and lay down the empty head of the new one."""
    begin_work(COMMAND, {**ended.facts(), "note": ended.note.hex(), "own": ended.own})
    kept_as = outside_head_path().with_name(f"head-{ended.number}")
    if ended.note and not kept_as.exists():
        write_file(kept_as, ended.note)
    elsewhere.set_aside(ended.number)
    empty = Checkpoint(ended.new_origin, 0, EMPTY_ROOT)
    signed = sign_checkpoint(empty, *signers.checkpoint_signers(ended.new_origin))
    write_file(outside_head_path(), signed.encode().encode())


def end_log(ended: Ended, now: datetime) -> int:
    """In the open transaction: set the old leaves aside, begin the new tree with its first leaf; how many are affected.

    What was pending follows behind the first leaf. The gap's row awaits the id of its act.
    """
    lines, compared = _lost_lines(ended)
    if ended.elsewhere:
        # Its lines were never published here, so nobody can say whose they are.
        compared = False
    gap = Gap.objects.create(
        number=ended.number,
        origin=ended.origin,
        size=ended.size,
        root=ended.root,
        kept=ended.kept,
        compared=compared,
        note=ended.note,
        act=b"",
        declared_at=now,
    )
    GapPerson.objects.bulk_create(
        [GapPerson(gap=gap, person=person, lines=count) for person, count in lines.items()], batch_size=_CHUNK
    )
    carrying.take_back_steps(ended.own)
    with connections[CELL].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_formerleaf (log, {_LEAF_COLUMNS}) SELECT %s, {_LEAF_COLUMNS} FROM ledger_leaf",
            [ended.own],
        )
        for table in ("ledger_leaf", "ledger_chain", "ledger_receipt"):
            cursor.execute(f"DELETE FROM {table}")
    Head.objects.filter(id=1).update(size=0, root=EMPTY_ROOT, edges=b"")
    Cell.objects.filter(id=1).update(origin=ended.new_origin)
    first = _first_entry(ended, now)
    row = pending_row(first)
    # The index file is made anew from the new log once this is committed.
    index = Index(IndexFile(Path(":memory:")))
    _sequence(index, [Claimed(row.id, row.entry_hash, first)])
    for claimed in carrying.carried_on(ended.own, now):
        _sequence(index, claimed)
    while claimed := claim():
        _sequence(index, claimed)
    return len(lines)


def publish_new_log(ended: Ended) -> None:
    """Set the old log's files aside, sign and publish the new log, and say that the recovery is done."""
    former = former_log_folder(ended.number)
    if not former.exists():
        if log_folder().exists():
            log_folder().rename(former)
        else:
            former.mkdir()
        sync_folder(former.parent)
    Sequencer().drain()
    end_work()


def former_log_folder(number: int) -> Path:
    """Give the folder of the files of a log that has ended."""
    return log_folder().with_name(f"log-{number}")


def gaps_of(person: bytes) -> list[tuple[Gap, int | None]]:
    """Give the declared gaps that affect a person, with the lines lost; None where nobody could count them."""
    lines = dict(GapPerson.objects.filter(person=person).values_list("gap_id", "lines"))
    found: list[tuple[Gap, int | None]] = []
    for gap in Gap.objects.order_by("number"):
        if gap.number in lines:
            found.append((gap, lines[gap.number]))
        elif not gap.compared:
            found.append((gap, None))
    return found


def _require_own_keys() -> None:
    """Refuse a key store of another life: with an empty one everybody would seem erased, and would be."""
    if (CELL_OWNER, publishing.log_origin()) not in keys.store().parts_of(KeyKind.SIGNER, [CELL_OWNER]):
        raise KeyUnavailable(
            "The key store holds no key of this log: it is not the one that belongs to this home. Put it back first."
        )


def _survey() -> Ended:
    own_origin, base = publishing.log_origin(), _base_origin()
    last, note = _last_head(base)
    number = _number_of(last.origin, base)
    own = _number_of(own_origin, base)
    return Ended(
        number=number,
        origin=last.origin,
        size=last.size,
        root=last.root,
        note=note,
        own=own,
        kept=_kept(last) if own == number else 0,
        new_origin=f"{base}/{number + 1}",
        elsewhere=_signed_elsewhere(last),
    )


def _signed_elsewhere(last: Checkpoint) -> Checkpoint | None:
    found = elsewhere.kept_evidence()
    return found[0] if found is not None and found[0].origin == last.origin else None


def _ended(facts: Mapping[str, object]) -> Ended:
    return Ended(
        number=int(str(facts["number"])),
        origin=str(facts["last_origin"]),
        size=int(str(facts["last_size"])),
        root=bytes.fromhex(str(facts["last_root"])),
        note=bytes.fromhex(str(facts["note"])),
        own=int(str(facts["own"])),
        kept=int(str(facts["lost_from"])),
        new_origin=str(facts["new_origin"]),
        elsewhere=_elsewhere_in(facts),
    )


def _elsewhere_in(facts: Mapping[str, object]) -> Checkpoint | None:
    if "elsewhere_size" not in facts:
        return None
    root = bytes.fromhex(str(facts["elsewhere_root"]))
    return Checkpoint(str(facts["last_origin"]), int(str(facts["elsewhere_size"])), root)


def _base_origin() -> str:
    """Give the origin the cell was founded with."""
    first = Gap.objects.order_by("number").first()
    origin = first.origin if first else publishing.log_origin()
    return origin.rsplit("/", 1)[0] if first and first.number > 1 else origin


def _number_of(origin: str, base: str) -> int:
    rest = origin.removeprefix(base)
    if rest == "":
        return 1
    if origin.startswith(f"{base}/") and rest[1:].isdigit():
        return int(rest[1:])
    raise Conflict("The last signed head belongs to another cell's log; put the right ABOVEBOARD_OUTSIDE back.")


def _last_head(base: str) -> tuple[Checkpoint, bytes]:
    """Give the last head known: outside, else published, else the database's own (which nobody signed)."""
    for path in (outside_head_path(), log_folder() / "checkpoint"):
        if path.exists():
            note = path.read_bytes()
            origin = note.decode().partition("\n")[0]
            _number_of(origin, base)
            return open_checkpoint(note, signers.own_verifiers(origin), origin), note
    size, root = publishing.stored_head()
    return Checkpoint(publishing.log_origin(), size, root), b""


def _kept(last: Checkpoint) -> int:
    """Count how many leading leaves of the log the database holds as they were published."""
    size, _ = publishing.stored_head()
    most = min(size, last.size)
    at = 0
    for start, published in _published(FileTiles(log_folder()), 0, last.size):
        stored = publishing.stored_leaves(start, min(most, start + len(published)))
        for mine, theirs in zip(stored, published, strict=False):
            if mine != theirs:
                return at
            at += 1
        if at == most:
            return at
    return most


def _published(tiles: FileTiles, start: int, end: int) -> Iterator[tuple[int, list[bytes]]]:
    """Give the published lines from *start* to *end*, bundle by bundle; it stops where a bundle is missing."""
    for bundle in bundles_for(start, end) if start < end else ():
        try:
            yield bundle.span.start, read_bundle(tiles.get, bundle)
        except (Invalid, NotVerified, Conflict):
            return


def _lost_lines(ended: Ended) -> tuple[dict[bytes, int], bool]:
    """Find whose lines were lost: the labels are public, and only a person's own key says which are theirs."""
    lost: dict[int, set[bytes]] = {}
    complete = True
    for number in range(ended.own, ended.number + 1):
        folder = log_folder() if number == ended.number else former_log_folder(number)
        start = ended.kept if number == ended.number == ended.own else 0
        size = ended.size if number == ended.number else _size_of_files(folder)
        labels: set[bytes] = set()
        found = start
        for at, leaves in _published(FileTiles(folder), start, size):
            labels.update(Leaf.decode(data).subject_label for data in leaves[max(0, start - at) :])
            found = at + len(leaves)
        complete = complete and found >= size
        lost[number] = labels
    if not any(lost.values()):
        return {}, complete
    return _whose(lost, ended.own), complete


def _size_of_files(folder: Path) -> int:
    try:
        return Checkpoint.parse((folder / "checkpoint").read_text().split("\n\n")[0] + "\n").size
    except (OSError, Invalid):
        return 0


def _whose(lost: Mapping[int, set[bytes]], own: int) -> dict[bytes, int]:
    chains = [(bytes(owner), length) for owner, length in Chain.objects.values_list("owner", "length")]
    lengths = {owner[1:]: length for owner, length in chains if owner[:1] == b"s"}
    everybody = [
        bytes(owner) for owner in keys.store().owners(KeyKind.LOG) if bytes(owner) not in (CELL_OWNER, DELAY_OWNER)
    ]
    counted: dict[bytes, int] = {}
    for start in range(0, len(everybody), _CHUNK):
        found = keys.store().keys(KeyKind.LOG, everybody[start : start + _CHUNK])
        for (person, _), key in found.items():
            lines = sum(
                _count(log_keys(key, number).label, lengths.get(person, 0) if number == own else 0, labels)
                for number, labels in lost.items()
            )
            if lines:
                counted[person] = lines
    return counted


def _count(label_key: bytes, number: int, labels: set[bytes]) -> int:
    """Count a person's lines among *labels* from their line *number* on; their numbers have no holes."""
    first = number
    while label(label_key, number) in labels:
        number += 1
    return number - first


def _first_entry(ended: Ended, now: datetime) -> Entry:
    return Entry(
        kind=EntryKind.CELL,
        at=now,
        operation="log.opened",
        actor=SYSTEM_ACTOR,
        role="system",
        entity="",
        country="ZZ",
        established="unknown",
        purpose="governance",
        verdict="permit",
        body=ended.facts(),
    )


def _sequence(index: Index, claimed: list[Claimed]) -> None:
    """Write a batch into the tree within the open transaction; it is signed after the commit."""
    maker = LeafMaker(claimed)
    size = publishing.stored_head()[0]
    with index.growing(size, maker.labels()) as last:
        write_batch(last, size, maker.leaves(), maker, claimed)
