"""Which purposes somebody may choose from, the likely one first, each with what the person will read."""

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.group.queries import legal_entity
from aboveboard.apps.register.queries import PurposeText, purpose_texts
from aboveboard.core.policy.question import Standing
from aboveboard.core.terms import Capacity
from aboveboard.faces.web import saying
from aboveboard.faces.web.asking import Asker
from aboveboard.faces.web.components import PurposeChoice, PurposePicker

MOST_CHOICES = 6


def purposes_for(asker: Asker) -> Sequence[PurposeText]:
    """Give the purposes of somebody's role; where there is none, all: the gate then says why not."""
    day = today(asker.at)
    return purpose_texts(role=asker.actor.role, on=day) or purpose_texts(on=day)


def chosen(purposes: Sequence[PurposeText], wanted: str) -> PurposeText:
    """Give the purpose asked for, or the first where there is none of that id."""
    return next((purpose for purpose in purposes if purpose.id == wanted), purposes[0])


def fitting(asker: Asker, purposes: Sequence[PurposeText], standing: Standing) -> PurposeText:
    """Give the first purpose that serves a capacity the person is known in, or the first of all."""
    register = snapshot(now=asker.at).register
    held = [capacity for capacity, _since, _until in standing.capacities]
    served = (one for one in purposes if any(each in register.purposes[one.id].allowed for each in held))
    return next(served, purposes[0])


def capacity_served(asker: Asker, purpose: str, standing: Standing) -> Capacity:
    """Give the capacity of the person that a purpose serves, for the term data are kept; else the first held."""
    kept = next((p for key, p in snapshot(now=asker.at).register.purposes.items() if key == purpose), None)
    held = [capacity for capacity, _since, _until in standing.capacities] or [Capacity.CUSTOMER]
    return next((one for one in held if kept and one in kept.allowed), held[0])


def sentence(purpose: PurposeText) -> str:
    """Give why, in the reader's language."""
    return purpose.sentence(get_language() or "en")


def picker(
    asker: Asker, purposes: Sequence[PurposeText], *, category: str, likely: str, prefix: str, error: str = ""
) -> PurposePicker:
    """Offer the purposes for opening *category*, and say what the person will read of it."""
    entity = legal_entity(asker.actor.entity)
    who = entity.legal_name if entity else asker.actor.entity
    choices = [
        PurposeChoice(
            purpose.id,
            sentence(purpose),
            _("%(who)s, %(place)s, looked at: %(category)s. Why: %(why)s")
            % {
                "who": who,
                "place": saying.country_name(asker.place.country),
                "category": saying.category_name(category),
                "why": sentence(purpose),
            },
            likely=purpose.id == likely,
        )
        for purpose in purposes[:MOST_CHOICES]
    ]
    ordered = sorted(choices, key=lambda choice: not choice.likely)
    return PurposePicker(_("What do you need it for?"), tuple(ordered), prefix=prefix, error=error)
