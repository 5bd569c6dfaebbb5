"""What is typed at the workbench: a proposal, an opinion, a signature. A passphrase is never shown again or kept."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.timezone import get_default_timezone, localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.group.queries import legal_entities
from aboveboard.apps.intake.admitting import Admission
from aboveboard.apps.register.queries import purpose_texts
from aboveboard.core.catalogue import catalogue
from aboveboard.core.catalogue.category import CONTACT_TIER
from aboveboard.core.terms import CategoryId, EntityId, PurposeId, Role
from aboveboard.faces.web.saying import category_name
from aboveboard.faces.workbench.wording import ROLES, word_of

LONGEST_GRANT = timedelta(days=366)
USUAL_GRANT = timedelta(days=90)
LONGEST_REASON = 2000
READING_ROLES = (Role.HQ_ANALYST, Role.SELLER)


class Passphrase(forms.CharField):
    """The passphrase of one's signing key."""

    def __init__(self) -> None:
        """Show dots, and let no browser fill it in."""
        super().__init__(
            label=_("Passphrase of your signing key"),
            max_length=1000,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        )


def _reason(label: Any, *, help_text: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=LONGEST_REASON, widget=area)


class GrantForm(forms.Form):
    """A grant as a sentence with gaps: who may read what, what for, until when."""

    role = forms.ChoiceField(label=_("Who"))
    entity = forms.ChoiceField(label=_("of which company"))
    categories = forms.MultipleChoiceField(
        label=_("may read"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The contact tier is ticked. What no purpose needs is not offered: no grant would open it."),
    )
    purpose = forms.ChoiceField(label=_("what for"))
    until = forms.DateField(
        label=_("until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text=_("A year at most; then it is decided anew."),
    )
    passphrase = Passphrase()

    def __init__(self, *args: Any, controller: EntityId, own: EntityId | None = None, **kwargs: Any) -> None:
        """Offer the other companies of the group, or only one's *own*, and what is registered."""
        super().__init__(*args, **kwargs)
        others = [one for one in legal_entities() if one.id != controller and own in (None, one.id)]
        choose(self.fields["entity"], [(one.id, one.legal_name) for one in others])
        choose(self.fields["role"], [(role.value, word_of(ROLES, role.value)) for role in READING_ROLES])
        offered = {text.id: text for role in READING_ROLES for text in purpose_texts(role=role, on=localdate())}
        choose(self.fields["purpose"], [(text.id, text.sentence(get_language() or "en")) for text in offered.values()])
        wanted = _on_lists(offered)
        ordered = [*sorted(wanted & CONTACT_TIER), *sorted(wanted - CONTACT_TIER)]
        choose(self.fields["categories"], [(one, category_name(one)) for one in ordered])
        self.initial.setdefault("categories", sorted(CONTACT_TIER))
        self.initial.setdefault("until", localdate() + USUAL_GRANT)

    def clean_until(self) -> date:
        """Refuse a day that is over, or too far away."""
        until: date = self.cleaned_data["until"]
        if not localdate() <= until <= localdate() + LONGEST_GRANT:
            raise forms.ValidationError(_("A grant ends today at the earliest, and a year from now at the latest."))
        return until

    def ends_at(self) -> datetime:
        """Give the moment the day is over."""
        until: date = self.cleaned_data["until"]
        return datetime.combine(until + timedelta(days=1), time.min, get_default_timezone())


def _on_lists(purposes: Iterable[str]) -> frozenset[CategoryId]:
    """Give what the allow-lists of *purposes* name: of anything else a grant would open nothing."""
    registered = snapshot().register.purposes
    lists = [ids for one in purposes for ids in registered[PurposeId(one)].allowed.values()]
    return frozenset[CategoryId]().union(*lists)


def choose(field: forms.Field, choices: Sequence[tuple[str, str | Promise]]) -> None:
    """Offer what is registered today."""
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


class OpinionForm(forms.Form):
    """The officer's opinion: in favour or against, and why."""

    in_favour = forms.TypedChoiceField(
        label=_("Your opinion"),
        choices=[("yes", _("In favour")), ("no", _("Against"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    reason = _reason(_("Reason"), help_text=_("Needed when you are against; kept sealed, read by the signatory."))

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of an opinion against."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("in_favour") is False and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("An opinion against an act gives its reason."))
        return cleaned


class SignatureForm(forms.Form):
    """The signatory's signature; overruling the officer needs a reason."""

    overruling_reason = _reason(_("Why, although the officer is against it"))
    passphrase = Passphrase()

    def __init__(self, *args: Any, against: bool = False, **kwargs: Any) -> None:
        """Ask for the reason only where the officer is *against*."""
        super().__init__(*args, **kwargs)
        if not against:
            del self.fields["overruling_reason"]
        else:
            self.fields["overruling_reason"].required = True


class TypedWord(forms.CharField):
    """A word typed before what cannot be undone, in any case."""

    def __init__(self, word: str, *, label: Any) -> None:
        """Ask for *word*."""
        self.word = word
        super().__init__(label=label, max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean(self, value: Any) -> str:
        """Take the word and no other."""
        typed = str(super().clean(value))
        if typed.strip().upper() != self.word:
            raise forms.ValidationError(_("Nothing was done: another word stands there."))
        return typed


class ConfirmForm(forms.Form):
    """The end of a grant."""

    word = TypedWord("END", label=_("Type the word END"))


class DropForm(forms.Form):
    """The end of what waits in a column."""

    word = TypedWord("DROP", label=_("Type the word DROP"))


class AdmitForm(forms.Form):
    """For which purpose what waits is to be kept; its legal basis is the purpose's own."""

    purpose = forms.ChoiceField(label=_("What for"))
    category = forms.ChoiceField(label=_("What the column holds"))
    passphrase = Passphrase()

    def __init__(self, *args: Any, category: str, **kwargs: Any) -> None:
        """Offer the purposes in force; the category is asked for only where nobody recognised it."""
        super().__init__(*args, **kwargs)
        self._known = category
        texts = purpose_texts(on=localdate())
        choose(self.fields["purpose"], [(text.id, text.sentence(get_language() or "en")) for text in texts])
        if category:
            del self.fields["category"]
        else:
            offered = [(str(one), category_name(one)) for one in sorted(catalogue().categories)]
            choose(self.fields["category"], offered)

    def admission(self) -> Admission:
        """Give the terms of a valid form."""
        purpose = snapshot().register.purposes[PurposeId(self.cleaned_data["purpose"])]
        return Admission(purpose.id, purpose.basis, CategoryId(self._known or self.cleaned_data["category"]))


class PersonForm(forms.Form):
    """A person by opaque id; it travels in the body, never in an address."""

    person = forms.RegexField(
        regex="^[0-9a-f]{32}$",
        label=_("Id of the person"),
        help_text=_("32 hexadecimal digits, as they stand on the person's card."),
        error_messages={"invalid": _("An id has 32 digits, 0 to 9 and a to f.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"}),
    )
    purpose = forms.ChoiceField(label=_("What for"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the purposes of the officer."""
        super().__init__(*args, **kwargs)
        texts = purpose_texts(role=Role.DPO, on=localdate())
        choose(self.fields["purpose"], [(text.id, text.sentence(get_language() or "en")) for text in texts])
