"""Everything that can be proposed at the workbench: what it is, its form, and the step itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aboveboard.apps.accounts.actions import unlock
from aboveboard.apps.accounts.acts import propose
from aboveboard.apps.accounts.rules import Answer
from aboveboard.apps.group.queries import legal_entities
from aboveboard.faces.web.components import PageHead
from aboveboard.faces.workbench import proposal_forms as forms
from aboveboard.faces.workbench.access import Worker
from aboveboard.faces.workbench.delay_form import DelayForm


@dataclass(frozen=True, slots=True)
class Proposable:
    """One thing that can be proposed, in words, with its form."""

    title: str | Promise
    sentence: str | Promise
    form: type[forms.ActForm]


PROPOSABLE: Mapping[str, Proposable] = {
    "appointment": Proposable(
        gettext_lazy("Appoint somebody"),
        gettext_lazy("With role, company and workplace. The name is kept sealed; whoever signs reads it."),
        forms.AppointmentForm,
    ),
    "role": Proposable(
        gettext_lazy("Change or end a post"),
        gettext_lazy("Another role, company, unit or workplace, or the day on which somebody leaves."),
        forms.RoleForm,
    ),
    "key": Proposable(
        gettext_lazy("Put a signing key on record"),
        gettext_lazy("Somebody made it for themselves; until it is on record it signs nothing."),
        forms.KeyForm,
    ),
    "entity": Proposable(
        gettext_lazy("Enter a company of the group"),
        gettext_lazy(
            "Its country, what it is to these data, and what its staff was told; or correct what is on record."
        ),
        forms.EntityForm,
    ),
    "live": Proposable(
        gettext_lazy("Let a company go live"),
        gettext_lazy("From that day its staff may ask. Its staff is told and consulted before."),
        forms.LiveForm,
    ),
    "lift-default": Proposable(
        gettext_lazy("Lift a house default"),
        gettext_lazy("A category that only the house keeps out may be held for one purpose."),
        forms.LiftForm,
    ),
    "delay": Proposable(
        gettext_lazy("Seal looks for a time"),
        gettext_lazy(
            "Where a law forbids telling a person. They stand in the log, counted, and are opened on their day."
        ),
        DelayForm,
    ),
}
"""By the word in the address. Purposes and transfer instruments are proposed on the command line."""


@dataclass(frozen=True, slots=True)
class Way:
    """A link to one form, with what it is for and links to what it can begin with."""

    title: str
    sentence: str
    href: str
    about: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ProposePage:
    """Everything that can be proposed."""

    head: PageHead
    ways: tuple[Way, ...]


def propose_page() -> ProposePage:
    """Give every form, grants among them."""
    grant = Way(
        _("Propose a grant"),
        _("Another company of the group may read what a purpose needs, for a time."),
        reverse("workbench:propose-grant"),
    )
    own_key = Way(
        _("Make a signing key for yourself"),
        _("Under a passphrase only you know. Somebody else proposes that it be put on record."),
        reverse("workbench:make-key"),
    )
    lede = _("One proposes and signs, the officer gives an opinion, another signatory signs. Nobody decides alone.")
    return ProposePage(PageHead(_("Propose an act"), lede), (grant, *(_way(name) for name in PROPOSABLE), own_key))


def propose_act(worker: Worker, form: forms.ActForm) -> Answer | None:
    """Propose the act of a valid form, signed by whoever proposes it; None where the form says why it cannot be.

    Raises:
        NotVerified: when the passphrase opens no key of theirs.
    """
    if isinstance(form, DelayForm):
        return form.propose(worker)
    signer = unlock(staff=worker.staff, passphrase=form.cleaned_data["passphrase"])
    return propose(kind=form.kind, body=form.body(), by=signer, now=worker.asker.at, place=worker.place)


def _way(name: str) -> Way:
    one = PROPOSABLE[name]
    href = reverse("workbench:propose-act", args=[name])
    about: tuple[tuple[str, str], ...] = ()
    if name == "entity":
        about = tuple((f"{href}?of={entity.id}", entity.legal_name) for entity in legal_entities())
    return Way(str(one.title), str(one.sentence), href, about)
