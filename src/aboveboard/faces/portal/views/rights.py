"""The person's rights, each done at once through the gate."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aboveboard.apps.consent.actions import object_to, withdraw
from aboveboard.apps.gate import deeds
from aboveboard.apps.gate.performing import Performed
from aboveboard.apps.vault.queries import person_row
from aboveboard.core.terms import Operation, PurposeId, SubjectId, Verdict
from aboveboard.faces.portal import rights
from aboveboard.faces.portal.asking import own_question
from aboveboard.faces.portal.pages import RightPage
from aboveboard.faces.portal.visiting import for_the_person

page_or_act = require_http_methods(["GET", "HEAD", "POST"])


@require_POST
@for_the_person
def withdraw_consent(request: HttpRequest, person: SubjectId) -> HttpResponse:
    """Withdraw the consents to one purpose, in one step (Art. 7(3))."""
    question, purpose = own_question(request, person, Operation.RESTRICT), PurposeId(request.POST.get("purpose", ""))
    done = deeds.change_choices(
        question, person, lambda: withdraw(person=person, purpose=purpose, now=question.asked_at)
    )
    return _back(request, done, _("Your consent is withdrawn. Nothing is opened on it any more."))


@page_or_act
@for_the_person
def object_to_purpose(request: HttpRequest, person: SubjectId) -> HttpResponse:
    """Object to one purpose (Art. 21); it holds at once."""
    if request.method != "POST":
        return _show(request, rights.object_page(person))
    purpose = request.POST.get("purpose", "")
    if purpose not in rights.purposes_of(rights.objectionable(person)):
        return _show(request, rights.object_page(person, _("Choose the purpose you object to.")), wrong=True)
    question = own_question(request, person, Operation.RESTRICT)
    done = deeds.change_choices(
        question,
        person,
        lambda: object_to(person=person, purpose=PurposeId(purpose), by=None, now=question.asked_at),
    )
    return _back(request, done, _("Your objection holds from now on."))


@page_or_act
@for_the_person
def restrict(request: HttpRequest, person: SubjectId) -> HttpResponse:
    """Restrict the use of everything, or lift that (Art. 18)."""
    if request.method != "POST":
        return _show(request, rights.restrict_page(person))
    row = person_row(person)
    lift = row is not None and row.restricted_on is not None
    done = deeds.restrict(own_question(request, person, Operation.RESTRICT), person, lift=lift)
    sentence = _("The restriction is lifted.") if lift else _("Your data are restricted from now on.")
    return _back(request, done, sentence)


@page_or_act
@for_the_person
def erase(request: HttpRequest, person: SubjectId) -> HttpResponse:
    """Erase everything (Art. 17), once the word is typed."""
    if request.method != "POST":
        return _show(request, rights.erase_page())
    if request.POST.get("word", "").strip().casefold() != rights.erase_word().casefold():
        return _show(request, rights.erase_page(_("Type the word exactly. Nothing was erased.")), wrong=True)
    done = deeds.erase(own_question(request, person, Operation.ERASE), person)
    # Their page now says that they have been erased, and when.
    return _back(request, done, "")


@require_safe
@for_the_person
def correct(request: HttpRequest, person: SubjectId) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Say whom to write to (Arts 16, 77)."""
    return _show(request, rights.correct_page())


def _show(request: HttpRequest, page: RightPage, *, wrong: bool = False) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "portal/right.html", {"page": page}, status=status)


def _back(request: HttpRequest, done: Performed, sentence: str) -> HttpResponse:
    if done.decision.verdict is Verdict.REFUSE:
        messages.error(request, _("Nothing was changed, because nothing is held about you."))
    elif sentence:
        messages.success(request, sentence)
    return HttpResponseRedirect(reverse("portal:mine"))
