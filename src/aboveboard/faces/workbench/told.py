"""What an act says, as a table for whoever is to decide it: every part of its body, in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from aboveboard.apps.accounts.appointments import appointee_name
from aboveboard.apps.accounts.queries import ActRecord, names_of
from aboveboard.apps.evidence.naming import GRANTED, said_in
from aboveboard.apps.gate.delays import person_of
from aboveboard.core.errors import AboveboardError
from aboveboard.core.terms import StaffId
from aboveboard.faces.web.saying import basis_name, country_name, purpose_name
from aboveboard.faces.workbench.wording import (
    CAPACITIES,
    KINDS,
    ROLES,
    ROLES_OF_ONE,
    STANDINGS,
    Words,
    category_names,
    entity_name,
    grant_sentence,
    listed,
    purpose_sentence,
    word_of,
)

LABELS: Mapping[str, str | Promise] = {
    "article": gettext_lazy("Article"),
    "law": gettext_lazy("Law"),
    "open_by": gettext_lazy("Opened by"),
    "person": gettext_lazy("Hash of the person"),
    "purposes": gettext_lazy("Purposes"),
    "renews": gettext_lazy("Takes the place of"),
    "active_from": gettext_lazy("First day"),
    "active_until": gettext_lazy("Until"),
    "answer": gettext_lazy("Answer"),
    "adequacy_scopes": gettext_lazy("Inside the adequacy scopes"),
    "agreement_on": gettext_lazy("Agreement of the works council"),
    "allowed": gettext_lazy("May be held"),
    "assessment": gettext_lazy("Assessment"),
    "basis": gettext_lazy("Legal basis"),
    "before": gettext_lazy("Key before"),
    "capacity": gettext_lazy("Of people as"),
    "categories": gettext_lazy("What would be opened"),
    "category": gettext_lazy("Category"),
    "circumstances": gettext_lazy("Stands for"),
    "column": gettext_lazy("Column"),
    "compatibility_test": gettext_lazy("Document of the test"),
    "compatible_with": gettext_lazy("May use what was recorded for"),
    "import": gettext_lazy("Import"),
    "change": gettext_lazy("What happens"),
    "consultation_document": gettext_lazy("Document of the consultation"),
    "consultation_on": gettext_lazy("Consultation"),
    "controller": gettext_lazy("Controller"),
    "country": gettext_lazy("Country"),
    "dpv": gettext_lazy("Term of the vocabulary"),
    "ended_on": gettext_lazy("Pursued until"),
    "entity": gettext_lazy("Company"),
    "exporter": gettext_lazy("From"),
    "importer": gettext_lazy("To"),
    "key": gettext_lazy("Key"),
    "legal_name": gettext_lazy("Legal name"),
    "name": gettext_lazy("Name"),
    "on": gettext_lazy("On"),
    "origin": gettext_lazy("Log"),
    "public_key": gettext_lazy("Public key"),
    "request": gettext_lazy("Request"),
    "sealed": gettext_lazy("Whom, and why"),
    "purpose": gettext_lazy("Purpose"),
    "role": gettext_lazy("Role"),
    "roles": gettext_lazy("Roles"),
    "sentence_cs": gettext_lazy("Sentence in Czech"),
    "sentence_en": gettext_lazy("Sentence in English"),
    "serious_reason": gettext_lazy("Serious reason"),
    "staff": gettext_lazy("Employee"),
    "subject": gettext_lazy("For this person alone"),
    "staff_notice_on": gettext_lazy("Notice to the staff"),
    "standing": gettext_lazy("Standing"),
    "tool": gettext_lazy("Instrument"),
    "unit": gettext_lazy("Unit"),
    "until": gettext_lazy("Until"),
    "valid_from": gettext_lazy("From"),
    "valid_until": gettext_lazy("Until"),
    "workplace": gettext_lazy("Workplace"),
    "works_council": gettext_lazy("Works council"),
}


def sentence_of(record: ActRecord) -> str:
    """Say an act in one sentence."""
    body = record.body
    if record.kind == "grant":
        return grant_sentence(
            role=str(body.get("role", "")),
            entity=str(body.get("entity", "")),
            categories=body.get("categories", ()),
            purpose=str(body.get("purpose", "")),
            valid_from=datetime.fromisoformat(str(body["valid_from"])),
            valid_until=datetime.fromisoformat(str(body["valid_until"])),
        )
    return _SENTENCES.get(record.kind, _of_another_kind)(record)


def parts_of(record: ActRecord) -> Sequence[tuple[str, str]]:
    """Give every part of the body with its word; nothing of what is signed is left out."""
    return tuple(
        (word_of(LABELS, name), _value(record, name, value))
        for name, value in record.body.items()
        if value not in ("", None, [])
    )


def _of_another_kind(record: ActRecord) -> str:
    return word_of(KINDS, record.kind)


def _post(record: ActRecord) -> dict[str, str]:
    role, entity = str(record.body.get("role")), str(record.body.get("entity"))
    return {"role": word_of(ROLES_OF_ONE, role), "entity": entity_name(entity)}


def _appointment(record: ActRecord) -> str:
    said = _post(record)
    return _("Somebody is appointed: %(role)s of %(entity)s.") % said


def _role(record: ActRecord) -> str:
    said = _post(record)
    return _("Somebody changes post: %(role)s of %(entity)s.") % said


def _entity(record: ActRecord) -> str:
    named = str(record.body.get("legal_name") or entity_name(str(record.body.get("entity"))))
    if record.body.get("change") == "live":
        return _("%(entity)s goes live: its staff may ask from then on.") % {"entity": named}
    return _("%(entity)s is entered in the register of the group.") % {"entity": named}


def _key(_record: ActRecord) -> str:
    return _("A signing key is put on record; an earlier one of the same employee is retired.")


def _purpose(record: ActRecord) -> str:
    written = "sentence_cs" if get_language() == "cs" else "sentence_en"
    return _("A purpose is registered: %(purpose)s") % {"purpose": record.body.get(written, "")}


def _instrument(record: ActRecord) -> str:
    said = {
        "exporter": entity_name(str(record.body.get("exporter"))),
        "importer": entity_name(str(record.body.get("importer"))),
    }
    return _("Data may go from %(exporter)s to %(importer)s on a transfer instrument.") % said


def _lift(record: ActRecord) -> str:
    said = {
        "category": listed(category_names([str(record.body.get("category"))])),
        "purpose": record.body.get("purpose", ""),
    }
    return _("The house default on %(category)s is lifted for %(purpose)s.") % said


def _log_key(_record: ActRecord) -> str:
    return _("The log signs with a new key; the one before signs beside it until the day declared.")


def _delay(record: ActRecord) -> str:
    person = person_of(record.id)
    said = {
        "id": person.hex() if person else _("somebody who was erased since"),
        "purpose": listed([purpose_name(str(one)) for one in record.body.get("purposes", ())]),
        "day": record.body.get("open_by", ""),
        "law": record.body.get("law", ""),
        "article": record.body.get("article", ""),
    }
    return (
        _("Looks at the person %(id)s for %(purpose)s are sealed, and opened by %(day)s: %(law)s, %(article)s.") % said
    )


def _admission(record: ActRecord) -> str:
    said = {
        "column": record.body.get("column", ""),
        "number": record.body.get("import", ""),
        "category": listed(category_names([str(record.body.get("category"))])),
        "purpose": purpose_name(str(record.body.get("purpose", ""))),
    }
    return _("Column “%(column)s” of import %(number)s is kept as %(category)s for %(purpose)s.") % said


def _naming(record: ActRecord) -> str:
    if record.body.get("answer") == GRANTED:
        return _("A reader is named to a person who asked.")
    return _("A person who asked is not told who a reader is.")


def _sealed(record: ActRecord) -> str:
    """Open whom a naming is about, and why, for those who weigh it."""
    try:
        staff, reason = said_in(record.body)
        return f"{names_of([staff]).get(staff, '')}: {reason}"
    except AboveboardError:
        return _("sealed under a key that is gone")


_SENTENCES = {
    "naming": _naming,
    "appointment": _appointment,
    "role": _role,
    "entity": _entity,
    "key": _key,
    "log-key": _log_key,
    "purpose": _purpose,
    "instrument": _instrument,
    "lift-default": _lift,
    "delay": _delay,
    "admission": _admission,
}


def _value(record: ActRecord, name: str, value: Any) -> str:
    if name == "name" and record.kind == "appointment":
        return _name(record)
    if name == "sealed":
        return _sealed(record)
    if name == "staff" and record.kind != "appointment":
        staff = StaffId(bytes.fromhex(str(value)))
        return names_of([staff]).get(staff, str(value))
    if name == "purpose" and record.kind != "purpose":
        return f"{value}: {purpose_sentence(str(value))}"
    if name in ("entity", "controller", "exporter", "importer"):
        return entity_name(str(value))
    if name == "basis":
        return basis_name(str(value))
    if name in ("country", "workplace"):
        return country_name(str(value))
    return _plain(name, value)


_WORDS: Mapping[str, Words] = {
    "role": ROLES_OF_ONE,
    "roles": ROLES,
    "capacity": CAPACITIES,
    "standing": STANDINGS,
}


def _plain(name: str, value: Any) -> str:
    if name in ("categories", "category"):
        return ", ".join(category_names([value] if isinstance(value, str) else value))
    if name in _WORDS:
        return ", ".join(word_of(_WORDS[name], one) for one in ([value] if isinstance(value, str) else value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_plain(_inner(name), inner)}" for key, inner in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _inner(name: str) -> str:
    return "categories" if name == "allowed" else ""


def _name(record: ActRecord) -> str:
    try:
        return appointee_name(record.body)
    except AboveboardError:
        return _("sealed under a key that is gone")
