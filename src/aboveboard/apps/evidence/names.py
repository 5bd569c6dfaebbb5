"""What the ids in a pack are called, in both languages: signed with it, read by people, believed by no check."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aboveboard.apps.evidence.lines import Line
from aboveboard.apps.group.queries import legal_entities
from aboveboard.apps.register.queries import purpose_texts
from aboveboard.core.catalogue import catalogue
from aboveboard.core.terms import CategoryId

LANGUAGES = ("en", "cs")


def names_for(controller: str, lines: Sequence[Line], facts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Give the names of the entities, purposes and categories in *lines* and *facts*, and of the controller."""
    held = list(facts)
    purposes = {line.said.purpose for line in lines} | {fact["purpose"] for fact in held}
    categories = {one for line in lines for one in (*line.said.categories, *line.said.refused)}
    return {
        "entities": _entities({controller, *(line.said.entity for line in lines)}),
        "purposes": {
            text.id: {language: text.sentence(language) for language in LANGUAGES}
            for text in purpose_texts()
            if text.id in purposes
        },
        "categories": _categories(categories | {fact["category"] for fact in held}),
    }


def _entities(ids: set[str]) -> dict[str, str]:
    return {entity.id: entity.legal_name for entity in legal_entities() if entity.id in ids}


def _categories(ids: set[str]) -> dict[str, dict[str, str]]:
    known = ((one, catalogue().categories.get(CategoryId(one))) for one in sorted(ids))
    return {one: {"en": found.name, "cs": found.name_cs} for one, found in known if found is not None}
