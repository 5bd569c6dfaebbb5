"""What is due here again and again: quarantine that ends, decisions cut short, facts out of time, tokens of nobody."""

from collections.abc import Callable
from datetime import datetime

from aboveboard.apps.gate.expiry import expire_facts
from aboveboard.apps.intake.admitting import finish_admitting
from aboveboard.apps.intake.deciding import expire_quarantine, finish_dropping
from aboveboard.apps.intake.sweeping import sweep_index

DUTIES: tuple[Callable[[datetime], int], ...] = (
    expire_quarantine,
    finish_dropping,
    finish_admitting,
    expire_facts,
    sweep_index,
)
