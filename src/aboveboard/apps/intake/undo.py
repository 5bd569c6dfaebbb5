"""Undoing an import: who only came with it is erased, what it said of others is taken back; the log keeps all of it.

The officer carries it out, as every erasure. Each batch is a step of its own; given again, it goes on where it stood.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from aboveboard.apps import keys
from aboveboard.apps.gate import deeds
from aboveboard.apps.gate.performing import Performed
from aboveboard.apps.gate.places import place_of
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.intake.models import DONE, RUNNING, UNDOING, UNDONE, Arrival, HeldColumn, Import, Quarantined
from aboveboard.apps.intake.run import BATCH, heads
from aboveboard.apps.ledger import rows
from aboveboard.apps.ledger.actions import CELL
from aboveboard.apps.vault.models import Person
from aboveboard.apps.vault.queries import encode_capacities, parse_capacities
from aboveboard.core.catalogue import catalogue
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Conflict
from aboveboard.core.policy.decision import Decision, Refusal
from aboveboard.core.policy.question import Question
from aboveboard.core.terms import Operation, PurposeId, StaffId, SubjectId, Verdict

AT_ONCE = 500
BLOCKS_AHEAD = 100
"""Blocks of rows an import cut short can have indexed ahead, rows that name nobody among them."""


@dataclass(frozen=True, slots=True)
class Undone:
    """How an undoing ended: who was erased, of whom facts were taken back, or why it was refused."""

    erased: int
    kept: int
    refusals: tuple[Refusal, ...] = ()
    entry_hash: bytes = b""


def undo_import(number: int, purpose: PurposeId, *, by: StaffId, now: datetime) -> Undone:
    """Undo one import, to the end; refused as a whole where the rules refuse the first batch.

    Raises:
        Conflict: when there is no such import, it is undone already, or another one is half done.
    """
    of = Import.objects.filter(pk=number, state__in=(RUNNING, DONE, UNDOING)).first()
    if of is None:
        raise Conflict("There is no import of that number, or it is undone already.")
    if Import.objects.filter(state__in=(RUNNING, UNDOING)).exclude(pk=number).exists():
        raise Conflict("Another import is half done; end that one first.")
    question = Question(
        snapshot(now=now).actor(by),
        Operation.ERASE,
        (),
        frozenset(catalogue().categories),
        purpose,
        place_of(by, None, now),
        now,
    )
    before = of.state
    Import.objects.filter(pk=number).update(state=UNDOING)
    erased = kept = 0
    while people := _next_people(number):
        alone, others = _apart(people, of)
        for performed in _take_back(of, question, alone, others):
            if performed.decision.verdict is Verdict.REFUSE and performed.decision.refusals:
                Import.objects.filter(pk=number).update(state=before)
                return Undone(erased, kept, performed.decision.refusals, performed.entry_hash)
        erased += len(alone)
        kept += len(others)
    if of.finished_at is None:
        # Tokens of people who were to come next went ahead of them into the index.
        first = of.position // BATCH
        keys.store().unindex_beginning(heads(bytes(of.token), first, first + BLOCKS_AHEAD))
    _end(of, now)
    return Undone(erased, kept)


def _next_people(number: int) -> list[bytes]:
    """Give some of those who came with the import and have not been dealt with."""
    people = Arrival.objects.filter(brought_by=number).order_by("person").values_list("person", flat=True).distinct()
    return [bytes(person) for person in people[:AT_ONCE]]


def _apart(people: Sequence[bytes], of: Import) -> tuple[list[SubjectId], list[SubjectId]]:
    """Tell those who came with this import alone from those the cell knows from elsewhere too."""
    brought = Arrival.objects.filter(brought_by=of.pk, gained=2, person__in=people).values_list("person", flat=True)
    also = Arrival.objects.filter(person__in=people).exclude(brought_by=of.pk).values_list("person", flat=True)
    query = "SELECT person_id, source_id FROM vault_fact WHERE person_id {}"
    source = bytes(of.source)
    other_facts = {bytes(person) for person, from_ in rows.select_in(query, people) if bytes(from_) != source}
    alone = {bytes(person) for person in brought} - {bytes(person) for person in also} - other_facts
    return [SubjectId(p) for p in people if p in alone], [SubjectId(p) for p in people if p not in alone]


def _take_back(
    of: Import, question: Question, alone: Sequence[SubjectId], others: Sequence[SubjectId]
) -> Iterator[Performed]:
    """Do both deeds of one batch; people of whom nothing is held any more are only forgotten here."""
    if alone:
        performed = deeds.take_back(replace(question, subjects=tuple(alone)), alone)
        yield performed
        _forget_rest(of, performed.decision)
    if others:
        performed = deeds.withdraw(
            replace(question, subjects=tuple(others)), bytes(of.source), lambda decision: _forget(of, decision.outcomes)
        )
        yield performed
        _forget_rest(of, performed.decision)


def _forget_rest(of: Import, decision: Decision) -> None:
    rest = [subject for subject, outcome in decision.outcomes.items() if not outcome.allowed]
    if rest:
        with transaction.atomic(using=CELL):
            _forget(of, rest)


def _forget(of: Import, subjects: Iterable[SubjectId]) -> None:
    """Take back what the import gave people who stay: capacities, what waits, and the digests of its rows."""
    people = list(subjects)
    gained = Arrival.objects.filter(brought_by=of.pk, gained=1, person__in=people)
    with_capacity = {bytes(person) for person in gained.values_list("person", flat=True)}
    if of.relation in {"customer", "official", "partner"} and with_capacity:
        for person in Person.objects.filter(id__in=with_capacity):
            left = [held for held in parse_capacities(person.capacities) if held[0] != of.relation]
            Person.objects.filter(pk=person.pk).update(capacities=encode_capacities(left))
    for model, column in ((Quarantined, "of_id"), (Arrival, "brought_by")):
        table = model._meta.db_table
        rows.execute_in(f"DELETE FROM {table} WHERE {column} = {int(of.pk)} AND person {{}}", people)


def _end(of: Import, now: datetime) -> None:
    """Shred the import's own key, delete what still waits, and say that it is undone."""
    keys.store().shred(bytes(of.token), KeyKind.QUARANTINE)
    with transaction.atomic(using=CELL, durable=True):
        Quarantined.objects.filter(of=of).delete()
        HeldColumn.objects.filter(of=of, decided_at=None).update(decided_at=now, decision="dropped")
        Import.objects.filter(pk=of.pk).update(state=UNDONE, finished_at=now, quarantine_ended_at=now)
