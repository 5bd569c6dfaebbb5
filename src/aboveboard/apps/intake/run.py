"""One run over a file: rows become drafts, drafts entries, entries batches; every item of the file is dealt with."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

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
"""People in one step; a look of a seller waits at most that long while a file comes in on SQLite."""
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


class Run:
    """Reads one file from its start and deals with what has not been dealt with."""

    def __init__(
        self, prepared: Prepared, own: Keys, tally: Tally, slots: Slots, *, current: int, same: set[int], seed: bytes
    ) -> None:
        """Make ready; *current* is the import's number, 0 for a rehearsal."""
        columns = prepared.plan.columns
        self.tally, self.doubles = tally, Doubles()
        self.finder = DuplicateFinder(prepared.plan, os.urandom(32), DOUBLES_REMEMBERED)
        self.variants = Variants(Fates(prepared.terms, columns), tally, prepared.reader.relation_column, slots)
        self._prepared, self._assembler = prepared, Assembler(prepared.plan)
        self._roles = [column.role for column in columns]
        self._objecting = frozenset(at for at, role in enumerate(self._roles) if role == "objection")
        self._marker = Marker(prepared.plan, own)
        self._recogniser = Recogniser(own, same, current)
        self._batches = Batches(prepared.terms, tally, prepared.order.notice.on, prepared.country, seed)

    def go(self, writing: Writing | None, broken: BrokenRows, progress: Progress) -> None:
        """Deal with every item; what was dealt with before the run is only compared and reported again."""
        with few_collections():
            self._go(writing, broken, progress)

    def _go(self, writing: Writing | None, broken: BrokenRows, progress: Progress) -> None:
        dealt_with = writing.of.position if writing else 0
        self._batches.begins_again = writing is not None
        position, batch = 0, []
        for position, item in enumerate(self._prepared.source.rows(), 1):
            before = position <= dealt_with
            draft = self._draft(item, broken, before=before)
            if draft is None or isinstance(item, RowProblem):
                continue
            self.doubles.add(self.finder.see(draft))
            if before:
                continue
            batch.append(self._entry(item, draft))
            if len(batch) >= BATCH:
                self._deal_with(batch, position, writing)
                progress(position)
                batch = []
        if batch or position > (writing.of.position if writing else 0):
            self._deal_with(batch, position, writing)
        progress(position)

    def _draft(self, item: Row | RowProblem, broken: BrokenRows, *, before: bool) -> PersonDraft | None:
        """Make a draft of a row; a problem is reported and counted, nothing is made of an empty row."""
        tally, assembler = self.tally, self._assembler
        if isinstance(item, RowProblem):
            found: PersonDraft | RowProblem | None = item
            cells = item.cells
        else:
            empty = assembler.empty
            found = assembler.assemble(item)
            cells = len(item.cells)
            if not before:
                tally.empty += assembler.empty - empty
        if not before:
            tally.seen += cells
            tally.rows += not isinstance(item, RowProblem) or item.whole
        if isinstance(found, RowProblem):
            broken.add(found)
            if not before:
                tally.broken[found.reason.value] += 1
                tally.failed[found.reason.value] += found.cells
            return None
        return found

    def _entry(self, item: Row, draft: PersonDraft) -> Entry:
        row, source, unsaid = self._prepared.reader.read(draft)
        variant = self.variants.of(row)
        tally = self.tally
        tally.unsaid += unsaid
        entry = Entry(draft, variant, source, self._marker.marks(item, draft, variant.takes))
        if self._objecting:
            tally.objections += sum(at in self._objecting and value.casefold() in OBJECTS for at, value in draft.values)
        if variant.refused:
            entry.how = Meeting.REFUSED
            tally.drop(columns_of(draft), variant.categories, variant.refused[0])
        else:
            entry.facts, entry.held = sort(draft, variant, source, self._roles)
        return entry

    def _deal_with(self, batch: Sequence[Entry], position: int, writing: Writing | None) -> None:
        self._recogniser.meet(batch)
        if writing is None:
            self._batches.rehearse(batch)
            for variant in self.variants.all():
                variant.flush(self.tally)
            self.tally.require_complete()
        else:
            self._batches.take(
                batch, writing.of.position, datetime.now(UTC), writing.beside, lambda: writing.finish(position)
            )
