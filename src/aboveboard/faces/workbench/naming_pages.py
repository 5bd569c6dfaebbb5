"""Naming a reader, as those who decide see it: what persons ask, and the form that proposes the answer."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aboveboard.apps.accounts.actions import unlock
from aboveboard.apps.accounts.acts import propose
from aboveboard.apps.accounts.queries import names_of
from aboveboard.apps.accounts.rules import Answer
from aboveboard.apps.evidence.naming import (
    GRANTED,
    KIND,
    LONGEST_REASON,
    REFUSED,
    SHORTEST_REASON,
    Request,
    naming_body,
    open_requests,
    reader_behind,
)
from aboveboard.faces.web.components import EmptyState, PageHead
from aboveboard.faces.web.wording import day
from aboveboard.faces.workbench.access import Worker
from aboveboard.faces.workbench.forms import Passphrase, choose
from aboveboard.faces.workbench.pages import Line, LinesPage
from aboveboard.faces.workbench.wording import ROLES_OF_ONE, entity_name, word_of

ANSWERS = ((GRANTED, gettext_lazy("Name the reader")), (REFUSED, gettext_lazy("Do not name the reader")))


class NamingForm(forms.Form):
    """The answer that is proposed, and its reason, which the person will read."""

    answer = forms.ChoiceField(label=gettext_lazy("Answer"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The person reads it, whatever the answer."),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    passphrase = Passphrase()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer both answers, none chosen before."""
        super().__init__(*args, **kwargs)
        choose(self.fields["answer"], [("", _("Choose an answer")), *ANSWERS])


def naming_list(worker: Worker) -> LinesPage:
    """Give what persons ask and nobody decided yet."""
    found = open_requests()
    lede = _("A person asks who looked. The right to know is weighed against the reader's own; both answers are acts.")
    lines = tuple(_line(worker, one) for one in found)
    empty = EmptyState(_("Nobody asks"), _("What persons ask on their own page will stand here."), "users")
    return LinesPage(PageHead(_("Naming"), lede), ((_("Waiting"), lines),) if lines else (), None if lines else empty)


def asked_in_words(request: Request) -> str:
    """Say what is asked and name the reader with their post, for those who weigh it."""
    values = {"reader": request.reader, "who": _reader_named(request)}
    return _("A person asks who their reader %(reader)s is: %(who)s.") % values


def _reader_named(request: Request) -> str:
    reader = reader_behind(request)
    if reader is None:
        return _("somebody no longer on record")
    return (
        f"{names_of([reader.id])[reader.id]} ({word_of(ROLES_OF_ONE, reader.role.value)}, {entity_name(reader.entity)})"
    )


def propose_naming(worker: Worker, request: Request, form: NamingForm) -> Answer:
    """Propose the answer of a valid form, signed by whoever proposes it.

    Raises:
        NotVerified: when the passphrase opens no key of theirs.
    """
    given = form.cleaned_data
    signer = unlock(staff=worker.staff, passphrase=given["passphrase"])
    body = naming_body(request.id, answer=given["answer"], reason=given["reason"], by=worker.staff)
    return propose(kind=KIND, body=body, by=signer, now=worker.asker.at, place=worker.place)


def _line(worker: Worker, one: Request) -> Line:
    ways = reverse("workbench:name-reader", args=[one.id.hex()])
    href = ways if worker.signs else reverse("workbench:acts")
    return Line(asked_in_words(one), _("waits for a proposal"), (day(one.asked_at),), href)
