"""GDPR Articles 44-49: what a look from another country rests on, judged by the reader's entity and by the place.

The entity decides whether there is a transfer at all (EDPB Guidelines 05/2021); the place of an employee on a
journey does not make one, but the house keeps data in the area where protection holds. Unknown counts as a
third country without a decision. The stricter of both answers counts.
"""

from dataclasses import dataclass
from datetime import date

from aboveboard.core.catalogue import catalogue
from aboveboard.core.policy.case import today
from aboveboard.core.policy.question import Place, Question
from aboveboard.core.policy.register import Entity, Instrument, Register
from aboveboard.core.terms import UNKNOWN_COUNTRY, CountryCode, Operation, TransferTool

_SAFEGUARDS = frozenset({TransferTool.CLAUSES, TransferTool.BINDING_RULES})
_STRICTNESS = {tool: rank for rank, tool in enumerate(TransferTool)}
# The order in which a missing or broken instrument is told: the nearest to holding first.
_NEAREST = ("assessment-overdue", "assessment-missing", "instrument-not-live", "derogation-not-for-this")


@dataclass(frozen=True, slots=True)
class Resting:
    """What a look rests on, or the code of what it lacks."""

    tool: TransferTool | None
    lacks: str = ""


_WITHIN_EEA = Resting(TransferTool.WITHIN_EEA)


def resting_on(question: Question, register: Register) -> Resting:
    """Give the tool a look rests on, or what it lacks; entity first, then place, and the stricter tool of both."""
    entity = register.entities.get(question.actor.entity)
    if entity is None:
        return Resting(None, "no-instrument")
    if question.place.country == entity.country and catalogue().is_eea(entity.country):
        return _WITHIN_EEA  # the common case
    day = today(question, register)
    by_entity = _entity_rests_on(question, register, entity, day)
    if by_entity.tool is None:
        return by_entity
    by_place = _place_rests_on(question.place, entity, by_entity.tool, day)
    if by_place.tool is None:
        return by_place
    return Resting(max(by_entity.tool, by_place.tool, key=_STRICTNESS.__getitem__))


def _entity_rests_on(question: Question, register: Register, entity: Entity, day: date) -> Resting:
    if (without := _without_safeguard(entity.country, entity, day)) is not None:
        return Resting(without)
    found = [
        _instrument_gives(instrument, question, day)
        for instrument in register.instruments
        if instrument.exporter == register.controller and instrument.importer == entity.id
    ]
    tools = [resting.tool for resting in found if resting.tool is not None]
    if tools:
        return Resting(min(tools, key=_STRICTNESS.__getitem__))
    lacking = [resting.lacks for resting in found]
    return Resting(None, min(lacking, key=_NEAREST.index, default="no-instrument"))


def _without_safeguard(country: CountryCode, entity: Entity, day: date) -> TransferTool | None:
    known = catalogue()
    if known.is_eea(country):
        return TransferTool.WITHIN_EEA
    if known.adequate(country, entity.adequacy_scopes, day):
        return TransferTool.ADEQUACY
    return None


def _instrument_gives(instrument: Instrument, question: Question, day: date) -> Resting:
    if not instrument.valid_from <= day <= instrument.valid_until:
        return Resting(None, "instrument-not-live")
    if instrument.tool is TransferTool.DEROGATION:
        # Art. 49: for one person, once, and asked for as what it is.
        meant = (
            question.operation is Operation.TRANSFER
            and question.subjects == (instrument.subject,)
            and not instrument.spent
        )
        return Resting(instrument.tool) if meant else Resting(None, "derogation-not-for-this")
    if instrument.tool not in _SAFEGUARDS:
        return Resting(None, "instrument-not-live")
    if instrument.assessment is None:
        return Resting(None, "assessment-missing")
    if not instrument.assessment.stands_on(day):
        return Resting(None, "assessment-overdue")
    return Resting(instrument.tool)


def _place_rests_on(place: Place, entity: Entity, by_entity: TransferTool, day: date) -> Resting:
    if place.country == entity.country:
        return Resting(by_entity)
    if (without := _without_safeguard(place.country, entity, day)) is not None:
        return Resting(without)
    return Resting(None, "place-unknown" if place.country == UNKNOWN_COUNTRY else "place-outside")
