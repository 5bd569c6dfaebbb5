"""The pages of the log: its state, its lines opened as far as K_audit goes, and what a check of it found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from aboveboard.apps.evidence.findings import Finding
from aboveboard.apps.gate.delayed import SealedState, sealed_state
from aboveboard.apps.ledger.audited import AuditedLine, LogState, audited_lines, log_state
from aboveboard.apps.ledger.publishing import log_origin, log_signer
from aboveboard.faces.web.components import Banner, Cell, Column, DataTable, PageHead, ProofChip, Tick, Tone
from aboveboard.faces.web.saying import country_name
from aboveboard.faces.web.witnesses import log_tick, witness_sentences
from aboveboard.faces.web.wording import day, moment, number
from aboveboard.faces.workbench.sealed_pages import public_sentence, sealed_banners
from aboveboard.faces.workbench.wording import STEPS_AND_OPERATIONS, category_names, word_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """The log as those who decide read it."""

    head: PageHead
    banners: tuple[Banner, ...]
    proof: ProofChip
    about: DataTable
    lines: DataTable | None
    older: str
    found: tuple[str, ...] | None = None
    """What a check found, in sentences; None: nobody has checked on this page."""


def ledger_page(now: datetime, before: int | None, found: Sequence[Finding] | None = None) -> LedgerPage:
    """Give the state of the log and a page of its lines."""
    state, sealed = log_state(now), sealed_state(now)
    lines = audited_lines(before, limit=PAGE)
    last = lines[-1].index if lines else 0
    return LedgerPage(
        PageHead(
            _("Ledger"), _("Every look and every decision, in the order it was signed. Of persons it says nothing.")
        ),
        (*sealed_banners(sealed), *_banners(state, now)),
        _proof(state),
        _about(state, sealed),
        _lines(lines) if lines else None,
        f"{reverse('workbench:ledger')}?before={last}" if last else "",
        None if found is None else tuple(one.sentence for one in found),
    )


def _banners(state: LogState, now: datetime) -> Sequence[Banner]:
    found = []
    if state.stale:
        sentence = _("The log has not been sequenced for a minute, so nothing is released until it is.")
        found.append(Banner(sentence, Tone.STOP, "triangle-alert"))
    if state.size < state.signed:
        sentence = _("The database holds fewer entries than were signed: it was set back.")
        found.append(Banner(sentence, Tone.STOP, "triangle-alert"))
    if state.elsewhere:
        sentence = _(
            "A witness holds a checkpoint of %(number)s lines that this log's key has signed and that this database"
            " does not lead to. Nothing is signed or released until that is settled."
        )
        found.append(Banner(sentence % {"number": number(state.elsewhere)}, Tone.STOP, "triangle-alert"))
    if state.witnesses and state.witnesses.is_late(now):
        sentence = _(
            "The witnesses are silent for longer than this controller allows: nobody can look until they answer."
        )
        found.append(Banner(sentence, Tone.STOP, "eye-off"))
    for _number, origin, first, size, at in state.gaps:
        if first == size:
            sentence = _(
                "The log %(origin)s was signed elsewhere too and ended here at line %(last)s; declared on %(day)s."
            )
            found.append(
                Banner(sentence % {"last": number(size), "origin": origin, "day": day(at)}, Tone.WARN, "history")
            )
            continue
        said = {"first": number(first), "last": number(size), "origin": origin, "day": day(at)}
        sentence = _("Of the log %(origin)s the lines from %(first)s to %(last)s are lost; declared on %(day)s.") % said
        found.append(Banner(sentence, Tone.WARN, "history"))
    return found


def _proof(state: LogState) -> ProofChip:
    signed = state.signed >= state.size
    words = (Tick(_("sequenced"), done=True), Tick(_("signed") if signed else _("not yet signed"), signed))
    return ProofChip((*words, log_tick(state.witnesses)), state.root.hex())


def _about(state: LogState, sealed: SealedState) -> DataTable:
    origin, sentences = log_origin(), witness_sentences(state.witnesses)
    waiting = _("nothing waits")
    if state.waiting_us:
        waiting = _("the oldest entry has waited %(seconds)s s") % {"seconds": number(state.waiting_us // 1_000_000)}
    rows = (
        (Cell(_("Origin")), Cell(origin, mono=True)),
        (Cell(_("Lines")), Cell(number(state.size))),
        (Cell(_("Signed up to")), Cell(number(state.signed))),
        (Cell(_("Key")), Cell(log_signer(origin).vkey, mono=True)),
        (Cell(_("Waiting")), Cell(waiting)),
        *((Cell(_("Witnesses")) if at == 0 else Cell(""), Cell(said)) for at, said in enumerate(sentences)),
        (Cell(_("Sealed")), Cell(public_sentence(sealed))),
    )
    return DataTable(_("The log as it stands"), (Column(_("What")), Column(_("Says"))), rows, compact=True)


def _lines(lines: Sequence[AuditedLine]) -> DataTable:
    columns = (
        Column(_("Line")),
        Column(_("Hash")),
        Column(_("When")),
        Column(_("What")),
        Column(_("Company and country")),
        Column(_("Purpose and categories")),
        Column(_("Answer")),
    )
    return DataTable(_("Lines, newest first"), columns, tuple(_row(line) for line in lines), compact=True)


def _row(line: AuditedLine) -> tuple[Cell, ...]:
    place = (Cell(number(line.index)), Cell(f"{line.hash.hex()[:8]}…", mono=True))
    if line.said is None:
        return (*place, Cell(_("sealed")), *(Cell("–"),) * 4)
    said = line.said
    where = Cell(said.entity or _("the program"), note=country_name(said.country) if said.country != "ZZ" else "")
    categories = ", ".join(category_names((*said.categories, *said.refused)))
    return (
        *place,
        Cell(moment(said.at)),
        Cell(word_of(STEPS_AND_OPERATIONS, said.operation), note=_("sealed") if line.sealed else ""),
        where,
        Cell(said.purpose, note=categories),
        Cell(_verdicts().get(said.verdict, said.verdict), note=", ".join(said.refusals)),
    )


def _verdicts() -> dict[str, str]:
    return {"permit": _("yes"), "partial": _("in part"), "refuse": _("refused")}
