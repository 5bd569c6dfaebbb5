"""Keeping a mirror: fetch, check, replay, make durable, and only then show.

FOLDER/trust            the keys of the log (c2sp.org/tlog-policy), with its address
FOLDER/keys             private keys that cosign, by option
FOLDER/mirror.sqlite3   how far the log is held, its index, checkpoints, refusals (`memory`)
FOLDER/log/             the log again, as any server of files can carry it
FOLDER/refused/<n>/     of a refusal the checkpoints, ours and theirs, what shows it, and why (`refusals`)
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aboveboard.apps.files.durable import write_file
from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.mirror.memory import Known, Memory
from aboveboard.apps.mirror.mending import CHECKPOINT, LOG, REFUSED, Say, is_damage, make_anew
from aboveboard.apps.mirror.refusals import highest, lay_down
from aboveboard.apps.mirror.replaying import Told, catch_up
from aboveboard.apps.mirror.source import Source
from aboveboard.apps.mirror.taking import Contradiction, Taking
from aboveboard.core.errors import Conflict, LedgerUnavailable, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.cosignature import Cosigner
from aboveboard.core.tlog.note import MAX_SIGNATURES, Signature, SignedNote, verified_signatures
from aboveboard.core.tlog.trust import TrustPolicy

LOCK = "fetch.lock"


class Refused(NotVerified):
    """What the log shows contradicts what is held, or itself; it was not taken over."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch came to."""

    checkpoint: Checkpoint
    before: int
    """Entries that were held before."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """A mirror of one log: its folder, memory, the keys it trusts, its own keys."""

    folder: Path
    memory: Memory
    trust: TrustPolicy
    cosigners: Sequence[Cosigner] = ()
    say: Say = lambda _sentence: None
    """Is told what was damaged here and is made anew."""

    @property
    def origin(self) -> str:
        """The log that is mirrored."""
        return self.trust.logs[0].key.name

    @property
    def tiles(self) -> FileTiles:
        """The files that are served."""
        return FileTiles(self.folder / LOG)

    def fetch(self, source: Source, told: Told = lambda _held, _of: None) -> Fetched:
        """Bring the mirror to the checkpoint that *source* shows, and show it.

        Raises:
            Refused: when it contradicts what is held, or itself; both checkpoints are kept.
            NotVerified: when no trusted key has signed it, or our own files were changed.
            LedgerUnavailable: when the log cannot be reached; what is held stays, and the next fetch goes on there.
            Conflict: while another process fetches.
        """
        with self._alone():
            try:
                return self._fetch(source, told)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise LedgerUnavailable(
                        f"The memory of this mirror cannot be read or written ({error.sqlite_errorname}): see to the"
                        " disk it lies on. What is held stays; fetch again then."
                    ) from None
                make_anew(self.memory, self.trust, self.say)
            return self._fetch(source, told)

    def _fetch(self, source: Source, told: Told) -> Fetched:
        self._show_again()
        self._catch_up()
        note = self._opened(source.checkpoint())
        new, before, latest = Checkpoint.parse(note.text), self.memory.covered, self.memory.seen()
        taking = Taking(self.memory, self.tiles, new, source, self.say)
        try:
            taking.require_onward(latest)
            self.memory.see(note)
            taking.take(told)
        except Contradiction as found:
            ours = self.memory.held() if latest and latest.note.text == note.text else latest
            raise self._refuse(found, ours, note) from None
        self._show(note)
        return Fetched(new, before)

    def _catch_up(self) -> None:
        """Bring the index to what is shown, where it was lost: from the entries held, and not by fetching."""
        held = self.memory.held()
        if held is not None and self.memory.covered < held.checkpoint.size:
            catch_up(self.memory, self.tiles, held.checkpoint.size, held.checkpoint.root)

    def _opened(self, source: bytes) -> SignedNote:
        """Read a checkpoint that trusted keys have signed."""
        note = SignedNote.parse(source)
        origin = note.text.partition("\n")[0]
        if origin != self.origin:
            raise NotVerified(
                f"At this address there is now another log, {origin[:200]!r}. Where a gap was declared, the log goes on"
                " under a new name: keep this mirror as it is, and make one of the new log in a folder of its own."
            )
        self.trust.open_checkpoint(source)
        return note

    def _show(self, note: SignedNote) -> None:
        """Show *note*, below which all is held: kept in the memory first, cosigned where there are keys."""
        held = self.memory.held()
        others = held.note.signatures if held is not None and held.note.text == note.text else ()
        mine = tuple(one.cosign(note.text, datetime.now(UTC)) for one in self.cosigners)
        shown = SignedNote(note.text, _newest(mine, note.signatures, others))
        self.memory.show(shown)
        # A crash before this line leaves the checkpoint before; the next fetch lays this one down.
        self._write(shown)

    def settle(self) -> None:
        """Show what a crash may have kept from being shown, unless somebody fetches, who does so first."""
        with suppress(Conflict), self._alone():
            self._show_again()

    def _show_again(self) -> None:
        held = self.memory.held()
        if held is not None and self.tiles.get(CHECKPOINT) != held.note.encode().encode():
            self._write(held.note)

    def _write(self, note: SignedNote) -> None:
        write_file(self.folder / LOG / CHECKPOINT, note.encode().encode())

    def _refuse(self, found: Contradiction, ours: Known | None, note: SignedNote) -> Refused:
        """Keep the log's word against the log: its own signatures and nobody else's."""
        theirs, before = self._word_of_log(note), self._word_of_log(ours.note) if ours else None
        folder = self.folder / REFUSED
        made = self.memory.refuse(found.kind, before, theirs, found.sentence, after=highest(folder))
        if made is not None:
            lay_down(folder, made, found.evidence)
        return Refused(f"{found.sentence} It was not taken over; the checkpoints are kept.", code=found.kind)

    def _word_of_log(self, note: SignedNote) -> SignedNote:
        return SignedNote(note.text, tuple(verified_signatures(note, self.trust.log_keys_for(self.origin)).values()))

    def _alone(self) -> AbstractContextManager[None]:
        return alone(self.folder)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only one who changes the mirror in *folder*.

    Raises:
        Conflict: while somebody else does.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Conflict("Another process is fetching into this mirror; wait until it is done.") from None
    finally:
        os.close(descriptor)


def _newest(*lines: Sequence[Signature]) -> tuple[Signature, ...]:
    """Give one line a key, the first that comes; the log's own never fall out."""
    found: dict[tuple[str, bytes], Signature] = {}
    for line in (one for several in lines for one in several):
        found.setdefault((line.name, line.key_id), line)
    return tuple(found.values())[:MAX_SIGNATURES]
