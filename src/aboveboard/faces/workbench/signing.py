"""The steps of an act as forms take them; a signing key is opened by its passphrase for one step, and never kept."""

from collections.abc import Callable, Sequence

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from aboveboard.apps.accounts.actions import unlock
from aboveboard.apps.accounts.acts import give_opinion, propose, sign_act
from aboveboard.apps.accounts.queries import ActRecord
from aboveboard.apps.accounts.rules import Answer
from aboveboard.apps.gate.grants import grant_body
from aboveboard.apps.intake.admitting import KIND as ADMISSION
from aboveboard.apps.intake.admitting import admission_body
from aboveboard.apps.intake.queries import WaitingColumn
from aboveboard.core.errors import NotVerified
from aboveboard.core.terms import EntityId, PurposeId, Role
from aboveboard.faces.web.components import RefusalText
from aboveboard.faces.workbench.access import Worker
from aboveboard.faces.workbench.forms import AdmitForm, GrantForm, OpinionForm, SignatureForm
from aboveboard.faces.workbench.pages import FormPage
from aboveboard.faces.workbench.wording import refusals_in_words


def propose_grant(worker: Worker, form: GrantForm) -> Answer:
    """Propose the grant of a valid form.

    Raises:
        NotVerified: when the passphrase opens no key of theirs.
    """
    given = form.cleaned_data
    body = grant_body(
        controller=worker.controller,
        entity=EntityId(given["entity"]),
        role=Role(given["role"]),
        purpose=PurposeId(given["purpose"]),
        categories=given["categories"],
        valid_from=worker.asker.at,
        valid_until=form.ends_at(),
    )
    signer = unlock(staff=worker.staff, passphrase=given["passphrase"])
    return propose(kind="grant", body=body, by=signer, now=worker.asker.at, place=worker.place)


def propose_admission(worker: Worker, column: WaitingColumn, form: AdmitForm) -> Answer:
    """Propose to admit what waits in a column, on the terms of a valid form.

    Raises:
        NotVerified: when the passphrase opens no key of theirs.
    """
    body = admission_body(column.number, column.column, form.admission())
    signer = unlock(staff=worker.staff, passphrase=form.cleaned_data["passphrase"])
    return propose(kind=ADMISSION, body=body, by=signer, now=worker.asker.at, place=worker.place)


def sign(worker: Worker, record: ActRecord, form: SignatureForm) -> Answer:
    """Sign an act as a valid form says; whether that counts, the rules say.

    Raises:
        NotVerified: when the passphrase opens no key of theirs.
    """
    given = form.cleaned_data
    signer = unlock(staff=worker.staff, passphrase=given["passphrase"])
    reason = given.get("overruling_reason", "")
    return sign_act(act=record.id, by=signer, now=worker.asker.at, overruling_reason=reason, place=worker.place)


def advise(worker: Worker, record: ActRecord, form: OpinionForm) -> Answer:
    """Give the opinion of a valid form."""
    said = form.cleaned_data
    return give_opinion(
        act=record.id,
        in_favour=said["in_favour"],
        reason=said["reason"],
        by=worker.staff,
        now=worker.asker.at,
        place=worker.place,
    )


def with_passphrase(form: forms.Form, step: Callable[[], Answer | None]) -> Answer | None:
    """Take a *step* where the form is valid; a passphrase that opens nothing is said beside its field."""
    if not form.is_valid():
        return None
    try:
        return step()
    except NotVerified:
        form.add_error("passphrase", _("This passphrase does not open your signing key, or you have none."))
        return None


def show_form(
    request: HttpRequest, page: FormPage, form: forms.Form, refused: Answer | Sequence[RefusalText] | None = None
) -> HttpResponse:
    """Show a form; with what was wrong in it, or with the rules that refused the step."""
    refusals = refusals_in_words(refused.refusals) if isinstance(refused, Answer) else tuple(refused or ())
    status = 403 if refusals else 422 if form.errors else 200
    context = {"page": page, "form": form, "refusals": refusals}
    return render(request, "workbench/form.html", context, status=status)
