"""The press file as people read it, in the language that is set."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aboveboard.apps.evidence.press import FEW, OTHERS, PressFile
from aboveboard.core.verify.press import THRESHOLD
from aboveboard.faces.web.papers import Paper, PaperColumn, Section
from aboveboard.faces.web.saying import country_name
from aboveboard.faces.web.wording import number
from aboveboard.faces.workbench.authority_page import limits
from aboveboard.faces.workbench.wording import entity_name


def press_page(counted: PressFile) -> Paper:
    """Give the page."""
    log = counted.log
    threshold = _("A number below %(count)s is not told; small cells are folded together.") % {"count": THRESHOLD}
    return Paper(
        language=get_language() or "en",
        title=_("How often personal data were looked at"),
        lede=_("Counts by month. Nothing here is about one person."),
        about=(
            (_("Controller"), entity_name(counted.controller)),
            (_("Months"), f"{counted.months[0]} – {counted.months[-1]}"),
            (_("Log"), log.origin),
            (_("Lines in the log"), number(log.size)),
            (_("Root of the log"), log.root.hex()),
            (_("Small numbers"), threshold),
        ),
        sections=tuple(_section(counted, month) for month in counted.months),
        limits_heading=_("What this file does not prove"),
        limits=(_("The counts: they are the company's. A range proves the answer to one question."), *limits()),
    )


def _section(counted: PressFile, month: str) -> Section:
    columns = (PaperColumn(_("What")), PaperColumn(_("Which")), PaperColumn(_("How many"), number=True))
    rows = tuple((_what(row[1]), _which(row[1], row[2]), _told(row[3])) for row in counted.rows if row[0] == month)
    return Section(month, () if rows else (_("None."),), columns, rows)


def _what(text: str) -> str:
    return {
        "looks by company and country": _("looks by company and country"),
        "looks by answer": _("looks by answer"),
        "erasures": _("erasures"),
        "sealed lines": _("lines sealed by law for a time"),
        "lines of which the key is gone": _("lines of which the key is gone"),
    }[text]


def _which(what: str, text: str) -> str:
    if text == OTHERS:
        return _("others")
    if what == "looks by answer":
        return {"permit": _("yes"), "partial": _("in part"), "refuse": _("refused")}.get(text, text)
    entity, _space, country = text.partition(" ")
    return f"{entity_name(entity)}, {country_name(country)}" if country else text


def _told(text: str) -> str:
    return _("fewer than %(count)s") % {"count": THRESHOLD} if text == FEW else number(int(text))
