"""Ask the witnesses to cosign the log's newest checkpoint."""

import signal
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Conflict, Invalid
from aboveboard.faces.cli.answers import Answer, Exit, Rows, tell
from aboveboard.faces.cli.command import answering

if TYPE_CHECKING:
    from aboveboard.apps.ledger.rounds import Round

NONE_NAMED = "No witness with an address is named; ABOVEBOARD_WITNESSES points to a trust policy that names them."
NOT_RECORDED = (
    "What ABOVEBOARD_WITNESSES and ABOVEBOARD_WITHOUT_QUORUM say is not yet what the log says; nobody is asked before"
    " it is. Run `aboveboard sequence --once`, or leave it to `aboveboard serve`."
)


@answering()
@click.option("--once", is_flag=True, help="Ask one round now, then end.")
def command(*, once: bool) -> Answer:
    """Ask the witnesses in the file of ABOVEBOARD_WITNESSES, again and again until told to stop.

    What they sign is put under the published checkpoint; where their quorum is met, it becomes the newest witnessed
    one. One process asks; `aboveboard serve` runs one by itself. Ends for good where a witness shows that this log was
    signed elsewhere too.
    """
    from aboveboard.apps.ledger.rounds import Asker, asking
    from aboveboard.apps.ledger.witnesses import planned
    from aboveboard.faces.cli.pausing import Pausing

    plan = planned()
    if not plan.addresses:
        raise Invalid(NONE_NAMED)
    stop = Pausing()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.end())
    with asking(), Asker(plan) as asker:
        if once:
            return _answer(asker.round(patient=True))
        tell("Asking witnesses; stop with Ctrl-C.")
        while not stop.ended:
            asker.round()
            stop.pause()
    return Answer({"stopped": True}, ["Stopped."])


def _answer(found: "Round | None") -> Answer:
    if found is None:
        raise Conflict(NOT_RECORDED)
    times = {name: at.isoformat() if at else "" for name, at in found.cosigned.items()}
    data = {"tree_size": found.size, "cosigned": times, "quorum": found.quorum, "asked": dict(found.asked)}
    words: list[str | Rows] = [f"The witness at {address} {said}." for address, said in sorted(found.asked.items())]
    enough = "which is the quorum" if found.quorum else "which is not the quorum"
    words.append(f"{found.size} leaves are cosigned by {', '.join(sorted(times)) or 'nobody'}, {enough}.")
    return Answer(data, words, Exit.DONE if found.quorum else Exit.FAILED)
