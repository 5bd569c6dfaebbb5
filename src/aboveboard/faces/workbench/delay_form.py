"""What is typed to order that looks at a person are sealed for a time; whoever proposes it signs it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aboveboard.apps.accounts.actions import unlock
from aboveboard.apps.accounts.rules import Answer
from aboveboard.apps.gate.delayed import orders_listed
from aboveboard.apps.gate.delays import KIND, LONGEST_WORDS, DelayDraft, propose_delay
from aboveboard.apps.register.queries import purpose_texts
from aboveboard.core.catalogue.delays import DELAY_LAWS, HOUSE_DAYS
from aboveboard.core.errors import Conflict, Invalid
from aboveboard.core.terms import PurposeId, SubjectId
from aboveboard.core.verify.grants import OWN_RECORD
from aboveboard.faces.web.wording import day
from aboveboard.faces.workbench.access import Worker
from aboveboard.faces.workbench.forms import Passphrase, choose
from aboveboard.faces.workbench.proposal_forms import ActForm

ID = "^[0-9a-f]{32}$"
MONTHS_AHEAD = 3


class DelayForm(ActForm):
    """An order: about whom, which looks, which law, until which day at the latest."""

    kind = KIND

    person = forms.RegexField(
        ID,
        label=_("Person, by the id in the address of their card"),
        help_text=_("In the act they are named by a hash alone."),
        error_messages={"invalid": _("An id has 32 digits, 0 to 9 and a to f.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    purposes = forms.MultipleChoiceField(
        label=_("Looks for these purposes are sealed"), widget=forms.CheckboxSelectMultiple
    )
    law = forms.CharField(label=_("Law that forbids telling"), max_length=LONGEST_WORDS)
    article = forms.CharField(label=_("Its article"), max_length=LONGEST_WORDS)
    open_by = forms.DateField(
        label=_("Opened on this day at the latest"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text=_("A year ahead at most. The day is public: an end of a month, which others have too, tells least."),
    )
    renews = forms.ChoiceField(label=_("Takes the place of"), required=False)
    passphrase = Passphrase()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = [text for text in purpose_texts(on=localdate()) if text.id != OWN_RECORD]
        choose(self.fields["purposes"], [(text.id, text.sentence(get_language() or "en")) for text in texts])
        standing = [line for line in orders_listed(datetime.now().astimezone()) if line.state == "standing"]
        waiting = [(line.act.hex(), f"{line.law}, {line.article}, {day(line.open_by)}") for line in standing]
        choose(self.fields["renews"], [("", _("no other order")), *waiting])
        first = next(iter(DELAY_LAWS.values()))
        self.initial.setdefault("law", first.title)
        self.initial.setdefault("article", first.article)
        self.initial.setdefault("open_by", _end_of_month(localdate()))

    @classmethod
    def given(cls, of: str) -> Mapping[str, Any]:
        """Begin with the person the address names."""
        return {"person": of} if of else {}

    def clean_open_by(self) -> date:
        """Refuse a day that no order can have; what a law on record shortens further is refused later."""
        chosen: date = self.cleaned_data["open_by"]
        if not localdate() < chosen <= localdate() + timedelta(days=HOUSE_DAYS):
            raise forms.ValidationError(_("The day lies ahead, and a year at most; a new act can renew the order."))
        return chosen

    def draft(self) -> DelayDraft:
        """Give the order that a valid form proposes."""
        given = self.cleaned_data
        return DelayDraft(
            SubjectId(bytes.fromhex(given["person"])),
            tuple(PurposeId(one) for one in given["purposes"]),
            given["law"],
            given["article"],
            given["open_by"],
            bytes.fromhex(given["renews"]),
        )

    def propose(self, worker: Worker) -> Answer | None:
        """Propose the order; None where it cannot be, which is said in the form.

        Raises:
            NotVerified: when the passphrase opens no key of theirs.
        """
        signer = unlock(staff=worker.staff, passphrase=self.cleaned_data["passphrase"])
        try:
            return propose_delay(self.draft(), by=signer, now=worker.asker.at, place=worker.place)
        except Conflict:
            self.add_error("person", _("There is no such person here, or the order to be renewed is not about them."))
        except Invalid:
            self.add_error("open_by", _("The law allows no such day, or a renewal has to name a later one."))
        return None


def _end_of_month(today: date) -> date:
    """Give the last day of a month a quarter of a year ahead."""
    month = today.month + MONTHS_AHEAD
    return date(today.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
