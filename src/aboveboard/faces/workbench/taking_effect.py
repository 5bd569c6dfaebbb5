"""What lets a signed act take effect, by its kind; a gap takes effect in the recovery itself, not here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aboveboard.apps.accounts.appointments import apply_appointment, apply_key, apply_role
from aboveboard.apps.accounts.log_keys import KIND as LOG_KEY
from aboveboard.apps.accounts.log_keys import apply_log_key
from aboveboard.apps.accounts.queries import ActRecord
from aboveboard.apps.evidence.naming import KIND as NAMING
from aboveboard.apps.evidence.naming import apply_naming
from aboveboard.apps.gate.delays import KIND as DELAY
from aboveboard.apps.gate.delays import apply_delay
from aboveboard.apps.gate.grants import apply_grant
from aboveboard.apps.intake.admitting import KIND as ADMISSION
from aboveboard.apps.intake.admitting import apply_admission
from aboveboard.apps.intake.deciding import Decided
from aboveboard.apps.register.actions import apply_entity, apply_instrument, apply_lift_default, apply_purpose
from aboveboard.core.errors import Conflict
from aboveboard.core.policy.question import Place

APPLY: Mapping[str, Callable[..., Any]] = {
    "grant": lambda *, act, now, place: apply_grant(act, now=now, place=place),
    "appointment": apply_appointment,
    "role": apply_role,
    "key": apply_key,
    LOG_KEY: apply_log_key,
    "purpose": apply_purpose,
    "instrument": apply_instrument,
    "lift-default": apply_lift_default,
    "entity": apply_entity,
    ADMISSION: apply_admission,
    DELAY: apply_delay,
    NAMING: apply_naming,
}


def take_effect(record: ActRecord, *, now: datetime, place: Place) -> Decided | None:
    """Let a signed act take effect, once; of an admission, what came of it.

    Raises:
        Conflict: when it cannot here, is not signed, or took effect before.
    """
    apply = APPLY.get(record.kind)
    if apply is None:
        raise Conflict("This act takes effect in the recovery on the command line.")
    done = apply(act=record.id, now=now, place=place)
    return done if isinstance(done, Decided) else None
