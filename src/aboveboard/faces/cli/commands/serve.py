"""Run everything: the web server, the one sequencer, the one worker, and whoever asks the witnesses."""

import os
import sys

from aboveboard.core.errors import NotVerified
from aboveboard.faces.cli.answers import Answer, Exit, tell
from aboveboard.faces.cli.command import answering
from aboveboard.faces.cli.supervising import Child, Supervisor, own_command

THREADS = 8
CONNECTIONS = 512
"""At most so many a web process: a browser keeps up to six open while nothing is asked."""
REFUSED = "The log must not go on; why stands above. Nothing is served."


@answering()
def command() -> Answer:
    """Serve pages, API and log on the address of ABOVEBOARD_BIND and ABOVEBOARD_PORT until told to stop.

    Starts the web server, exactly one sequencer and one worker, one process that asks the witnesses where any are
    named, before all of them the key service where one keeps the keys and they lie here, and starts them again when
    they fail. Refuses to start on a database that was set back. Ctrl-C or SIGTERM ends everything in order; the last
    batch is drained.
    """
    from django.conf import settings

    from aboveboard.apps import keys
    from aboveboard.apps.ledger.publishing import check_not_rolled_back, log_origin
    from aboveboard.apps.ledger.witnesses import planned
    from aboveboard.faces.cli.apart import environment_of, key_service
    from aboveboard.faces.cli.health import answers, require_free, require_upgraded

    options = settings.OPTIONS
    require_upgraded()
    require_free(options.bind, options.port)
    check_not_rolled_back(log_origin())
    asked = planned().addresses
    keys.close()
    at_the_desk = environment_of("desk")
    refusing = frozenset({int(Exit.SET_BACK), int(Exit.FAILED)})
    # Stopped in this order: the web first, so that nothing new comes; the sequencer last, so that all is kept.
    children = (
        Child("web", _granian(options.bind, options.port), environment=at_the_desk),
        Child("work", own_command("work"), environment=at_the_desk),
        *([Child("ask-witnesses", own_command("ask-witnesses"), fatal=frozenset({int(Exit.SET_BACK)}))] * bool(asked)),
        Child("sequence", own_command("sequence"), fatal=refusing, environment=environment_of("sequencer")),
        *key_service(),
    )
    tell("Starting ...")
    code = Supervisor(children, tell).run(
        ready=lambda: answers(options.bind, options.port),
        answered=lambda: tell(f"Aboveboard answers on {options.base_url}; stop with Ctrl-C."),
    )
    if code:
        raise NotVerified(REFUSED)
    return Answer({"stopped": True}, ["Stopped."])


def _granian(bind: str, port: int) -> list[str]:
    """Give the web server's command: one process on SQLite, which has one writer; one a core on PostgreSQL.

    Its back pressure counts connections, idle ones too: at the number of threads, two browsers would shut out a third.
    What is asked beyond the threads waits in a queue; a connection on which nothing comes for 30 seconds is closed.
    """
    from django.db import connections

    embedded = any(connections[alias].vendor == "sqlite" for alias in connections)
    workers = 1 if embedded else os.cpu_count() or 1
    return [
        sys.executable, "-m", "granian", "aboveboard.wsgi:application", "--interface", "wsgi", "--host", bind,
        "--port", str(port), "--workers", str(workers), "--blocking-threads", str(THREADS),
        "--backpressure", str(CONNECTIONS), "--http1-header-read-timeout", "30000", "--workers-kill-timeout", "10",
        "--respawn-failed-workers", "--no-ws", "--log-level", "error",
    ]  # fmt: skip
