"""From what was sent to facts as they are recorded: basis of the purpose, term and key class of the capacity."""

from collections.abc import Sequence

from aboveboard.apps.accounts.queries import today
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.vault.actions import NewFact
from aboveboard.apps.vault.models import Person
from aboveboard.apps.vault.queries import parse_capacities
from aboveboard.core.catalogue import catalogue
from aboveboard.core.errors import Invalid
from aboveboard.core.policy.register import Purpose
from aboveboard.core.policy.retention import expires_on, retention_class
from aboveboard.core.terms import Capacity, CategoryId, PurposeId
from aboveboard.faces.api.shapes import FactIn
from aboveboard.faces.web.asking import Asker


def new_facts(asker: Asker, person: Person, purpose: str, sent: Sequence[FactIn]) -> list[NewFact]:
    """Give the facts to be put to the gate; their source comes with the deed.

    Raises:
        Invalid: for a purpose or category that nobody registered.
    """
    registered = snapshot(now=asker.at).register.purposes.get(PurposeId(purpose))
    if registered is None:
        raise Invalid("The purpose is not in the register.")
    capacity = _capacity(person, registered)
    return [_new_fact(asker, person, registered, capacity, one) for one in sent]


def _new_fact(asker: Asker, person: Person, purpose: Purpose, capacity: Capacity, sent: FactIn) -> NewFact:
    category = CategoryId(sent.category)
    if category not in catalogue().categories:
        raise Invalid("A category is not in the catalogue (T01 to T98).")
    until = expires_on(category, capacity, recorded_on=today(asker.at), relation_ended_on=person.relation_ended_on)
    return NewFact(
        category, sent.value, purpose.id, purpose.basis.value, retention_class(category, capacity), b"", until
    )


def _capacity(person: Person, purpose: Purpose) -> Capacity:
    """Give the capacity the purpose is about; a person held in none of its capacities is refused by the rules."""
    held = [capacity for capacity, _since, _until in parse_capacities(person.capacities)]
    served = [capacity for capacity in held if capacity in purpose.allowed]
    return (served or held or [Capacity.CUSTOMER])[0]
