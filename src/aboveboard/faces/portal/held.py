"""What is held, in plain words: each value with its category, basis, source and term, under its purpose."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aboveboard.apps.intake.queries import OpenValue
from aboveboard.apps.register.queries import purpose_texts
from aboveboard.apps.vault.opening import OpenFact
from aboveboard.apps.vault.queries import as_date, source_texts
from aboveboard.core.catalogue import CONTACT_TIER
from aboveboard.faces.web import wording
from aboveboard.faces.web.components import FactGroup, OpenRow
from aboveboard.faces.web.saying import basis_name, category_name, purpose_name
from aboveboard.faces.web.wording import source_word


def purpose_sentences() -> Mapping[str, str]:
    """Give the sentence of every purpose in the reader's language."""
    return {text.id: text.sentence(get_language() or "en") for text in purpose_texts()}


def sources_of(opened: Iterable[OpenFact]) -> Mapping[bytes, str]:
    """Give where the values came from."""
    return source_texts({one.fact.source for one in opened}, settings.OPTIONS.cell)


def until(expires_on: date | str | None) -> str:
    """Say how long a value is kept."""
    day = as_date(expires_on)
    if day is None:
        return _("kept while we work together")
    return _("until %(date)s") % {"date": wording.day(day)}


def fact_groups(opened: Sequence[OpenFact]) -> tuple[FactGroup, ...]:
    """Group open values by purpose, the contact tier first; equal circumstances share a row."""
    sources, sentences = sources_of(opened), purpose_sentences()
    rows: dict[str, dict[tuple[object, ...], list[OpenFact]]] = {}
    for one in sorted(opened, key=_order):
        fact = one.fact
        same = (fact.category, fact.basis, fact.source, fact.expires_on)
        rows.setdefault(fact.purpose, {}).setdefault(same, []).append(one)
    return tuple(
        FactGroup(
            sentences.get(purpose, purpose_name(purpose).capitalize()),
            tuple(_row(f"held-{at}-{place}", same, sources) for place, same in enumerate(groups.values())),
        )
        for at, (purpose, groups) in enumerate(rows.items())
    )


def waiting_group(values: Sequence[OpenValue]) -> tuple[FactGroup, ...]:
    """Give what waits in quarantine, with the day it is destroyed unless a signatory decides; none where none waits."""
    if not values:
        return ()
    rows = tuple(
        OpenRow(
            f"waits-{at}",
            category_name(one.closed.category) if one.closed.category else _("A column nobody knows"),
            (one.value,),
            (
                _("column %(name)s") % {"name": one.closed.column},
                source_word(one.closed.refusal.source),
                _("destroyed on %(date)s") % {"date": wording.day(one.closed.until)},
            ),
        )
        for at, one in enumerate(values)
    )
    note = _(
        "A file held this too. It was not taken in, nobody can look at it, and it goes unless it is decided otherwise."
    )
    return (FactGroup(_("In quarantine"), rows, note),)


def _order(one: OpenFact) -> tuple[bool, str, str]:
    return one.fact.category not in CONTACT_TIER, one.fact.category, one.value


def _row(row_id: str, same: Sequence[OpenFact], sources: Mapping[bytes, str]) -> OpenRow:
    fact = same[0].fact
    source = sources.get(fact.source, "")
    about = (
        basis_name(fact.basis),
        _("from: %(source)s") % {"source": source} if source else "",
        until(fact.expires_on),
    )
    values = tuple(dict.fromkeys(one.value for one in same))
    return OpenRow(row_id, category_name(fact.category), values, tuple(filter(None, about)))
