"""The import: a file in, its columns judged, its rows taken in batch by batch, resumed where a crash left it.

Nothing is stored before every column has its fate. Each batch is one step: keys first, then one transaction with
persons, facts, what waits, the entry and how far the file is dealt with. The same file again changes nothing.
"""

import os
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction

from aboveboard.apps import keys
from aboveboard.apps.accounts.queries import today
from aboveboard.apps.gate.deeds import proposals
from aboveboard.apps.gate.performing import perform
from aboveboard.apps.intake.broken import BrokenRows
from aboveboard.apps.intake.fates import NAME, Circumstances, ColumnFate, Fates
from aboveboard.apps.intake.holding import refusal_of
from aboveboard.apps.intake.identity import keys_at_hand
from aboveboard.apps.intake.models import DONE, RUNNING, UNDOING, Import
from aboveboard.apps.intake.order import ImportOrder, digest_of
from aboveboard.apps.intake.people import Slots
from aboveboard.apps.intake.preparing import Prepared, prepare
from aboveboard.apps.intake.report import Report, report_of
from aboveboard.apps.intake.run import Progress, Run
from aboveboard.apps.intake.tally import Tally
from aboveboard.apps.intake.writing import Writing
from aboveboard.apps.ledger.actions import CELL
from aboveboard.apps.vault.actions import NewFact, NewPerson, new_source
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import Conflict
from aboveboard.core.policy.decision import Refusal
from aboveboard.core.policy.question import Place
from aboveboard.core.terms import CategoryId, Fate, StaffId, SubjectId

QUARANTINE_DAYS = 30
NO_SOURCE_YET = bytes(16)


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import ended: with its report, or refused as a whole."""

    report: Report | None
    again: bool = False
    """The same file was taken in before; nothing changed."""
    refusals: tuple[Refusal, ...] = ()
    entry_hash: bytes = b""
    """Hash of the entry of a refusal; empty in a rehearsal."""


def rehearse_import(
    order: ImportOrder, *, by: StaffId, now: datetime, progress: Progress, place: Place | None = None
) -> Imported:
    """Say what an import would do; nothing is written, no key is made. Without *place* it is asked at the machine.

    Raises:
        Invalid: for a file that cannot be read, or an order that does not fit.
    """
    prepared = prepare(order, by=by, now=now, source_id=os.urandom(16), place=place)
    if refusals := prepared.refused:
        return Imported(None, refusals=refusals)
    own = keys_at_hand(make=False)
    same = _same(prepared.ruled(own.suppressing))
    run = Run(prepared, own, Tally(), Slots(), current=0, same=same, seed=os.urandom(16))
    with BrokenRows(None) as broken:
        run.go(None, broken, progress)
    return Imported(_report(prepared, run, None, broken, until=today(now) + timedelta(days=QUARANTINE_DAYS)))


def run_import(
    order: ImportOrder, *, by: StaffId, now: datetime, progress: Progress, place: Place | None = None
) -> Imported:
    """Take a file in; one that was cut short goes on where it stood, one that is done changes nothing.

    Raises:
        Invalid: for a file that cannot be read, or an order that does not fit.
        Conflict: while another import is half done, or when the rules change under this one.
        LedgerUnavailable: when an entry cannot be committed; the batch is undone then.
    """
    own = keys_at_hand(make=True)
    digest = digest_of(order, own.suppressing)
    of = _found(digest)
    prepared = prepare(order, by=by, now=now, source_id=bytes(of.source) if of else NO_SOURCE_YET, place=place)
    if refusals := prepared.refused:
        return Imported(None, refusals=refusals, entry_hash=_write_refusal(prepared))
    if of is not None and of.state == DONE:
        return Imported(of.report, again=True)
    if of is None:
        of = _begin(prepared, digest, now)
        prepared = replace(prepared, terms=replace(prepared.terms, source=bytes(of.source)))
    ruled = prepared.ruled(own.suppressing)
    Import.objects.filter(pk=of.pk).update(ruled=ruled)
    _make_room()
    run = Run(
        prepared, own, Tally.read(of.tally), _slots_of(of), current=of.pk, same=_same(ruled) | {of.pk},
        seed=bytes(of.token),
    )  # fmt: skip
    writing = Writing(of, run.variants, run.tally, [column.column for column in prepared.plan.columns], now)
    with BrokenRows(broken_file(of.pk)) as broken:
        run.go(writing, broken, progress)
    report = _report(prepared, run, of.pk, broken, until=of.quarantine_until)
    with transaction.atomic(using=CELL, durable=True):
        writing.end(report, now)
    return Imported(report)


def broken_file(number: int) -> Path:
    """Give where the broken rows of an import stand: row numbers and reasons, no values."""
    return Path(settings.OPTIONS.home) / "imports" / f"{number}-broken-rows.csv"


def _found(digest: bytes) -> Import | None:
    """Give the import of the same order, if there is one; Conflict while another is half done."""
    half_done = Import.objects.filter(state__in=(RUNNING, UNDOING)).first()
    if half_done is not None and (half_done.state == UNDOING or bytes(half_done.order) != digest):
        raise Conflict(
            f"Import {half_done.pk} is half done: give its command again to go on, or `aboveboard import --undo"
            f" {half_done.pk}`."
        )
    return Import.objects.filter(order=digest, state__in=(RUNNING, DONE)).order_by("pk").last()


def _begin(prepared: Prepared, digest: bytes, now: datetime) -> Import:
    """Make the import's own key, then its row and its source."""
    order, notice, token = prepared.order, prepared.order.notice, os.urandom(16)
    keys.store().make(KeyKind.QUARANTINE, token)
    with transaction.atomic(using=CELL):
        return Import.objects.create(
            token=token,
            state=RUNNING,
            order=digest,
            ruled=b"",
            entity=order.entity,
            relation=str(order.relation),
            purpose=order.purpose,
            notice=notice.state.value,
            notice_version=notice.version,
            notice_on=notice.on,
            exemption=notice.exemption.value if notice.exemption else "",
            source=new_source(order.source.strip(), public=False),
            staff=prepared.staff,
            started_at=now,
            quarantine_until=today(now) + timedelta(days=QUARANTINE_DAYS),
        )


def _write_refusal(prepared: Prepared) -> bytes:
    """Commit the refusal of a whole import, about the one person whom it did not take in; the hash of its entry."""
    terms = prepared.terms
    row = Circumstances(prepared.capacities[0], terms.today)
    fact = NewFact(NAME, "", *Fates(terms, ()).template(NAME, row))
    nobody = NewPerson(
        os.urandom(16),
        ((row.capacity, row.since, None),),
        terms.notice.value,
        terms.today,
        (fact,),
        exemption=terms.exemption.value if terms.exemption else "",
        collected_directly=terms.collected_directly,
    )
    question = replace(terms.question, subjects=(SubjectId(nobody.id),), categories=frozenset({CategoryId(NAME)}))

    def no_deed(*_: object) -> dict[bytes, tuple[str, ...]]:
        raise Conflict("The rules changed while the file was judged; give the same command again.")

    return perform(question, no_deed, proposed=proposals([nobody])).entry_hash


def _same(ruled: bytes) -> set[int]:
    """Give the imports under the same rules: a row that came with one of them changes nothing."""
    return set(Import.objects.filter(ruled=ruled, state__in=(RUNNING, DONE)).values_list("pk", flat=True))


def _slots_of(of: Import) -> Slots:
    """Give the slots an import had before it was cut short."""
    slots = Slots()
    for held in of.held.order_by("slot"):
        slots.found.append((held.number, ColumnFate(Fate.QUARANTINED, held.category, refusal_of(held))))
    return slots


def _make_room() -> None:
    """Let SQLite hold a batch in memory and write its log into the database less often; it forgets this on closing."""
    if connections[CELL].vendor == "sqlite":
        with connections[CELL].cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -32768")
            cursor.execute("PRAGMA wal_autocheckpoint = 8000")


def _report(prepared: Prepared, run: Run, number: int | None, broken: BrokenRows, *, until: date) -> Report:
    return report_of(
        prepared,
        run.tally,
        run.doubles,
        forgotten=run.finder.forgotten,
        number=number,
        broken_file=broken.written_to,
        quarantine_until=until,
    )
