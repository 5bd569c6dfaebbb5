"""Who it was: the person asks for the name behind a pseudonym, and reads what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aboveboard.apps.evidence.lines import Folded
from aboveboard.apps.evidence.naming import GRANTED, Request, readers_of, requests_of
from aboveboard.core.terms import SubjectId
from aboveboard.faces.portal.pages import Choice, LooksPart, RightPage
from aboveboard.faces.web import wording
from aboveboard.faces.web.components import PageHead

Named = Mapping[str, tuple[str, datetime]]
"""By pseudonym: the name, and the last moment it counts for."""


def naming_page(person: SubjectId, error: str = "") -> RightPage:
    """Say how a name is asked for, and for which readers it was not asked yet."""
    asked = {one.reader for one in requests_of(person)}
    left = {reader: count for reader, count in readers_of(person).items() if reader not in asked}
    head = PageHead(_("Ask who it was"))
    if not left:
        return RightPage(head, (_("There is no reader left whom you could ask about."),))
    sentences = (
        _("Readers have rights of their own, so a name is not given by itself. The data protection officer gives an"
          " opinion, and two people decide; that is written down."),
        _("Either way the answer stands on your page, with its reason. Whoever is named is told."),
    )  # fmt: skip
    choices = tuple(Choice(reader, _sentence(reader, count)) for reader, count in sorted(left.items()))
    return RightPage(head, sentences, _("Ask"), choices, error=error, legend=_("Which reader?"))


def naming_sentences(person: SubjectId, named: Named) -> tuple[str, ...]:
    """Say what was asked, and what became of it."""
    return tuple(_became(one, named) for one in requests_of(person))


def with_names(part: LooksPart, folds: Sequence[Folded], named: Named) -> LooksPart:
    """Put the names that were granted beside their pseudonyms, for the looks they count for and no later one."""
    shown = []
    for look, fold in zip(part.looks, folds, strict=False):
        name, until = named.get(fold.reader, ("", None))
        counts = name and until is not None and fold.last_at <= until
        shown.append(replace(look, who=f"{look.who} ({name})") if counts else look)
    return replace(part, looks=tuple(shown))


def _sentence(reader: str, count: int) -> str:
    words = {"reader": reader, "n": wording.number(count)}
    return ngettext("Reader %(reader)s, %(n)s look", "Reader %(reader)s, %(n)s looks", count) % words


def _became(one: Request, named: Named) -> str:
    words = {"reader": one.reader, "day": wording.day(one.asked_at), "reason": one.reason}
    if one.answered_at is None:
        return _("You asked on %(day)s who reader %(reader)s is. It is being weighed.") % words
    words["day"] = wording.day(one.answered_at)
    if one.answer != GRANTED:
        return _("On %(day)s it was decided not to name reader %(reader)s: %(reason)s") % words
    if one.reader not in named:
        return _("On %(day)s reader %(reader)s was named; they are no longer on record here.") % words
    words["name"] = named[one.reader][0]
    return _("Reader %(reader)s is %(name)s, decided on %(day)s: %(reason)s") % words
