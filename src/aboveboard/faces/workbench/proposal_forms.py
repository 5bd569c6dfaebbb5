"""What is typed to propose an act about staff, companies, keys and house defaults; each form gives the act's body."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aboveboard.apps.accounts.actions import Appointee
from aboveboard.apps.accounts.appointments import appointment_body, key_body, role_body
from aboveboard.apps.accounts.models import STAFF_ROLES
from aboveboard.apps.accounts.queries import StaffRecord, keys_waiting, names_of, staff_members
from aboveboard.apps.group.queries import LegalEntity, legal_entities, legal_entity
from aboveboard.apps.register.drafts import LiftDraft, entity_body, live_body
from aboveboard.apps.register.queries import purpose_texts
from aboveboard.core.catalogue import catalogue
from aboveboard.core.terms import (
    Capacity,
    CategoryId,
    CountryCode,
    EntityId,
    EntityStanding,
    PurposeId,
    Role,
    RuleSource,
    StaffId,
)
from aboveboard.faces.web.saying import category_name, country_name
from aboveboard.faces.web.wording import day
from aboveboard.faces.workbench.forms import Passphrase, choose
from aboveboard.faces.workbench.wording import CAPACITIES, ROLES_OF_ONE, STANDINGS, entity_name, word_of

SLUG = "^[a-z][a-z0-9-]{0,31}$"
REFERENCE = "^[A-Za-z0-9._:/#-]{0,128}$"
AS_IT_IS = ("", _("as it is"))
CHOOSE = ("", _("Choose"))
LONGEST_NAME, LONGEST_WORDS = 200, 500


class ActForm(forms.Form):
    """A proposal of one kind; whoever proposes signs it."""

    kind: ClassVar[str]

    def body(self) -> Mapping[str, Any]:
        """Give the body of the act that a valid form proposes: what was typed, the passphrase apart."""
        return {name: value for name, value in self.cleaned_data.items() if name != "passphrase"}

    @classmethod
    def given(cls, _of: str) -> Mapping[str, Any]:
        """Give what the fields begin with, about whom the address names."""
        return {}


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    calendar = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, widget=calendar, input_formats=["%Y-%m-%d"], required=required, help_text=help_text
    )


def _slug(label: Any, *, required: bool = True, help_text: Any = "") -> forms.RegexField:
    wrong = _("Small letters, digits and hyphens, beginning with a letter, 32 at most.")
    return forms.RegexField(
        SLUG, label=label, required=required, help_text=help_text or wrong, error_messages={"invalid": wrong}
    )


class AppointmentForm(ActForm):
    """Somebody is to be appointed; the name is sealed under a key of their own before anything is kept."""

    kind = "appointment"

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Role"))
    entity = forms.ChoiceField(label=_("Company"))
    unit = _slug(_("Unit"))
    workplace = forms.ChoiceField(label=_("Country of the workplace"))
    active_from = _day(_("First day"))
    active_until = _day(_("Ends on"), required=False, help_text=_("The first day on which it no longer holds."))
    passphrase = Passphrase()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_posts(self, CHOOSE)
        self.initial.setdefault("active_from", localdate())

    def clean(self) -> dict[str, Any]:
        """Refuse an appointment that ends before it begins."""
        given = self.cleaned_data
        first, last = given.get("active_from"), given.get("active_until")
        if first and last and last <= first:
            self.add_error("active_until", _("It ends after it begins."))
        return given

    def body(self) -> Mapping[str, Any]:
        """Give the body of an appointment, under a fresh id."""
        given = self.cleaned_data
        post = Role(given["role"]), EntityId(given["entity"]), given["unit"], CountryCode(given["workplace"])
        return appointment_body(
            Appointee(given["name"], *post), active_from=given["active_from"], active_until=given["active_until"]
        )


class RoleForm(ActForm):
    """An employee changes post, or leaves it; what is not said stays as it is."""

    kind = "role"

    staff = forms.ChoiceField(label=_("Employee"))
    role = forms.ChoiceField(label=_("Role"), required=False)
    entity = forms.ChoiceField(label=_("Company"), required=False)
    unit = _slug(_("Unit"), required=False, help_text=_("Left empty, it stays as it is."))
    workplace = forms.ChoiceField(label=_("Country of the workplace"), required=False)
    active_until = _day(
        _("Ends on"), required=False, help_text=_("The first day on which they no longer act; empty: no end.")
    )
    passphrase = Passphrase()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = localdate()
        self._members = {one.id.hex(): one for one in staff_members() if one.active_on(today)}
        choose(self.fields["staff"], [CHOOSE, *_named(list(self._members.values()))])
        _offer_posts(self, AS_IT_IS)

    def clean(self) -> dict[str, Any]:
        """Refuse a change that changes nothing."""
        given = self.cleaned_data
        if not self.errors and not any(given.get(name) for name in ("role", "entity", "unit", "workplace")):
            known = self._members[given["staff"]]
            if given["active_until"] == known.active_until:
                raise forms.ValidationError(_("Nothing would change."))
        return given

    def body(self) -> Mapping[str, Any]:
        """Give the body of the change: the whole post as it will be."""
        given = self.cleaned_data
        known = self._members[given["staff"]]
        return role_body(
            known.id,
            role=Role(given["role"] or known.role),
            entity=EntityId(given["entity"] or known.entity),
            unit=given["unit"] or known.unit,
            workplace=CountryCode(given["workplace"] or known.workplace),
            active_until=given["active_until"],
        )


class EntityForm(ActForm):
    """A company of the group is entered, or what is on record of it corrected."""

    kind = "entity"

    entity = _slug(_("Short name"), help_text=_("The one of a company on record corrects it."))
    legal_name = forms.CharField(label=_("Legal name"), max_length=LONGEST_NAME)
    country = forms.ChoiceField(label=_("Country"))
    standing = forms.ChoiceField(label=_("What it is to these data"))
    adequacy_scopes = forms.MultipleChoiceField(
        label=_("Inside the adequacy scopes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Some decisions cover only companies under a law or on a list."),
    )
    works_council = forms.BooleanField(label=_("It has a works council"), required=False)
    staff_notice_on = _day(_("Notice to the staff"), required=False)
    consultation_on = _day(_("Consultation"), required=False)
    consultation_document = forms.RegexField(
        REFERENCE,
        label=_("Document of the consultation"),
        required=False,
        help_text=_("Its reference or digest, without spaces."),
        error_messages={"invalid": _("A reference has no spaces and 128 characters at most.")},
    )
    agreement_on = _day(_("Agreement of the works council"), required=False)
    serious_reason = forms.CharField(
        label=_("Serious reason"),
        max_length=LONGEST_WORDS,
        required=False,
        help_text=_("In the nature of the work; Czech law asks for it (Labour Code s. 316(2))."),
    )
    passphrase = Passphrase()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = sorted({decision.scope for decision in catalogue().adequacy if decision.scope})
        choose(self.fields["country"], [CHOOSE, *_countries()])
        choose(
            self.fields["standing"], [CHOOSE, *((one.value, word_of(STANDINGS, one.value)) for one in EntityStanding)]
        )
        choose(self.fields["adequacy_scopes"], [(scope, scope) for scope in scopes])

    @classmethod
    def given(cls, of: str) -> Mapping[str, Any]:
        """Begin with what is on record of the company."""
        known = legal_entity(EntityId(of)) if of else None
        return {} if known is None else dict(entity_body(known))

    def body(self) -> Mapping[str, Any]:
        """Give the body that enters the company as the form says."""
        given = dict(super().body())
        return entity_body(
            LegalEntity(
                id=EntityId(given.pop("entity")),
                country=CountryCode(given.pop("country")),
                standing=EntityStanding(given.pop("standing")),
                adequacy_scopes=frozenset(given.pop("adequacy_scopes")),
                **given,
            )
        )


class LiveForm(ActForm):
    """A company goes live: from that day its staff may ask."""

    kind = "entity"

    entity = forms.ChoiceField(label=_("Company"))
    on = _day(_("On"))
    passphrase = Passphrase()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = [(one.id, one.legal_name) for one in legal_entities() if one.live_on is None]
        choose(self.fields["entity"], [CHOOSE, *waiting])
        self.initial.setdefault("on", localdate())

    def clean(self) -> dict[str, Any]:
        """Refuse what could not take effect: the staff is told and consulted first."""
        given = self.cleaned_data
        entity, on = given.get("entity"), given.get("on")
        known = legal_entity(EntityId(entity)) if entity else None
        if known and on and known.lacks(on):
            wanted = _(
                "Something is not on record that going live rests on: the notice to its staff and the consultation with"
                " its document; in Czechia the serious reason, in Germany the agreement of the works council."
            )
            raise forms.ValidationError(wanted)
        return given

    def body(self) -> Mapping[str, Any]:
        """Give the body that lets the company go live."""
        on: date = self.cleaned_data["on"]
        return live_body(EntityId(self.cleaned_data["entity"]), on)


class KeyForm(ActForm):
    """A signing key is to be put on record; until then it signs nothing."""

    kind = "key"

    key = forms.ChoiceField(
        label=_("Key"), help_text=_("Keys that employees made for themselves and nobody has put on record.")
    )
    passphrase = Passphrase()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = {one.id: one for one in staff_members() if one.active_on(localdate())}
        waiting = [key for key in keys_waiting() if key.staff in members]
        names = dict(_named([members[key.staff] for key in waiting]))
        words = [_("%(who)s, made on %(day)s") % {"who": names[k.staff.hex()], "day": day(k.made_at)} for k in waiting]
        choose(self.fields["key"], [CHOOSE, *((key.id.hex(), said) for key, said in zip(waiting, words, strict=True))])

    def body(self) -> Mapping[str, Any]:
        """Give the body that puts the key on record."""
        return key_body(bytes.fromhex(self.cleaned_data["key"]))


class LiftForm(ActForm):
    """A house default is lifted for one purpose: the category may be held there from then on."""

    kind = "lift-default"

    category = forms.ChoiceField(
        label=_("Category"), help_text=_("What the law keeps out is not offered: no signature lifts it.")
    )
    capacity = forms.ChoiceField(label=_("Of people as"))
    purpose = forms.ChoiceField(label=_("Purpose"))
    passphrase = Passphrase()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = catalogue()
        liftable = [
            one
            for one in sorted(known.categories)
            if all(known.rule(one, capacity).source is not RuleSource.LAW for capacity in Capacity)
        ]
        choose(self.fields["category"], [CHOOSE, *((one, category_name(one)) for one in liftable)])
        choose(self.fields["capacity"], [(one.value, word_of(CAPACITIES, one.value)) for one in Capacity])
        language = get_language() or "en"
        texts = purpose_texts(on=localdate())
        choose(self.fields["purpose"], [CHOOSE, *((text.id, text.sentence(language)) for text in texts)])

    def body(self) -> Mapping[str, Any]:
        """Give the body that lifts the default."""
        given = self.cleaned_data
        purpose, category = PurposeId(given["purpose"]), CategoryId(given["category"])
        return LiftDraft(purpose, Capacity(given["capacity"]), category).body()


class NewKeyForm(forms.Form):
    """A signing key for oneself, under a passphrase only its owner knows."""

    passphrase = Passphrase()
    again = Passphrase()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passphrase"].label = _("A passphrase for it")
        self.fields["passphrase"].help_text = _("12 characters at least. Nobody can open the key without it.")
        self.fields["again"].label = _("The same once more")

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        given = self.cleaned_data
        if given.get("passphrase") != given.get("again"):
            self.add_error("again", _("These two are not the same."))
        return given


def _offer_posts(form: forms.Form, nothing: tuple[str, Any]) -> None:
    """Offer what a post is made of."""
    roles = [(role, word_of(ROLES_OF_ONE, role)) for role in STAFF_ROLES]
    choose(form.fields["role"], [nothing, *roles])
    choose(form.fields["entity"], [nothing, *((one.id, one.legal_name) for one in legal_entities())])
    choose(form.fields["workplace"], [nothing, *_countries()])


def _countries() -> list[tuple[str, str]]:
    return sorted(((code, country_name(code)) for code in catalogue().countries), key=lambda one: one[1])


def _named(members: Sequence[StaffRecord]) -> list[tuple[str, str]]:
    """Name employees for colleagues: by name, role and company."""
    names: Mapping[StaffId, str] = names_of([one.id for one in members])
    said = [
        (one.id.hex(), f"{names[one.id]} ({word_of(ROLES_OF_ONE, one.role.value)}, {entity_name(one.entity)})")
        for one in members
    ]
    return sorted(said, key=lambda one: one[1])
