"""How long something may be kept, in the reader's words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aboveboard.core.catalogue import catalogue
from aboveboard.core.catalogue.category import Anchor
from aboveboard.core.terms import RetentionClass
from aboveboard.faces.web.wording import number


def keeping(retention: str) -> str:
    """Return how long a retention class lasts: "3 years from the end of the relationship"; an unknown one by its id."""
    term = catalogue().retention.get(RetentionClass(retention))
    end = _end(term.anchor) if term is not None else ""
    if term is None or not end:
        return retention
    lasts = [
        ngettext("%(count)s year", "%(count)s years", term.years) % {"count": number(term.years)} if term.years else "",
        ngettext("%(count)s month", "%(count)s months", term.months) % {"count": number(term.months)}
        if term.months
        else "",
        ngettext("%(count)s day", "%(count)s days", term.days) % {"count": number(term.days)} if term.days else "",
    ]
    length = " ".join(filter(None, lasts))
    if not length:
        return _("until %(end)s") % {"end": end}
    return _("%(length)s from %(end)s") % {"length": length, "end": end}


def _end(anchor: Anchor) -> str:
    return {
        Anchor.RELATION_END: _("the end of the relationship"),
        Anchor.OFFICE_END: _("the end of the office"),
        Anchor.RECORDED: _("the day of recording"),
        Anchor.EVENT_END: _("the event"),
        Anchor.CASE_END: _("the end of the case"),
        Anchor.WITHDRAWN: _("the withdrawal"),
    }.get(anchor, "")
