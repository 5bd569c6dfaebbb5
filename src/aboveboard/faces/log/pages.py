"""What the page of the public log shows."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from aboveboard.apps.ledger.confirmed import Standing
from aboveboard.core.entries.sealed import Tally, day_of, utc_day
from aboveboard.faces.log.published import Head
from aboveboard.faces.web import wording
from aboveboard.faces.web.components import EmptyState, PageHead
from aboveboard.faces.web.witnesses import witness_sentences


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The log's head in words and as it was signed."""

    head: PageHead
    origin: str = ""
    size: str = ""
    root: str = ""
    note: str = ""
    vkey: str = ""
    sealed: str = ""
    """What the last line counts of sealed lines; empty where none was ever sealed."""
    overdue: str = ""
    witnesses: tuple[str, ...] = ()
    named: bool = False
    """Whether witnesses are named, so that there is something to fetch about them."""
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The page on which anybody checks evidence in their own browser."""

    head: PageHead


def check_page() -> CheckPage:
    """Say what the page does, and what it does not."""
    sentence = _("Drop the file here. It is checked by your own browser, and nothing of it is sent anywhere.")
    return CheckPage(PageHead(_("Check evidence"), sentence))


def front_page(head: Head | None, tally: Tally, outside: Standing | None, now: datetime) -> FrontPage:
    """Say what stands in the log's last checkpoint, what is sealed, who outside confirms it; or that there is none."""
    title = PageHead(
        _("The log"),
        _("Every look at personal data here, and every change, is a line in it: public, and silent about whom."),
    )
    if head is None:
        sentence = _("The first line is written when the cell is founded; the first checkpoint follows at once.")
        return FrontPage(title, empty=EmptyState(_("Nothing is signed yet"), sentence, icon="book-open"))
    return FrontPage(
        title,
        origin=head.checkpoint.origin,
        size=wording.number(head.checkpoint.size),
        root=head.checkpoint.root.hex(),
        note=head.note.decode(),
        vkey=head.vkey,
        witnesses=witness_sentences(outside),
        named=outside is not None,
        sealed=_sealed(tally),
        overdue=_overdue(tally, now),
    )


def _sealed(tally: Tally) -> str:
    if not tally.sealed:
        return ""
    said = {"opened": wording.number(tally.opened), "late": wording.number(tally.late)}
    counted = _("%(sealed)s, of these %(opened)s opened, %(late)s after their day")
    words = counted % {"sealed": wording.number(tally.sealed), **said}
    if not tally.last:
        return words
    return words + _("; the last is opened by %(day)s") % {"day": wording.day(day_of(tally.last))}


def _overdue(tally: Tally, now: datetime) -> str:
    if not tally.overdue_on(utc_day(now)):
        return ""
    day = wording.day(day_of(tally.first))
    return _("A sealed line was to be opened by %(day)s and was not.") % {"day": day}
