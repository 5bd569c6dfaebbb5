"""What the page of the public log shows."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from aboveboard.apps.ledger.confirmed import Standing
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


def front_page(head: Head | None, outside: Standing | None) -> FrontPage:
    """Say what stands in the log's last checkpoint and who outside confirms it, or that there is none yet."""
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
    )
