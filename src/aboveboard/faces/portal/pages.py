"""What the pages of the person's own record show: frozen values, in words already."""

from dataclasses import dataclass

from aboveboard.faces.web.components import (
    EmptyState,
    FactGroup,
    LookLine,
    PageHead,
    RightCard,
    TimelineItem,
    TraceBar,
)


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A few sentences, and nothing personal: closed, gone, not found."""

    head: PageHead
    sentences: tuple[str, ...]
    icon: str = "info"


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """What a link leads to: one button."""

    head: PageHead
    sentences: tuple[str, ...]
    button: str


@dataclass(frozen=True, slots=True)
class LooksPart:
    """A page of looks: those of others, newest first, and where older ones stand."""

    looks: tuple[LookLine, ...]
    number: int
    older: str = ""
    newer: str = ""
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One consent, and the button that withdraws it."""

    sentence: str
    about: tuple[str, ...]
    purpose: str
    """Empty once it is withdrawn."""


@dataclass(frozen=True, slots=True)
class MinePage:
    """The person's own page."""

    head: PageHead
    trace: TraceBar
    groups: tuple[FactGroup, ...]
    empty: EmptyState | None
    standing: tuple[str, ...]
    """What holds for the whole record: restricted, objected."""
    gaps: tuple[str, ...]
    damage: tuple[str, ...]
    """What was tampered with, where the log shows it; and an opening that is overdue."""
    sealed: str
    """How many looks a law keeps back for a time, whoever they are about."""
    looks: LooksPart
    own: tuple[LookLine, ...]
    changes: tuple[TimelineItem, ...]
    consents: tuple[ConsentLine, ...]
    rights: tuple[RightCard, ...]
    news: str
    """Address the live line asks."""
    checkpoint: str
    witnesses: tuple[str, ...]
    """Who outside confirms the log, how far, and what happens without them."""


@dataclass(frozen=True, slots=True)
class OlderPage:
    """Looks of longer ago; no value stands here."""

    head: PageHead
    looks: LooksPart


@dataclass(frozen=True, slots=True)
class News:
    """What happened since the page was shown: who, what for, which day; no value and no category."""

    sentences: tuple[str, ...]
    ask: str
    """Address to ask next; empty: no more."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One purpose that can be objected to."""

    purpose: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RightPage:
    """One right: what it does, what it cannot do, and its one button."""

    head: PageHead
    sentences: tuple[str, ...]
    button: str = ""
    choices: tuple[Choice, ...] = ()
    word: str = ""
    """To be typed before the button does anything."""
    final: bool = False
    error: str = ""
    links: tuple[tuple[str, str], ...] = ()
    legend: str = ""
    """What is chosen; empty: a purpose."""
