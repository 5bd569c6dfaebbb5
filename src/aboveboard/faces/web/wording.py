"""Figures, dates and proofs in the reader's words; every face says them alike."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aboveboard.core.terms import RuleSource
from aboveboard.faces.web.components import Clock, ProofChip, Tick, TraceBar


def number(value: int) -> str:
    """Return *value* with the reader's thousands separator."""
    return str(number_format(value, use_l10n=True, force_grouping=True))


def day(value: date | datetime) -> str:
    """Return a date in words: *4 December 2025*."""
    return str(date_format(_here(value), "DATE_FORMAT"))


def moment(value: datetime) -> str:
    """Return day and time to the second."""
    return str(date_format(_here(value), "DATETIME_FORMAT"))


def time_of_day(value: datetime) -> str:
    """Return the time to the second."""
    return str(date_format(_here(value), "TIME_FORMAT"))


def looks(count: int) -> str:
    """Return how many looks."""
    return ngettext("%(number)s look", "%(number)s looks", count) % {"number": number(count)}


def categories(count: int) -> str:
    """Return how many categories."""
    return ngettext("%(number)s category", "%(number)s categories", count) % {"number": number(count)}


def source_word(source: RuleSource) -> str:
    """Return the word on a refusal's chip."""
    return {
        RuleSource.LAW: _("Law"),
        RuleSource.GUIDANCE: _("Guidance"),
        RuleSource.HOUSE_DEFAULT: _("House default"),
    }[source]


def proof_chip(
    *,
    committed_at: datetime | None,
    signed: bool,
    witnessed: int = 0,
    witnesses: int = 0,
    enough: bool | None = None,
    digest: bytes = b"",
    href: str = "",
) -> ProofChip:
    """Say how far an entry is proved; the third tick fills when *enough* of its witnesses, or all, have signed."""
    committed = (
        _("committed %(time)s") % {"time": time_of_day(committed_at)} if committed_at else _("not yet committed")
    )
    ticks = [Tick(committed, committed_at is not None), Tick(_("signed") if signed else _("not yet signed"), signed)]
    ticks.append(witness_tick(witnessed, witnesses, enough=witnessed >= witnesses if enough is None else enough))
    return ProofChip(tuple(ticks), digest.hex(), href, witnesses)


def witness_tick(witnessed: int, witnesses: int, *, enough: bool) -> Tick:
    """Say how many of the named witnesses have signed, and whether they are as many as are wanted."""
    if not witnesses:
        return Tick(_("no witness yet"), done=False)
    if not witnessed:
        return Tick(_("not yet witnessed"), done=False)
    return Tick(_("witnessed %(seen)s of %(all)s") % {"seen": number(witnessed), "all": number(witnesses)}, enough)


def trace_bar(
    *, look_count: int, category_count: int, purpose: str, place: str, proof: ProofChip, entry: int | None = None
) -> TraceBar:
    """Say what this page's look left behind; *purpose* and *place* come in the reader's words already."""
    parts = [looks(look_count), categories(category_count), purpose, place]
    if entry is not None:
        parts.append(_("entry %(number)s") % {"number": number(entry)})
    return TraceBar(tuple(part for part in parts if part), proof)


def clock(*, due: date, today: date, term_days: int) -> Clock:
    """Draw a term of *term_days* that ends with the day *due*."""
    left = (due - today).days
    until = _("by %(date)s") % {"date": day(due)}
    if left < 0:
        words = ngettext("%(number)s day overdue", "%(number)s days overdue", -left) % {"number": number(-left)}
        return Clock(number(-left), words, _("was due %(date)s") % {"date": day(due)}, share=100, overdue=True)
    words = ngettext("%(number)s day left", "%(number)s days left", left) % {"number": number(left)}
    share = min(100, round(100 * left / term_days)) if term_days > 0 else 0
    return Clock(number(left), words, until, share)


def _here(value: date | datetime) -> date | datetime:
    """Turn an aware moment to the reader's clock; a plain date stays."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
