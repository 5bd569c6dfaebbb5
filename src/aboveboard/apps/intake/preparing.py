"""Before the first row: the file opened, its columns classified and judged, the terms of the import put together."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.gate.places import place_of
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.intake.circumstances import RowReader
from aboveboard.apps.intake.columns.classify import load_mapping
from aboveboard.apps.intake.columns.person import Plan, plan_of
from aboveboard.apps.intake.fates import NAME, Circumstances, Fates, Terms
from aboveboard.apps.intake.order import ImportOrder
from aboveboard.apps.intake.readers.open import open_source
from aboveboard.apps.intake.readers.source import Source
from aboveboard.core import canonical
from aboveboard.core.catalogue import catalogue
from aboveboard.core.errors import Invalid
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Place, Question
from aboveboard.core.terms import Capacity, CountryCode, Operation, StaffId

NO_NAMES = "No column of this file is known to hold names; say which in a --mapping."
OTHER_CELL = "This cell holds the data of another controller; import there."
NO_SOURCE = "Say in a few words where the data come from (Art. 14(2)(f))."


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file whose columns are classified and judged, and nothing of it stored."""

    order: ImportOrder
    staff: StaffId
    source: Source
    plan: Plan
    reader: RowReader
    terms: Terms
    country: CountryCode

    @property
    def capacities(self) -> tuple[Capacity, ...]:
        """Give the capacities rows can come in."""
        given = self.order.relation.capacity
        return tuple(Capacity) if given is None else (given,)

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """Give why nobody can be taken in at all, whatever the rows say; empty where somebody can."""
        fates = Fates(self.terms, self.plan.columns)
        found = [fates.refusals(NAME, Circumstances(capacity, self.terms.today)) for capacity in self.capacities]
        return found[0] if all(found) else ()

    def ruled(self, key: bytes) -> bytes:
        """Give the keyed digest of what decides about a row: two imports with the same one treat it the same."""
        fates = Fates(self.terms, self.plan.columns)
        told = []
        for capacity in self.capacities:
            row = Circumstances(capacity, self.terms.today)
            for column in self.plan.columns:
                fate = fates.of_column(column, row)
                why = f"{fate.refusal.rule}:{fate.refusal.reason}" if fate.refusal else ""
                told.append([capacity.value, column.column, fate.fate.value, fate.category, why])
        notice = self.order.notice
        said = [self.order.purpose, str(self.order.relation), notice.state.value, notice.version, str(notice.on)]
        said += ["collected-directly"] if self.order.collected_directly else []
        return hmac.digest(key, b"aboveboard/ruled/v1" + canonical.encode([said, told]), "sha256")


def prepare(
    order: ImportOrder, *, by: StaffId, now: datetime, source_id: bytes, place: Place | None = None
) -> Prepared:
    """Open the file, classify every column, and put the terms together; without *place* at the machine itself.

    Raises:
        Invalid: for a file that cannot be read or names nobody, or an order that does not fit this cell.
        Denied: when *by* is not appointed today.
    """
    current = snapshot(now=now)
    if order.entity != current.register.controller:
        raise Invalid(OTHER_CELL)
    if not order.source.strip():
        raise Invalid(NO_SOURCE)
    mapping = load_mapping(order.mapping, catalogue().categories) if order.mapping else None
    source = open_source(order.path, list(mapping or ()))
    plan = plan_of(source, mapping)
    if not plan.names_people:
        raise Invalid(NO_NAMES)
    day = today(now)
    question = Question(
        current.actor(by), Operation.RECORD, (), frozenset(), order.purpose, place or place_of(by, None, now), now
    )
    notice = order.notice
    terms = Terms(question, current.register, notice.state, notice.exemption, day, source_id, order.collected_directly)
    reader = RowReader(plan.columns, order.relation, day)
    return Prepared(order, by, source, plan, reader, terms, current.register.entities[order.entity].country)
