"""Show everything: a fictional group, the guided tour, on one page or in the terminal alone."""

import os
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Conflict
from aboveboard.faces.cli.answers import Answer, Exit, tell
from aboveboard.faces.cli.command import Needs, answering

if TYPE_CHECKING:
    from aboveboard.faces.tour.story import Story

HOME = "var/demo"
FICTION = (
    "Everything here is fictional: the group, its people and their data are generated. Simulated: sign-in without"
    " passwords, all units in one cell on this machine, no outside witness of the log."
)


@answering(needs=Needs.NOTHING)
@click.option(
    "--no-serve", is_flag=True, help="Run all steps without pages; exit 0 only if each came out as it should."
)
@click.option("--fresh", is_flag=True, help="Begin anew: delete the demo's own home first.")
def command(*, no_serve: bool, fresh: bool) -> Answer:
    """Set up a sample home and serve the guided tour on one page; the terminal prints the same account.

    The home is ABOVEBOARD_HOME, or var/demo where it is not set. With --no-serve and no ABOVEBOARD_HOME the steps run
    in a home of their own that is removed afterwards.
    """
    aside = (
        Path(tempfile.mkdtemp(prefix="aboveboard-demo-")) if no_serve and "ABOVEBOARD_HOME" not in os.environ else None
    )
    os.environ.setdefault("ABOVEBOARD_HOME", str(aside / "home") if aside else HOME)
    try:
        _lay_down(fresh=fresh)
        tell(FICTION)
        return _all_steps() if no_serve else _served()
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)


def _lay_down(*, fresh: bool) -> None:
    """Have a founded sample home; a real one is never touched.

    Raises:
        Conflict: when the home is not a sample.
    """
    from aboveboard.faces.cli.readiness import is_founded, set_django_up

    set_django_up()
    from django.conf import settings

    from aboveboard.apps.ledger.queries import is_sample
    from aboveboard.faces.cli import founding
    from aboveboard.faces.tour.story import Story

    founded = is_founded()
    if founded and not is_sample():
        raise Conflict("This home is not a sample; the demo runs in a home of its own. Unset ABOVEBOARD_HOME.")
    if founded and fresh:
        from django.db import connections

        from aboveboard.apps import keys

        keys.close()
        connections.close_all()
        for folder in (settings.OPTIONS.home, settings.OPTIONS.outside, Story.folder()):
            shutil.rmtree(folder, ignore_errors=True)
        founded = False
    if not founded:
        founding.lay_down(None, now=datetime.now(UTC), tell=tell)


def _all_steps() -> Answer:
    from aboveboard.faces.tour.story import Story
    from aboveboard.faces.tour.telling import STEPS, run_step

    story = Story.load()
    told = 0
    for step in STEPS:
        if step.name not in story.done:
            run_step(story, step.name)
        told = _print(story, told)
    held = len(story.done) == len(STEPS) and all(story.done.values())
    words = ["Each step came out as it should." if held else "A step did not come out as it should; see NOT above."]
    return Answer({"steps": story.done, "account": story.account}, words, Exit.DONE if held else Exit.FAILED)


def _print(story: "Story", told: int) -> int:
    for line in story.account[told:]:
        tell(line)
    return len(story.account)


def _served() -> Answer:
    """Serve, and print the account as the page tells it."""
    from django.conf import settings

    from aboveboard.faces.cli.supervising import Child, own_command
    from aboveboard.faces.tour.story import Story

    address = f"{settings.OPTIONS.base_url}/tour/"
    # It ends with this process, however that comes about.
    server = Child("serve", own_command("serve"))
    server.start()
    tell(f"The guided tour: {address}")
    told, code = len(Story.load().account), None
    try:
        while (code := server.ended()) is None:
            time.sleep(0.5)
            told = _print(Story.load(), told)
    except KeyboardInterrupt:
        server.stop()
    return Answer({"served": address}, ["Stopped."], Exit.FAILED if code else Exit.DONE)
