"""A copy to take along: everything that is held, in one JSON document (GDPR Arts 15(3), 20)."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from aboveboard.apps.consent.queries import consent_records, objection_records
from aboveboard.apps.evidence.lines import Folded, folded, lines
from aboveboard.apps.gate.asking import Asked
from aboveboard.apps.vault.opening import OpenFact
from aboveboard.apps.vault.queries import as_date, recorded_at
from aboveboard.core.catalogue import catalogue
from aboveboard.core.terms import CategoryId, SubjectId
from aboveboard.faces.portal.held import purpose_sentences, sources_of
from aboveboard.faces.portal.visiting import controller_name

FORMAT = "aboveboard-copy/1"


def copy_of(asked: Asked, person: SubjectId) -> bytes:
    """Open what was released and write it down with everything that holds for it."""
    opened, sentences = asked.opened(), purpose_sentences()
    sources = sources_of(opened)
    recorded = recorded_at(one.fact.id for one in opened)
    document = {
        "format": FORMAT,
        "made_at": _moment(asked.question.asked_at),
        "controller": controller_name(),
        "entry": asked.entry_hash.hex(),
        "facts": [_fact(one, recorded[one.fact.id], sources, sentences) for one in opened],
        "consents": _consents(person),
        "objections": _objections(person),
        "looks": [_look(one) for one in folded(lines(person))],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _fact(
    one: OpenFact, recorded: datetime, sources: Mapping[bytes, str], sentences: Mapping[str, str]
) -> dict[str, Any]:
    fact = one.fact
    category = catalogue().categories[CategoryId(fact.category)]
    return {
        "category": fact.category,
        "name": category.name,
        "dpv": list(category.dpv),
        "value": one.value,
        "evidence": one.evidence,
        "purpose": fact.purpose,
        "purpose_sentence": sentences.get(fact.purpose, ""),
        "basis": fact.basis,
        "source": sources.get(fact.source, ""),
        "recorded_at": _moment(recorded),
        "kept_until": _day(as_date(fact.expires_on)),
    }


def _consents(person: SubjectId) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "purpose": one.purpose,
            "category": one.explicit_for,
            "given_at": _moment(one.given_at),
            "withdrawn_at": _moment(one.withdrawn_at),
        }
        for one in consent_records(person)
    ]


def _objections(person: SubjectId) -> Sequence[Mapping[str, Any]]:
    return [
        {"purpose": one.purpose, "received_at": _moment(one.received_at), "outcome": one.outcome}
        for one in objection_records(person)
    ]


def _look(one: Folded) -> dict[str, Any]:
    return {
        "day": _day(one.day),
        "purpose": one.purpose,
        "entity": one.entity,
        "country": one.country,
        "established_by": one.established,
        "reader": one.reader,
        "categories": list(one.categories),
        "not_shown": list(one.refused),
        "times": one.count,
        "entries": list(one.indexes),
    }


def _moment(value: datetime | str | None) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else value


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
