"""What the guided page is made of."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from aboveboard.faces.tour.story import Story
from aboveboard.faces.tour.telling import STEPS
from aboveboard.faces.web.components import Frame, PageHead, StepState, TourStep


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """One of the cast whose desk can be sat at."""

    login: str
    words: str
    here: bool


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line of the account: a heading, a check that held or did not, or what was said."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class GuidePage:
    """The whole page."""

    head: PageHead
    steps: tuple[TourStep, ...]
    frames: tuple[Frame, ...]
    roles: tuple[RoleChoice, ...]
    account: tuple[AccountLine, ...]
    finished: bool
    trace: None = None

    @classmethod
    def of(cls, story: Story, login: str) -> "GuidePage":
        """Make the page for the story as it stands."""
        return cls(
            PageHead(
                _("The guided tour"),
                lede=_("Each button does the real thing in this sample home. Below stands what happened."),
            ),
            _steps(story),
            (
                Frame(_("The seller's desk"), reverse("desk:people"), caption=_("The desk")),
                Frame(_("The person's phone"), reverse("tour:phone"), phone=True, caption=_("The person's phone")),
            ),
            _roles(login),
            tuple(account_line(line) for line in story.account),
            len(story.done) == len(STEPS),
        )


def _steps(story: Story) -> tuple[TourStep, ...]:
    words = {
        StepState.DONE: _("done"),
        StepState.NOW: _("now"),
        StepState.LATER: _("later"),
        StepState.FAILED: _("did not come out"),
    }
    made, is_next = [], True
    for number, step in enumerate(STEPS, 1):
        if step.name in story.done:
            state = StepState.DONE if story.done[step.name] else StepState.FAILED
        else:
            state = StepState.NOW if is_next else StepState.LATER
            is_next = False
        made.append(
            TourStep(
                number,
                _(step.title),
                state,
                words[state],
                sentence=_(step.sentence),
                action=reverse("tour:step", args=[step.name]) if state is StepState.NOW else "",
                button=_("Do it"),
            )
        )
    return tuple(made)


def _roles(login: str) -> tuple[RoleChoice, ...]:
    cast = (
        ("seller-cz", _("Seller, Czech unit")),
        ("signatory-cz", _("Signatory, Czech unit")),
        ("dpo-cz", _("Data protection officer")),
        ("seller-de", _("Seller, German regional headquarters")),
        ("seller-jp", _("Seller, Japan")),
        ("seller-us", _("Seller, United States")),
        ("analyst-hq", _("Analyst, headquarters in a third country")),
        ("operator-cz", _("Operator of the machines")),
    )
    return tuple(RoleChoice(name, words, name == login) for name, words in cast)


def account_line(line: str) -> AccountLine:
    """Tell a line of the account by how it begins."""
    if line.startswith("OK  "):
        return AccountLine("held", line[4:].strip())
    if line.startswith("NOT "):
        return AccountLine("failed", line[4:].strip())
    if line.startswith(" "):
        return AccountLine("said", line.strip())
    return AccountLine("step", line)
