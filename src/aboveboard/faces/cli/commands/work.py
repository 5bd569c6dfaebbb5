"""Do what is due: jobs, erasures that were cut short, terms that ran out."""

import signal
import time
from datetime import UTC, datetime

import click

from aboveboard.faces.cli.answers import Answer, tell
from aboveboard.faces.cli.command import answering

PAUSE = 5.0


@answering()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def command(*, once: bool) -> Answer:
    """Do what is due, again and again; `aboveboard serve` runs one by itself."""
    from aboveboard.faces.cli.duties import do_what_is_due

    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: stopped.append(received))
    if not once:
        tell("Working; stop with Ctrl-C.")
    while True:
        done = do_what_is_due(datetime.now(UTC))
        until = time.monotonic() + PAUSE
        while not once and not stopped and time.monotonic() < until:
            time.sleep(0.2)
        if once or stopped:
            return Answer(done, [f"{name}: {count}" for name, count in done.items()])
