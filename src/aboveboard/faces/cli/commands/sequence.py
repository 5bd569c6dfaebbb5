"""Sequence what is pending: the one process that writes, signs and publishes the log."""

import signal

import click

from aboveboard.faces.cli.answers import Answer, tell
from aboveboard.faces.cli.command import answering


@answering()
@click.option("--once", is_flag=True, help="Sequence what is pending now, then end.")
def command(*, once: bool) -> Answer:
    """Sequence pending entries until told to stop; the last batch is drained then.

    There is one sequencer a cell; a second one is refused. `aboveboard serve` runs one by itself.
    """
    from django.conf import settings

    from aboveboard.apps.keys.access import act_as
    from aboveboard.apps.keys.wire import Role
    from aboveboard.apps.ledger.publishing import stored_head
    from aboveboard.apps.ledger.sequencer import Sequencer, StopSignal, sequencing

    written = 0
    act_as(Role.SEQUENCER)
    with sequencing():
        sequencer = Sequencer()
        if once:
            written = sequencer.drain()
        else:
            stop = StopSignal()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
            tell("Sequencing; stop with Ctrl-C.")
            sequencer.run(stop, settings.OPTIONS.tick_ms)
    size, root = stored_head()
    data = {"leaves": written, "tree_size": size, "root": root.hex()}
    return Answer(data, [f"{written} leaves written." if once else "Stopped.", f"The log holds {size} leaves."])
