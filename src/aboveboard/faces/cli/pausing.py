"""Pauses between rounds that a signal ends at once."""

import time

ROUND_S, STEP_S = 1.0, 0.1


class Pausing:
    """Says when the next round is due, and whether there is to be one."""

    def __init__(self) -> None:
        """Begin the first round now."""
        self.ended = False
        self._next = time.monotonic() + ROUND_S

    def end(self) -> None:
        """Let there be no further round."""
        self.ended = True

    def pause(self) -> None:
        """Wait until a round's time since the last pause is over, or until told to end."""
        while not self.ended and time.monotonic() < self._next:
            time.sleep(STEP_S)
        self._next = time.monotonic() + ROUND_S
