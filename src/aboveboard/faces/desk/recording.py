"""Recording a fact: what was typed becomes a new fact with basis, term and source, and the rules answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.gate.performing import Performed
from aboveboard.apps.gate.recording import hold_capacity, record_from
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.register.queries import PurposeText
from aboveboard.apps.vault.actions import NewFact
from aboveboard.apps.vault.models import Person
from aboveboard.core.catalogue import CONTACT_TIER, catalogue
from aboveboard.core.policy.question import Standing
from aboveboard.core.policy.retention import expires_on, retention_class
from aboveboard.core.policy.texts import WAYS_ON
from aboveboard.core.terms import Capacity, CategoryId, Operation, PurposeId, RuleSource, SubjectId
from aboveboard.faces.desk import purposes as of_role
from aboveboard.faces.desk.forms import PUBLIC_SOURCES, SOURCES, RecordForm
from aboveboard.faces.desk.pages import RecordPage
from aboveboard.faces.web import saying
from aboveboard.faces.web.asking import Asker
from aboveboard.faces.web.components import PageHead, RefusalText


def record(asker: Asker, person: Person, holds: Standing, typed: Mapping[str, Any]) -> Performed:
    """Put one fact to the gate: recorded with its source, or refused with every reason."""
    subject, category, purpose = SubjectId(bytes(person.id)), CategoryId(typed["category"]), typed["purpose"]
    capacity = of_role.capacity_served(asker, purpose, holds)
    registered = snapshot(now=asker.at).register.purposes[PurposeId(purpose)]
    fact = NewFact(
        category,
        typed["value"],
        purpose,
        registered.basis.value,
        retention_class(category, capacity),
        b"",
        expires_on(category, capacity, recorded_on=today(asker.at), relation_ended_on=person.relation_ended_on),
        # No detector reads texts here: what one would have to read waits for a human.
        cleared=not catalogue().categories[category].scanned,
    )
    question = asker.question(Operation.RECORD, [subject], [category], purpose)
    source = typed["source"]
    return record_from(question, subject, fact, source=_source(source), public=source in PUBLIC_SOURCES)


def confirm_official(asker: Asker, person: Person, holds: Standing) -> Performed:
    """Keep that a human said the person holds a public office, from today on."""
    offered = of_role.purposes_for(asker)
    purpose = of_role.fitting(asker, offered, holds)
    subject = SubjectId(bytes(person.id))
    question = asker.question(Operation.RECORD, [subject], CONTACT_TIER, purpose.id)
    return hold_capacity(question, subject, Capacity.OFFICIAL, today(asker.at))


def empty_record_page(subject: SubjectId, offered: Sequence[PurposeText], purpose: str) -> RecordPage:
    """Give the form as it stands on a person's page."""
    return record_page(subject, RecordForm(purposes=offered, initial={"purpose": purpose}, prefix="new"))


def record_page(subject: SubjectId, form: RecordForm, performed: Performed | None = None) -> RecordPage:
    """Give the form with what was typed and, after a refusal, every reason at the field."""
    refusals: tuple[RefusalText, ...] = ()
    if performed is not None:
        refusals = _with_consent(performed)
        form.refuse()
    return RecordPage(
        PageHead(_("Record a fact"), _("Say what it is first: the rules follow from the kind of data.")),
        form,
        reverse("desk:record", args=[subject]),
        reverse("desk:person", args=[subject]),
        refusals,
        saying.trace_of(performed) if performed else None,
        open=form.is_bound,
    )


def _with_consent(performed: Performed) -> tuple[RefusalText, ...]:
    """Say the refusals; where the catalogue lets the category rest on consent, asking for it is a way on."""
    said = saying.refusal_texts(performed.decision, purpose=performed.question.purpose)
    refused = {one for outcome in performed.decision.outcomes.values() for one in outcome.refused}
    known = catalogue().categories
    if not any(rule.consent_possible for one in refused for rule in known[one].rules.values()):
        return said
    way = _(WAYS_ON["ask-for-consent"])
    house = RuleSource.HOUSE_DEFAULT
    return tuple(replace(one, can_do=(*one.can_do, way)) if one.source is house else one for one in said)


def _source(code: str) -> str:
    """Give the words kept as source: one language for all readers, so that equal sources read alike."""
    with override("en"):
        return str(SOURCES[code])
