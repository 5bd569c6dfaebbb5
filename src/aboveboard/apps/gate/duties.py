"""What the gate does again and again: sealed lines get their later day, or are opened on theirs."""

from aboveboard.apps.gate.settling import settle_sealed

DUTIES = (settle_sealed,)
