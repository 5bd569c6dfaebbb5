"""The steps in their order, with their titles; running one and keeping what came of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from aboveboard.core.errors import AboveboardError, Conflict
from aboveboard.faces.tour.steps import cheat, erase, evidence, grant, headquarters, hobby, import_, look
from aboveboard.faces.tour.story import Story


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the tour."""

    name: str
    title: str
    sentence: str
    run: Callable[[Story], None]


STEPS = (
    Step(
        "import",
        gettext_noop("A raw export is imported"),
        gettext_noop("It has columns for children, income and hobbies; they do not get in."),
        import_.run,
    ),
    Step(
        "look",
        gettext_noop("A seller opens their own customer"),
        gettext_noop("No extra click; the phone shows the look at once."),
        look.run,
    ),
    Step(
        "hobby",
        gettext_noop("The seller records “hobby: golf”"),
        gettext_noop("Refused, why, and what can be done."),
        hobby.run,
    ),
    Step(
        "headquarters",
        gettext_noop("Headquarters reads"),
        gettext_noop("Refused without an instrument, refused without a grant; it cannot grant itself."),
        headquarters.run,
    ),
    Step(
        "grant",
        gettext_noop("A proper grant"),
        gettext_noop("With opinion and signature headquarters sees the contact tier, and the phone says so."),
        grant.run,
    ),
    Step(
        "evidence",
        gettext_noop("Evidence, checked offline"),
        gettext_noop("Green, and what this does not prove."),
        evidence.run,
    ),
    Step(
        "cheat",
        gettext_noop("Cheat"),
        gettext_noop("Delete the look, edit it, set the database back, search the files: red, naming the entry."),
        cheat.run,
    ),
    Step(
        "erase",
        gettext_noop("Erase"),
        gettext_noop("Yesterday's copy stays shut."),
        erase.run,
    ),
)
"""The tour, in order; a step needs those before it."""


def run_step(story: Story, name: str) -> bool:
    """Run one step, keep what came of it; whether it came out as it should.

    Raises:
        Conflict: when a step before it has not been run, or it ran already.
    """
    number = [step.name for step in STEPS].index(name)
    if name in story.done:
        raise Conflict("This step has been done; go on with the next one.")
    missing = [step.title for step in STEPS[:number] if step.name not in story.done]
    if missing:
        raise Conflict("The steps before this one come first.")
    step = STEPS[number]
    story.begin()
    story.say(f"{number + 1}. {gettext(step.title)}")
    try:
        step.run(story)
    except AboveboardError as error:
        story.expect(False, error.sentence)
    story.done[name] = story.held
    story.save()
    return story.held
