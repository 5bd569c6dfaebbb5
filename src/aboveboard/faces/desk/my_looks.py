"""An employee's own looks and changes, as they read them: what they did, and nothing of whom they did it to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aboveboard.apps.evidence.naming import Told, told_of
from aboveboard.apps.evidence.own_looks import OwnLine, own_looks
from aboveboard.apps.group.queries import legal_entities
from aboveboard.core.entries.entry import EntryKind
from aboveboard.core.terms import Operation, PlaceSource, StaffId
from aboveboard.faces.web import wording
from aboveboard.faces.web.components import EmptyState, LookLine, PageHead
from aboveboard.faces.web.saying import category_name, country_name, established, purpose_name

PAGE = 50
ABOUT_PEOPLE = frozenset({EntryKind.LOOK, EntryKind.CHANGE, EntryKind.CREATED})
DONE: Mapping[str, str | Promise] = {
    Operation.CONSULT.value: gettext_lazy("Looked"),
    Operation.USE.value: gettext_lazy("Used"),
    Operation.DISCLOSE.value: gettext_lazy("Handed out"),
    Operation.TRANSFER.value: gettext_lazy("Transferred"),
    Operation.RECORD.value: gettext_lazy("Recorded"),
    Operation.RESTRICT.value: gettext_lazy("Restricted"),
    Operation.ERASE.value: gettext_lazy("Erased"),
    Operation.INFORM.value: gettext_lazy("Informed"),
}


@dataclass(frozen=True, slots=True)
class MyLooksPage:
    """A page of the reader's own lines, the newest first."""

    head: PageHead
    looks: tuple[LookLine, ...]
    counted: str
    older: str = ""
    newest: str = ""
    empty: EmptyState | None = None
    told: tuple[str, ...] = ()
    """That the reader's name was given to somebody they looked at."""
    trace: None = None


def my_looks_page(staff: StaffId, before: int | None) -> MyLooksPage:
    """Give the lines of *staff* with numbers under *before*, folded by the step they were made by."""
    head = PageHead(
        _("My looks"),
        _("What stands in the log under your key: only you can read it like this, and nobody is counted for others."),
    )
    found = own_looks(staff, before=before, most=PAGE)
    names: Mapping[str, str] = {str(entity.id): entity.legal_name for entity in legal_entities()}
    steps = [tuple(lines) for _hash, lines in groupby(found.lines, key=lambda line: line.entry_hash)]
    last = found.lines[-1].number if found.lines else 0
    return MyLooksPage(
        head,
        tuple(_line(step, names) for step in steps),
        _counted(found.length, found.unsigned),
        _address(last) if last else "",
        reverse("desk:my-looks") if before is not None else "",
        None if found.lines else _nothing(),
        tuple(_told(one) for one in told_of(staff)),
    )


def _told(one: Told) -> str:
    words = {"day": wording.day(one.at), "until": wording.day(one.until), "looks": wording.looks(one.looks)}
    return (
        _(
            "On %(day)s your name was given to a person you looked at, for %(looks)s up to %(until)s. The officer gave"
            " an opinion before, and two people decided. Write to the officer if you object."
        )
        % words
    )


def _address(before: int) -> str:
    return f"{reverse('desk:my-looks')}?before={before}"


def _nothing() -> EmptyState:
    return EmptyState(_("Nothing signed yet"), _("What you do stands here once the log has signed it."), icon="eye")


def _counted(length: int, unsigned: int) -> str:
    if not length:
        return ""
    words = {"last": wording.number(length - 1), "waiting": wording.number(unsigned)}
    if unsigned:
        return (
            _("Your lines are numbers 0 to %(last)s, without a gap; %(waiting)s of them wait for a signature.") % words
        )
    return _("Your lines are numbers 0 to %(last)s, without a gap.") % words


def _line(step: Sequence[OwnLine], names: Mapping[str, str]) -> LookLine:
    """Say one step: of people looked at together it says how many, and the categories of all."""
    one = step[0]
    says, people = one.said, one.kind in ABOUT_PEOPLE
    refused = says.verdict == "refuse"
    categories = {name for line in step for name in line.said.categories}
    return LookLine(
        wording.moment(says.at),
        _what(one, refused=refused),
        names.get(says.entity, says.entity),
        _("%(country)s, %(how)s")
        % {"country": country_name(says.country), "how": established(PlaceSource(says.established))},
        _("Nothing was shown.") if refused else ", ".join(category_name(name) for name in sorted(categories)),
        times=_people(len(step)) if people and len(step) > 1 else "",
        refused=refused,
    )


def _what(one: OwnLine, *, refused: bool) -> str:
    if one.kind not in ABOUT_PEOPLE:
        return _("A step of governance: %(step)s") % {"step": one.said.operation}
    done = str(DONE.get(one.said.operation, one.said.operation))
    words = {"done": done, "purpose": purpose_name(one.said.purpose)}
    if refused:
        return _("Refused: %(done)s, %(purpose)s") % words
    return _("%(done)s: %(purpose)s") % words


def _people(count: int) -> str:
    return ngettext("%(n)s person", "%(n)s people", count) % {"n": wording.number(count)}
