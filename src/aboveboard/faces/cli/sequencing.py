"""While a command writes for minutes and nobody sequences, it does so itself: after one minute the gate would close."""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aboveboard.core.terms import SubjectId

FIRST_AFTER = 20.0
"""Seconds without sequencing; a minute is the limit."""
LONGEST_WAIT, PAUSE = 60.0, 0.2


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
        from aboveboard.core.errors import Conflict, Denied

        try:
            with sequencing():
                Sequencer().drain()
        except (Conflict, Denied):
            pass  # a sequencer runs, which is the usual case; or a key service lets only a sequencer do it
        self._again_at = time.monotonic() + FIRST_AFTER


def have_signed(subject: "SubjectId") -> None:
    """Wait until what is committed about a person is signed: by the running sequencer, or else by this command.

    Where neither gets there within a minute, whoever asks next says so.
    """
    from aboveboard.apps.evidence.waiting import anything_waits

    until = time.monotonic() + LONGEST_WAIT
    while anything_waits(subject):
        Sequencing().finish()
        if time.monotonic() > until or not anything_waits(subject):
            return
        time.sleep(PAUSE)


def have_signed_entry(entry_hash: bytes) -> None:
    """Wait until the line of one entry is signed: by the running sequencer, or else by this command."""
    from aboveboard.apps.evidence.lines import trace

    until = time.monotonic() + LONGEST_WAIT
    while (stands := trace(entry_hash)) is not None and stands.state != "signed":
        Sequencing().finish()
        if time.monotonic() > until:
            return
        time.sleep(PAUSE)
