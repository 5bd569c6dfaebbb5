"""While a command writes for minutes and nobody sequences, it does so itself: after one minute the gate would close."""

import time

FIRST_AFTER = 20.0
"""Seconds without sequencing; a minute is the limit."""


class Sequencing:
    """Sequences what is pending now and then, unless a sequencer runs."""

    def __init__(self) -> None:
        """Begin the first pause."""
        self._again_at = time.monotonic() + FIRST_AFTER

    def now_and_then(self) -> None:
        """Sequence if the last time was long ago."""
        if time.monotonic() >= self._again_at:
            self.finish()

    def finish(self) -> None:
        """Sequence what is pending, unless somebody else does."""
        from aboveboard.apps.ledger.sequencer import Sequencer, sequencing
        from aboveboard.core.errors import Conflict

        try:
            with sequencing():
                Sequencer().drain()
        except Conflict:
            pass  # a sequencer runs, which is the usual case
        self._again_at = time.monotonic() + FIRST_AFTER
