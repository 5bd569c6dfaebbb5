"""One run over a file: rows become drafts, drafts entries, entries batches; every item of the file is dealt with."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from hashlib import shake_256
from itertools import count

from aboveboard.apps.intake.batch import Batches
from aboveboard.apps.intake.broken import BrokenRows
from aboveboard.apps.intake.columns.duplicates import DuplicateFinder
from aboveboard.apps.intake.columns.person import Assembler, PersonDraft
from aboveboard.apps.intake.entry import Entry, Meeting
from aboveboard.apps.intake.fates import Fates
from aboveboard.apps.intake.identity import Keys, Marker, Recogniser
from aboveboard.apps.intake.people import Slots, Variants, columns_of, sort
from aboveboard.apps.intake.preparing import Prepared
from aboveboard.apps.intake.readers.source import Row, RowProblem
from aboveboard.apps.intake.report import Doubles
from aboveboard.apps.intake.tally import Tally
from aboveboard.apps.intake.writing import Writing

BATCH = 500
"""People in one transaction; a look of a seller waits at most that long while a file comes in on SQLite."""
STEPS_AT_ONCE = 4
"""Transactions whose people are recognised and indexed together."""
DOUBLES_REMEMBERED = 1 << 21
COLLECT_AFTER = 200_000
OBJECTS = frozenset({"1", "true", "yes", "y", "x", "ja", "ano", "unsubscribed", "opted out"})

Progress = Callable[[int], None]
"""Told how many items of the file are dealt with."""


@contextmanager
def few_collections() -> Iterator[None]:
    """Let Python look for cycles once in a few batches: there are hardly any, and looking takes a sixth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECT_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@dataclass(slots=True)
class Step:
    """Rows that are taken in together, and what was counted while they were read."""

    tally: Tally
    entries: list[Entry] = field(default_factory=list)
    end: int = 0
    """Number of the last item of the file it deals with."""


class Run:
    """Reads one file from its start and deals with what has not been dealt with."""

    def __init__(
        self, prepared: Prepared, own: Keys, tally: Tally, slots: Slots, *, current: int, same: set[int], seed: bytes
    ) -> None:
        """Make ready; *current* is the import's number, 0 for a rehearsal; *seed* makes the ids of new persons."""
        columns = prepared.plan.columns
        self.tally, self.doubles, self._seed = tally, Doubles(), seed
        self.finder = DuplicateFinder(prepared.plan, os.urandom(32), DOUBLES_REMEMBERED)
        self.variants = Variants(Fates(prepared.terms, columns), tally, prepared.reader.relation_column, slots)
        self._prepared, self._assembler = prepared, Assembler(prepared.plan)
        self._roles = [column.role for column in columns]
        self._objecting = frozenset(at for at, role in enumerate(self._roles) if role == "objection")
        self._marker = Marker(prepared.plan, own)
        self._recogniser = Recogniser(own, same, current)
        self._batches = Batches(prepared.terms, tally, prepared.order.notice.on, prepared.country)

    def go(self, writing: Writing | None, broken: BrokenRows, progress: Progress) -> None:
        """Deal with every item; what was dealt with before the run is only compared and reported again."""
        self._batches.begins_again = writing is not None
        with few_collections():
            steps: list[Step] = []
            for step in self._steps(writing.of.position if writing else 0, broken):
                steps.append(step)
                if len(steps) == STEPS_AT_ONCE:
                    self._deal_with(steps, writing)
                    progress(step.end)
                    steps = []
            if steps:
                self._deal_with(steps, writing)
                progress(steps[-1].end)

    def _steps(self, dealt_with: int, broken: BrokenRows) -> Iterator[Step]:
        """Read the file, and give what has not been dealt with, some hundred people at a time."""
        step, ids = Step(self.tally.beside()), new_ids(self._seed)
        for position, (item, own_id) in enumerate(zip(self._prepared.source.rows(), ids, strict=False), 1):
            before = position <= dealt_with
            draft = self._draft(item, broken, None if before else step.tally)
            step.end = position
            if draft is None or isinstance(item, RowProblem):
                continue
            self.doubles.add(self.finder.see(draft))
            if before:
                continue
            step.entries.append(self._entry(item, draft, own_id, step.tally))
            if len(step.entries) >= BATCH:
                yield step
                step = Step(self.tally.beside())
        if step.end > dealt_with:
            yield step

    def _draft(self, item: Row | RowProblem, broken: BrokenRows, tally: Tally | None) -> PersonDraft | None:
        """Make a draft of a row; a problem is reported. Without a tally nothing is counted."""
        assembler = self._assembler
        empty = assembler.empty
        found: PersonDraft | RowProblem | None = item if isinstance(item, RowProblem) else assembler.assemble(item)
        if tally is not None:
            tally.empty += assembler.empty - empty
            tally.seen += item.cells if isinstance(item, RowProblem) else len(item.cells)
            tally.rows += not isinstance(item, RowProblem) or item.whole
        if not isinstance(found, RowProblem):
            return found
        broken.add(found)
        if tally is not None:
            tally.broken[found.reason.value] += 1
            tally.failed[found.reason.value] += found.cells
        return None

    def _entry(self, item: Row, draft: PersonDraft, own_id: bytes, tally: Tally) -> Entry:
        row, source, unsaid = self._prepared.reader.read(draft)
        variant = self.variants.of(row)
        tally.unsaid += unsaid
        entry = Entry(draft, variant, source, self._marker.marks(item, draft, variant.takes), own_id)
        if self._objecting:
            tally.objections += sum(at in self._objecting and value.casefold() in OBJECTS for at, value in draft.values)
        if variant.refused:
            entry.how = Meeting.REFUSED
            tally.drop(columns_of(draft), variant.categories, variant.refused[0])
        else:
            entry.facts, entry.held = sort(draft, variant, source, self._roles)
        return entry

    def _deal_with(self, steps: Sequence[Step], writing: Writing | None) -> None:
        entries = [entry for step in steps for entry in step.entries]
        self._recogniser.meet(entries)
        if writing is not None:
            self._batches.index(entries)
        for step in steps:
            self.tally.join(step.tally)
            if writing is None:
                self._batches.rehearse(step.entries)
            else:
                self._batches.take(step.entries, datetime.now(UTC), writing.beside, partial(writing.finish, step.end))
        if writing is None:
            for variant in self.variants.all():
                variant.flush(self.tally)
            self.tally.require_complete()


def new_ids(seed: bytes) -> Iterator[bytes]:
    """Give the id of a person made of each item of a file: random to who has not the seed, the same when read again.

    Those of some hundred items begin alike, so that they lie together wherever they are kept.
    """
    for block in count():
        stream = _stream(seed, block)
        yield from (stream[:4] + stream[at : at + 12] for at in range(4, 4 + 12 * BATCH, 12))


def heads(seed: bytes, first: int, last: int) -> list[bytes]:
    """Give the beginnings of the ids of blocks *first* to *last*, *last* apart."""
    return [_stream(seed, block)[:4] for block in range(first, last)]


def _stream(seed: bytes, block: int) -> bytes:
    return shake_256(b"aboveboard/new-people/v1" + seed + block.to_bytes(8, "big")).digest(4 + 12 * BATCH)
