"""Rounds of asking: all witnesses about one checkpoint, so that their signatures add up; nobody waits for them.

    home/log/checkpoint              gets the cosignatures that came, while it is still the one they were asked for
    home/log/checkpoint.witnessed    the newest checkpoint that the quorum has cosigned
    home/witnesses.json              what each witness knows and how asking it ended last: a hint, and for the operator
    home/asking.lock                 held by the one process that asks

Whoever is killed anywhere leaves nothing to repair: the files are replaced whole, and a wrong hint is put right by the
witness itself.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from django.conf import settings

from aboveboard.apps.files.durable import lay_beside, sync_folder, write_file
from aboveboard.apps.ledger import elsewhere, witnesses
from aboveboard.apps.ledger.asking import Question, Said, Told, ask
from aboveboard.apps.ledger.confirmed import WITNESSED, published_file, recorded
from aboveboard.apps.ledger.publishing import checkpoint_in_hand, checkpoint_path, log_folder, outside_head_path
from aboveboard.core.errors import Conflict
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import Signature, SignedNote
from aboveboard.core.tlog.witnessing import Witnessing

ROUND_S = 1.0
"""How long a round waits for answers; what comes later counts in the next one, if the log has not grown."""
CONFIRM_AFTER = timedelta(seconds=60)
"""A quiet log's head is confirmed anew after this, so that its age says something."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 300.0
STATE = "witnesses.json"


@contextmanager
def asking() -> Iterator[None]:
    """Hold the one place of whoever asks witnesses for as long as the block lasts.

    Raises:
        Conflict: when another process holds it.
    """
    descriptor = os.open(Path(settings.OPTIONS.home) / "asking.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("Another process is asking the witnesses of this cell.") from None
        yield
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class Known:
    """What is known of the witness at one address."""

    origin: str = ""
    size: int = 0
    """The size it is believed to have cosigned last."""
    said: str = ""
    """How asking it ended last."""
    at: str = ""
    failures: int = 0

    def pause(self) -> float:
        """How many seconds it is left alone after what it said."""
        return min(FIRST_PAUSE_S * 2 ** min(self.failures - 1, 10), LONGEST_PAUSE_S) if self.failures else 0.0


def known_witnesses() -> dict[str, Known]:
    """Give what is known by address; nothing where the file is not there or cannot be read."""
    try:
        told = json.loads((Path(settings.OPTIONS.home) / STATE).read_bytes())
        return {address: Known(**fields) for address, fields in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


@dataclass(frozen=True)
class Round:
    """What a round found: how far the log is signed, who has cosigned that, and whether they are enough."""

    size: int
    cosigned: Mapping[str, datetime | None]
    quorum: bool
    asked: Mapping[str, str]
    """By address how asking ended, of those whose answer came in this round."""


@dataclass
class Asker:
    """Asks round after round; use as a context inside `asking`."""

    plan: witnesses.Plan
    _threads: ThreadPoolExecutor = field(init=False)
    _open: dict[str, tuple[Question, Future[Told]]] = field(default_factory=dict)
    _again_at: dict[str, float] = field(default_factory=dict)
    _known: dict[str, Known] = field(default_factory=known_witnesses)
    _gathered: dict[str, SignedNote] = field(default_factory=dict)
    """By its text each checkpoint that somebody is still being asked about, with the cosignatures it has by now."""

    def __post_init__(self) -> None:
        """One thread a witness: a slow one costs nobody else's time."""
        self._threads = ThreadPoolExecutor(max(1, len(self.plan.addresses)), thread_name_prefix="witness")

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for those who are being asked; each has its deadline."""
        self._threads.shutdown()

    def round(self, *, patient: bool = False) -> Round | None:
        """Ask whoever is due about the newest checkpoint, keep what came; None where nothing can be asked yet.

        A *patient* round waits for everybody asked, each of whom has a deadline.

        Raises:
            RolledBack: when a witness shows that this log was signed elsewhere too.
        """
        elsewhere.require_one_history()
        stated, note = recorded(), published()
        if stated is None or note is None or not self.plan.is_recorded():
            return None
        question = Question(SignedNote(note.text, _log_lines(note, stated.origin)))
        if question.checkpoint.origin != stated.origin or question.checkpoint.size == 0:
            return None
        self._gathered.setdefault(note.text, note)
        self._ask_those_due(question, note, stated)
        wait([future for _, future in self._open.values()], timeout=None if patient else ROUND_S)
        ended = self._take(stated)
        self._publish(ended.values(), stated)
        cosigned = stated.policy.cosigned_by(self._gathered[note.text])
        waited_for = {note.text, *(asked.note.text for asked, _ in self._open.values())}
        self._gathered = {text: kept for text, kept in self._gathered.items() if text in waited_for}
        said = {address: told.said.value for address, (_, told) in ended.items()}
        return Round(question.checkpoint.size, cosigned, stated.policy.quorum_met(cosigned), said)

    def _publish(self, ended: Iterable[tuple[Question, Told]], stated: Witnessing) -> None:
        """Put what came under the checkpoint it is for; a slow witness's line counts for the older one it was asked."""
        touched = set()
        for question, told in ended:
            text = question.note.text
            if told.lines and text in self._gathered:
                self._gathered[text] = with_lines(self._gathered[text], told.lines)
                touched.add(text)
        for text in touched:
            publish(self._gathered[text], stated)

    def _ask_those_due(self, question: Question, note: SignedNote, stated: Witnessing) -> None:
        cosigned, now = stated.policy.cosigned_by(note), datetime.now(UTC)
        for address, keys in self.plan.addresses.items():
            times = [cosigned.get(witness.name) for witness in keys]
            fresh = all(at is not None and now - at < confirm_after(stated) for at in times)
            if address in self._open or fresh or time.monotonic() < self._again_at.get(address, 0.0):
                continue
            known = self._known.get(address, Known())
            old = known.size if known.origin == stated.origin else 0
            self._open[address] = (question, self._threads.submit(ask, address, keys, question, old))

    def _take(self, stated: Witnessing) -> dict[str, tuple[Question, Told]]:
        """Take the answers that are there, and write down what they say about the witnesses."""
        ended = {
            address: (question, future.result()) for address, (question, future) in self._open.items() if future.done()
        }
        for address, (_, told) in ended.items():
            del self._open[address]
            self._learn(address, told, stated)
        if ended:
            text = json.dumps({address: asdict(known) for address, known in self._known.items()}, indent=1)
            write_file(Path(settings.OPTIONS.home) / STATE, text.encode(), sync=False)
        for _, told in ended.values():
            require_no_other_history(told.shown, stated)
        return ended

    def _learn(self, address: str, told: Told, stated: Witnessing) -> None:
        before = self._known.get(address, Known())
        failures = 0 if told.said is Said.COSIGNED else before.failures + 1
        at = datetime.now(UTC).isoformat(timespec="seconds")
        known = Known(stated.origin, told.size, told.said.value, at, failures)
        self._known[address] = known
        self._again_at[address] = time.monotonic() + known.pause()


def confirm_after(stated: Witnessing) -> timedelta:
    """How old a cosignature may become before it is asked for anew: well before looks would stop."""
    if stated.stop_after is None:
        return CONFIRM_AFTER
    return min(CONFIRM_AFTER, timedelta(seconds=stated.stop_after / 3))


def published() -> SignedNote | None:
    """Give the published checkpoint with the cosignatures it has by now."""
    try:
        return SignedNote.parse(checkpoint_path().read_bytes())
    except FileNotFoundError:
        return None


def require_no_other_history(shown: bytes | None, stated: Witnessing) -> None:
    """Hold what a witness showed against what was signed here; evidence of another history is kept.

    Raises:
        RolledBack: when it is such evidence.
    """
    if shown is None:
        return
    # Read after the witness has answered: whatever it can have from here is in this head.
    signed = Checkpoint.parse(SignedNote.parse(outside_head_path().read_bytes()).text)
    if signed.origin == stated.origin and elsewhere.contradicts(
        shown, stated.policy.log_keys_for(stated.origin), signed
    ):
        elsewhere.keep(shown)
        elsewhere.require_one_history()


def with_lines(note: SignedNote, lines: Sequence[Signature]) -> SignedNote:
    """Put *lines* under *note*, each in the place of an older one of the same key."""
    newer = {(line.name, line.key_id): line for line in lines}
    kept = [line for line in note.signatures if (line.name, line.key_id) not in newer]
    return SignedNote(note.text, (*kept, *newer.values()))


def publish(note: SignedNote, stated: Witnessing) -> None:
    """Publish a checkpoint with the cosignatures that came, if it still is the newest; as witnessed where they suffice.

    The log may have grown meanwhile: they are still good for the newest witnessed checkpoint, which never goes back.
    """
    data = note.encode().encode()
    fresh = lay_beside(checkpoint_path(), data)
    with checkpoint_in_hand():
        newest = published()
        if newest is not None and newest.text == note.text:
            fresh.replace(checkpoint_path())
    fresh.unlink(missing_ok=True)
    sync_folder(log_folder())
    if stated.wants_quorum and stated.policy.quorum_met(stated.policy.cosigned_by(note)) and _is_newest(note):
        write_file(published_file(WITNESSED), data)


def _is_newest(note: SignedNote) -> bool:
    try:
        before = Checkpoint.parse(SignedNote.parse(published_file(WITNESSED).read_bytes()).text)
    except FileNotFoundError:
        return True
    now = Checkpoint.parse(note.text)
    return now.origin != before.origin or now.size >= before.size


def _log_lines(note: SignedNote, origin: str) -> tuple[Signature, ...]:
    """Give the log's own signatures: they alone bear its name."""
    return tuple(line for line in note.signatures if line.name == origin)
