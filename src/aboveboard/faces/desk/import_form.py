"""What is said about a file before a value of it is looked at."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.intake.order import VERSION, parse_notice
from aboveboard.apps.register.queries import PurposeText
from aboveboard.core.errors import Invalid
from aboveboard.faces.web import saying
from aboveboard.faces.web.asking import now

MOST_BYTES = 10 * 1024 * 1024
RELATIONS = (("customer", _("Customers")), ("official", _("Public officials")), ("partner", _("Partners")))
TOLD = (
    ("send", _("Not yet; they are owed the notice")),
    ("informed", _("Yes; they were given the notice")),
    ("exempt:14-5-a", _("They know it all already (Art. 14(5)(a))")),
    ("exempt:14-5-b", _("To tell each would be impossible or disproportionate (Art. 14(5)(b))")),
    ("exempt:14-5-c", _("A law lays down that their data are obtained (Art. 14(5)(c))")),
    ("exempt:14-5-d", _("A professional secret forbids it (Art. 14(5)(d))")),
)
SAID = ("relation", "purpose", "source", "directly", "told", "version", "on")


class ImportForm(forms.Form):
    """A file of contacts, who the people in it are to us, what for, where from, and whether they were told."""

    file = forms.FileField(
        label=_("A file of contacts"),
        help_text=_("CSV, vCard or Popolo JSON, 10 MB at most; larger files come in on the command line."),
    )
    relation = forms.ChoiceField(label=_("Who these people are"), choices=RELATIONS)
    purpose = forms.ChoiceField(label=_("What for?"))
    source = forms.CharField(
        label=_("Where do the data come from?"),
        help_text=_("In a few words, without names of people; every fact says it."),
        max_length=200,
    )
    directly = forms.BooleanField(label=_("The people gave these data themselves"), required=False)
    told = forms.ChoiceField(label=_("Have these people been told?"), choices=TOLD)
    version = forms.CharField(
        label=_("Which version of the notice"),
        help_text=_("Only where they were given it."),
        max_length=60,
        required=False,
    )
    on = forms.DateField(
        label=_("On which day"),
        help_text=_("Only where they were given it."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    judged = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, purposes: Sequence[PurposeText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [(one.id, saying.purpose_name(one.id)) for one in purposes]  # type: ignore[attr-defined]

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse a file that would keep everybody waiting."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 10 MB; import it on the command line."))
        return file

    def clean(self) -> dict[str, Any]:
        """Read the notice as the command line does; version and day belong to one that was given."""
        given = self.cleaned_data
        told, version, on = given.get("told", ""), given.get("version", ""), given.get("on")
        if told == "informed":
            self._require_given(version, on)
            told = f"informed:{version}@{on}"
        if told and not self.errors:
            try:
                given["notice"] = parse_notice(told, today(now()))
            except Invalid:
                self.add_error("on", _("Nobody has been informed on a day that is still to come."))
        return given

    def _require_given(self, version: str, on: date | None) -> None:
        if VERSION.fullmatch(version) is None:
            self.add_error("version", _("Say which version they were given: letters, digits, dots and hyphens."))
        if on is None:
            self.add_error("on", _("Say on which day they were given it."))

    def token(self) -> str:
        """Name this very file with all that is said about it, so that what is taken in is what was judged."""
        whole = hashlib.sha256()
        for chunk in self.cleaned_data["file"].chunks():
            whole.update(chunk)
        said = [whole.hexdigest(), *(str(self.cleaned_data.get(name)) for name in SAID)]
        return salted_hmac("aboveboard.desk.import", json.dumps(said), algorithm="sha256").hexdigest()

    def was_judged(self) -> bool:
        """Tell whether the report that was shown was about this very file and these words."""
        return constant_time_compare(self.cleaned_data["judged"], self.token())
