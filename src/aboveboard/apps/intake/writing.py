"""What a batch writes beside its persons: who came, what waits, what the commercial store learns, how far it came."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from aboveboard.apps.intake.entry import Entry, Meeting
from aboveboard.apps.intake.holding import hold, not_waiting_yet, write_slots
from aboveboard.apps.intake.models import DONE, RUNNING, Import
from aboveboard.apps.intake.people import Held, Variants
from aboveboard.apps.intake.report import Report
from aboveboard.apps.intake.tally import Tally
from aboveboard.apps.ledger import rows
from aboveboard.apps.vault import outgoing
from aboveboard.core.errors import Conflict

_ARRIVAL = ("whole", "external", "address", "brought_by", "person", "gained")


class Writing:
    """Writes for one import, always in a transaction that somebody else has opened."""

    def __init__(self, of: Import, variants: Variants, tally: Tally, names: Sequence[str], now: datetime) -> None:
        """Begin where the import stands."""
        self.of, self._variants, self._tally, self._names, self._now = of, variants, tally, names, now
        self._slots_kept = len(variants.slots.found)

    def beside(self, entries: Sequence[Entry], log_keys: Mapping[bytes, bytes]) -> None:
        """Write what stands beside the persons of *entries*; *log_keys* are those of the new ones."""
        came: list[tuple[bytes | None, bytes | None, bytes | None, int, bytes, int]] = []
        held: dict[bytes, Held] = {}
        links: list[outgoing.Link] = []
        number, known = self.of.pk, False
        for entry in entries:
            marks, person = entry.marks, entry.person
            address, *more = marks.addresses or (None,)
            came.append((marks.row, marks.external or None, address, number, person, entry.gained))
            came += ((None, None, one, number, person, 0) for one in more)
            if entry.held:
                held[person] = held[person] + entry.held if person in held else entry.held
            draft = entry.draft
            if draft.organisation and entry.variant.takes[draft.organisation_column] is not None:
                links.append(outgoing.Link(person, draft.organisation, bytes(self.of.staff)))
            known = known or entry.how is Meeting.KNOWN
        rows.insert("intake_arrival", _ARRIVAL, came)
        if known:
            held = not_waiting_yet(held, [self._names[column] for column, _ in self._variants.slots.found])
        hold(self.of, held, log_keys)
        outgoing.put(links, self._now)

    def finish(self, position: int) -> None:
        """Say how far the file is dealt with, after every cell so far is accounted for.

        Raises:
            CellsLost: when one is not; the batch is undone.
            Conflict: when another process goes on with the same import.
        """
        for variant in self._variants.all():
            variant.flush(self._tally)
        self._tally.require_complete()
        found = self._variants.slots.found
        if len(found) > self._slots_kept:
            write_slots(self.of, found, self._names, self._slots_kept)
            self._slots_kept = len(found)
        self._change(position=position, tally=self._tally.kept())

    def end(self, report: Report, now: datetime) -> None:
        """Say that the file is dealt with, and keep the report."""
        self._change(state=DONE, finished_at=now, report=report)

    def _change(self, **columns: object) -> None:
        mine = Import.objects.filter(pk=self.of.pk, state=RUNNING, position=self.of.position)
        if mine.update(**columns) != 1:
            raise Conflict("Another process goes on with this import; this one stops.")
        for name, value in columns.items():
            setattr(self.of, name, value)
