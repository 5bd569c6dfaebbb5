"""What is due here again and again: the end of quarantine, decisions cut short, facts whose time is over."""

from collections.abc import Callable
from datetime import datetime

from aboveboard.apps.gate.expiry import expire_facts
from aboveboard.apps.intake.deciding import expire_quarantine, finish_dropping

DUTIES: tuple[Callable[[datetime], int], ...] = (expire_quarantine, finish_dropping, expire_facts)
