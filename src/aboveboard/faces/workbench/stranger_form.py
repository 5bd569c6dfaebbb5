"""What a stranger goes by, as the officer types it; each part is checked where it stands, and no address holds it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aboveboard.core.envelope.identifiers import LONGEST, IdentifierKind, birth_day, normalised
from aboveboard.core.errors import Invalid

_WRONG = {
    "email": _("This is no e-mail address."),
    "phone": _("This is no telephone number, or more than one."),
    "name": _("A name has three letters at least."),
    "born": _("A day is written as 2001-12-31, or as 31. 12. 2001."),
}


def _field(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=LONGEST, widget=widget)


class StrangerForm(forms.Form):
    """E-mail address, telephone number, name, date of birth: as much of it as the stranger gave."""

    email = _field(_("E-mail address"))
    phone = _field(_("Telephone number"), _("Compared by its last nine digits."))
    name = _field(_("Name"), _("Compared word by word, whatever the case and the accents."))
    born = _field(_("Date of birth"), _("With a name: it tells namesakes apart, where one is on record."))

    def clean(self) -> dict[str, Any]:
        """Check each part as it will be compared; at least one is wanted, and a day only with a name."""
        given: dict[str, Any] = super().clean() or {}
        for part in ("email", "phone", "name"):
            self._check(part, given, lambda text, kind=part: normalised(IdentifierKind(kind), text))
        self._check("born", given, birth_day)
        if given.get("born") and not given.get("name"):
            self.add_error("born", _("A date of birth is asked about together with a name."))
        if not self.errors and not any(given.get(part) for part in ("email", "phone", "name")):
            raise forms.ValidationError(_("Type at least one thing the stranger goes by."))
        return given

    def _check(self, part: str, given: dict[str, Any], read: Any) -> None:
        if given.get(part):
            try:
                read(given[part])
            except Invalid:
                self.add_error(part, _WRONG[part])

    def given(self) -> Sequence[tuple[IdentifierKind, str]]:
        """Give what a valid form says."""
        said = self.cleaned_data
        found = [(IdentifierKind(part), said[part]) for part in ("email", "phone") if said[part]]
        if said["born"]:
            return [*found, (IdentifierKind.NAME_AND_BIRTH, f"{said['name']}|{said['born']}")]
        return [*found, (IdentifierKind.NAME, said["name"])] if said["name"] else found
