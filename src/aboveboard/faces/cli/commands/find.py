"""Find people by name or address."""

import sys
from typing import TYPE_CHECKING

import click

from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer, Exit
from aboveboard.faces.cli.command import answering
from aboveboard.faces.cli.looks import answer_of, categories_named

if TYPE_CHECKING:
    from aboveboard.faces.cli.acting import Acting

NONE = "Nobody was found, or nobody for you."


@answering()
@click.argument("text", required=False)
@click.option("--purpose", required=True, help="What for: the id of a registered purpose.")
@acting
def command(*, text: str | None, purpose: str, acting: "Acting") -> Answer:
    """Find people by TEXT (name, three letters at least, or a whole address); fifty at most, contact tier only.

    Without TEXT it is read from standard input, so that it stands in no list of commands. All who are found
    are one look with one entry. "None" and "none for you" are the same answer.
    """
    from aboveboard.apps.gate.asking import ask
    from aboveboard.apps.gate.finding import found_subjects
    from aboveboard.core.terms import Operation

    wanted = (text if text is not None else sys.stdin.readline()).strip()
    subjects = found_subjects(wanted)
    if not subjects:
        return Answer({"people": []}, [NONE], Exit.DONE)
    asked = ask(acting.question(Operation.CONSULT, subjects, categories_named(()), purpose))
    opened = asked.opened()
    if not opened:
        # The same answer as for nobody: that somebody is held here is personal data too.
        return Answer({"people": []}, [NONE], Exit.DONE)
    return answer_of(asked, opened)
