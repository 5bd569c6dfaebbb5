"""What is typed at the desk."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from aboveboard.apps.crm.models import Deal
from aboveboard.apps.register.queries import PurposeText
from aboveboard.core.catalogue import catalogue
from aboveboard.core.envelope.blind import SHORTEST, words
from aboveboard.faces.desk.groups import GROUPS
from aboveboard.faces.web import saying

LONGEST_VALUE = 2000
SOURCES = {
    "person": _("the person told us"),
    "card": _("business card or signature of a message"),
    "meeting": _("a meeting with the person"),
    "colleague": _("a colleague"),
    "website": _("web page of the organisation"),
    "register": _("a public register"),
}
PUBLIC_SOURCES = frozenset({"website", "register"})
"""Sources accessible to the public (Art. 14(2)(f))."""
CURRENCIES = tuple((code, code) for code in ("CZK", "EUR", "USD", "JPY"))


class SearchForm(forms.Form):
    """A name, or a whole e-mail address."""

    term = forms.CharField(label=_("Name or whole e-mail address"), max_length=120)
    purpose = forms.ChoiceField(label=_("Purpose"))

    def __init__(self, *args: object, purposes: Sequence[PurposeText], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["purpose"].choices = [(one.id, saying.purpose_name(one.id)) for one in purposes]  # type: ignore[attr-defined]
        self.fields["term"].widget.attrs |= {
            "autocomplete": "off",
            "spellcheck": "false",
            "data-search": "",
            "aria-keyshortcuts": "/",
        }
        self.fields["term"].widget.attrs["placeholder"] = _("Whom are you looking for?")

    def clean_term(self) -> str:
        """Ask for three letters at least: fewer would list half the town."""
        term = str(self.cleaned_data["term"])
        if sum(len(word) for word in words(term)) < SHORTEST:
            raise forms.ValidationError(_("Type at least three letters of the name."))
        return term


class RecordForm(forms.Form):
    """One fact about a known person: what kind, the value, from where, for what."""

    category = forms.ChoiceField(label=_("What is it?"))
    value = forms.CharField(label=_("Value"), max_length=LONGEST_VALUE)
    source = forms.ChoiceField(label=_("Where does it come from?"), choices=())
    purpose = forms.ChoiceField(label=_("What for?"))

    def __init__(self, *args: object, purposes: Sequence[PurposeText], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        known = catalogue().categories
        grouped = [
            (str(group.title), [(one, saying.category_name(one)) for one in group.categories if one in known])
            for group in GROUPS
        ]
        choices = {
            "category": [("", _("Choose the kind of data")), *grouped],
            "source": [("", _("Choose the source")), *SOURCES.items()],
            "purpose": [(one.id, saying.purpose_name(one.id)) for one in purposes],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        self.fields["value"].widget.attrs |= {"autocomplete": "off", "data-tour": "record-value"}
        self.fields["category"].widget.attrs["data-tour"] = "record-category"

    def refuse(self) -> None:
        """Mark the field whose category the rules refused, for screen readers too."""
        self.fields["value"].widget.attrs |= {"aria-invalid": "true", "aria-describedby": "record-refusals"}


class DealForm(forms.Form):
    """A new deal; its title is generated."""

    amount = forms.DecimalField(label=_("Value"), min_value=0, max_digits=14, decimal_places=2)
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    expected_on = forms.DateField(
        label=_("Expected on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class StageForm(forms.Form):
    """The stage a deal moves to."""

    stage = forms.ChoiceField(label=_("Stage"), choices=Deal.Stage.choices)
