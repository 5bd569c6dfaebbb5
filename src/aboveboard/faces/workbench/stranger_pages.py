"""What the officer sees after asking about a stranger: that there is a record, or the denial to hand over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aboveboard.apps.evidence.denials import BEING_ERASED, Answered
from aboveboard.core.envelope.identifiers import IdentifierKind
from aboveboard.faces.web.components import PageHead
from aboveboard.faces.web.wording import day

KINDS: Mapping[str, str | Promise] = {
    IdentifierKind.EMAIL.value: gettext_lazy("the e-mail address"),
    IdentifierKind.NAME.value: gettext_lazy("the name"),
    IdentifierKind.NAME_AND_BIRTH.value: gettext_lazy("the name with the date of birth"),
    IdentifierKind.PHONE.value: gettext_lazy("the telephone number"),
}


@dataclass(frozen=True, slots=True)
class StrangerPage:
    """The question, and its answer once it was asked."""

    head: PageHead
    met: tuple[str, ...] = ()
    """Sentences that say under what there is a record."""
    denied: str = ""
    """What the denial says; empty where there is none."""
    more: tuple[str, ...] = ()
    held: str = ""
    """The denial, sealed, for the form that hands it out."""


def question_page() -> StrangerPage:
    """Give the page before it is asked."""
    lede = _(
        "Somebody asks whether anything is held about them. Where nothing is, they get a signed denial that any earlier"
        " record would refute. Make sure first that what they go by is theirs."
    )
    return StrangerPage(PageHead(_("Answer a stranger"), lede))


def answer_page(answered: Answered) -> StrangerPage:
    """Give the answer."""
    head = question_page().head
    if answered.denial is None:
        return StrangerPage(head, tuple(_met(answered.met)))
    kinds = ", ".join(str(KINDS[one.kind]) for one in answered.denial.shown)
    more = [
        _("Of an erasure on %(day)s a keyed mark is left under %(kind)s; the denial says so.")
        % {"day": day(on), "kind": KINDS[kind]}
        for kind, on in answered.denial.erased.items()
    ]
    if answered.look is not None:
        more.append(_("People with a similar name were looked at to tell them apart; that stands in their log."))
    denied = _("Nothing is held under: %(kinds)s. That is committed for the log.") % {"kinds": kinds}
    return StrangerPage(head, (), denied, tuple(more), answered.denial.handed_over())


def _met(kinds: Iterable[str]) -> Iterable[str]:
    for kind in kinds:
        if kind == BEING_ERASED:
            yield _("Somebody who was found is being erased right now; ask again when that is finished.")
        else:
            yield _("There is a record under %(kind)s; no denial is given.") % {"kind": KINDS[kind]}
