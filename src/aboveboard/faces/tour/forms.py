"""The one form of the tour: somebody's own file, read and not kept."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 20 * 1024 * 1024


class YourFile(forms.Form):
    """A file of contacts and what the people in it are to you."""

    file = forms.FileField(label=_("A file of contacts"), help_text=_("CSV, vCard or Popolo JSON, 20 MB at most."))
    relation = forms.ChoiceField(
        label=_("Who these people are"),
        choices=[("customer", _("Customers")), ("official", _("Public officials")), ("partner", _("Partners"))],
    )

    def clean_file(self) -> object:
        """Refuse a file that is too large."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("This file is larger than 20 MB; use the command `aboveboard import --dry-run`.")
            )
        return file
