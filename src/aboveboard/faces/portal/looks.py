"""Who looked, as the person reads it: folded by day and purpose, refusals of others too, their own looks apart."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aboveboard.apps.evidence.lines import Folded, Line, folded, history
from aboveboard.apps.gate.delayed import sealed_state
from aboveboard.apps.group.queries import legal_entities
from aboveboard.apps.ledger.recovering import gaps_of
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.entries.said import Said
from aboveboard.core.errors import NotVerified
from aboveboard.core.terms import PlaceSource, SubjectId
from aboveboard.faces.portal.asking import OWN_RECORD
from aboveboard.faces.portal.pages import LooksPart
from aboveboard.faces.portal.refusals import reasons
from aboveboard.faces.web import wording
from aboveboard.faces.web.components import EmptyState, LookLine, TimelineItem
from aboveboard.faces.web.saying import category_name, country_name, established, purpose_name

PAGE = 20
MOST_CHANGES = 50
_DONE = {
    "record": lambda: _("Recorded"),
    "restrict": lambda: _("Restricted, or a choice of yours kept"),
    "erase": lambda: _("Erased"),
    "naming.asked": lambda: _("Asked who a reader is"),
    "naming.decided": lambda: _("Decided whether a reader is named"),
}


def entity_names() -> Mapping[str, str]:
    """Give the names of the group's companies by id."""
    return {entity.id: entity.legal_name for entity in legal_entities()}


def read(person: SubjectId) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """Give the person's lines, and in words what was taken away from them or changed: nothing is passed over.

    Raises:
        Shredded: after the person's erasure.
    """
    try:
        found = history(person)
    except NotVerified:
        changed = _("A line about you in our ledger was changed afterwards, so none can be shown.")
        return (), (f"{changed} {_tell_officer()}",)
    if not found.missing:
        return found.lines, ()
    missing = ngettext(
        "%(number)s line about you is missing from our ledger: somebody removed it.",
        "%(number)s lines about you are missing from our ledger: somebody removed them.",
        len(found.missing),
    ) % {"number": wording.number(len(found.missing))}
    return found.lines, (f"{missing} {_tell_officer()}",)


def _tell_officer() -> str:
    return _("Evidence you took along before still proves what stood there. Tell the officer, or the authority.")


def others(lines: Iterable[Line]) -> tuple[Folded, ...]:
    """Give the looks of everybody but the person, folded, newest first."""
    return tuple(one for one in folded(lines) if one.purpose != OWN_RECORD)


def looks_part(lines: Sequence[Line], number: int) -> LooksPart:
    """Give page *number* (from 1) of the looks of others, newest first."""
    found = others(lines)
    if not found:
        sentence = _("As soon as somebody opens anything about you, it stands here before they see it.")
        return LooksPart((), 1, empty=EmptyState(_("Nobody has looked yet"), sentence, icon="eye"))
    names, start = entity_names(), (number - 1) * PAGE
    by_index = _refusals_by_index(lines)
    shown = tuple(look_line(one, names, by_index) for one in found[start : start + PAGE])
    more = start + PAGE < len(found)
    return LooksPart(
        shown,
        number,
        older=reverse("portal:looks", args=[number + 1]) if more else "",
        newer=reverse("portal:looks", args=[number - 1]) if number > 1 else "",
    )


def own_looks(lines: Sequence[Line]) -> tuple[LookLine, ...]:
    """Give the person's own looks."""
    names = entity_names()
    return tuple(look_line(one, names, {}) for one in folded(lines) if one.purpose == OWN_RECORD)[:PAGE]


def look_line(one: Folded, names: Mapping[str, str], refusals: Mapping[int, tuple[str, ...]]) -> LookLine:
    """Say one fold of looks."""
    why = reasons(code for index in one.indexes for code in refusals.get(index, ()))
    if not one.allowed:
        shown = _("Nothing was shown: %(why)s.") % {"why": why} if why else _("Nothing was shown.")
    else:
        shown = _listed(one.categories)
        if one.refused:
            words = {"categories": _listed(one.refused), "why": why}
            shown += " " + _("Not shown: %(categories)s, because %(why)s.") % words
    if one.sealed:
        shown += " " + _("A law forbade telling you until now.")
    return LookLine(
        wording.day(one.day),
        _purpose(one),
        _who(one, names),
        _("%(country)s, %(how)s")
        % {"country": country_name(one.country), "how": established(PlaceSource(one.established))},
        shown,
        times=_times(one.count),
        refused=not one.allowed,
    )


def changes(lines: Sequence[Line]) -> tuple[TimelineItem, ...]:
    """Give what was recorded or changed about the person, newest first."""
    names = entity_names()
    found = [line for line in lines if line.kind in {EntryKind.CREATED, EntryKind.CHANGE, EntryKind.ERASE}]
    return tuple(_change(line, names) for line in reversed(found[-MOST_CHANGES:]))


def news(lines: Iterable[Line]) -> tuple[str, ...]:
    """Say what happened, without a value and without a category: which day, who, what for."""
    names = entity_names()
    looks = [line.look for line in lines]
    found = [look for look in looks if look is not None and look.purpose != OWN_RECORD]
    return tuple(dict.fromkeys(_told(one, names) for one in reversed(found)))


def gaps(person: SubjectId) -> tuple[str, ...]:
    """Tell every declared gap that affects the person."""
    return tuple(_gap(lines) % {"day": wording.day(gap.declared_at)} for gap, lines in gaps_of(person))


def sealed(now: datetime) -> tuple[str, str]:
    """Say how many looks are sealed in the log and until when, and apart from that what is overdue."""
    state = sealed_state(now)
    if state.first is None or state.last is None:
        return "", ""
    said = ngettext(
        "%(number)s look in our log is sealed: a law forbids saying for a time whom it is about. It is opened by"
        " %(day)s. If it is about you, it stands here then.",
        "%(number)s looks in our log are sealed: a law forbids saying for a time whom they are about. The last is"
        " opened by %(day)s. Those about you stand here then.",
        state.tally.outstanding,
    ) % {"number": wording.number(state.tally.outstanding), "day": wording.day(state.last)}
    if not state.overdue:
        return said, ""
    overdue = _("A sealed look was to be opened by %(day)s, and we have not done it.") % {
        "day": wording.day(state.first)
    }
    return said, f"{overdue} {_tell_officer()}"


def _gap(lines: int | None) -> str:
    if lines is None:
        return _(
            "On %(day)s we had to declare a gap in our log: the database had been set back. Lines about you may be"
            " among those of which only the public part remains."
        )
    lost = ngettext(
        "Of %(number)s line about you only the public part remains.",
        "Of %(number)s lines about you only the public part remains.",
        lines,
    ) % {"number": wording.number(lines)}
    return _("On %(day)s we had to declare a gap in our log: the database had been set back.") + f" {lost}"


def _told(one: Said, names: Mapping[str, str]) -> str:
    words = {
        "day": wording.day(one.at),
        "who": names.get(one.entity, one.entity),
        "purpose": purpose_name(one.purpose),
    }
    if one.verdict == "refuse":
        return _("%(day)s: %(who)s asked for %(purpose)s and was refused.") % words
    return _("%(day)s: %(who)s looked for %(purpose)s.") % words


def _change(line: Line, names: Mapping[str, str]) -> TimelineItem:
    said = line.said
    what = _("Taken in") if line.kind is EntryKind.CREATED else _DONE.get(said.operation, lambda: _("Changed"))()
    who = _("by you") if said.purpose == OWN_RECORD else names.get(said.entity, _("by the program, on its term"))
    if said.verdict == "refuse":
        what = _("Refused: %(what)s") % {"what": what}
    shown = _listed(said.categories) if said.operation == "record" else ""
    return TimelineItem(wording.day(said.at), what, " · ".join(filter(None, (who, shown))))


def _purpose(one: Folded) -> str:
    name = purpose_name(one.purpose)
    if not one.allowed:
        return _("Asked and refused: %(purpose)s") % {"purpose": name}
    return name[:1].upper() + name[1:]


def _who(one: Folded, names: Mapping[str, str]) -> str:
    if one.purpose == OWN_RECORD:
        return _("you")
    who = names.get(one.entity, one.entity)
    if not one.reader:
        return _("%(who)s, reader not told apart: fewer than five work there") % {"who": who}
    return _("%(who)s, reader %(pseudonym)s") % {"who": who, "pseudonym": one.reader}


def _times(count: int) -> str:
    return "" if count == 1 else ngettext("%(n)s time", "%(n)s times", count) % {"n": wording.number(count)}


def _listed(categories: Iterable[str]) -> str:
    names = ", ".join(category_name(category) for category in categories)
    return names[:1].upper() + names[1:]


def _refusals_by_index(lines: Iterable[Line]) -> Mapping[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for line in lines:
        found[line.index] = found.get(line.index, ()) + (line.look or line.said).refusals
    return found
