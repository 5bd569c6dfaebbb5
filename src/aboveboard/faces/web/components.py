"""What the shared templates take: frozen values whose words are already chosen and localised, never database rows."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from aboveboard.core.terms import RuleSource

Hidden = tuple[tuple[str, str], ...]
"""Names and values of hidden inputs that a form carries along."""

SHORT_HEAD, SHORT_TAIL = 8, 6


@dataclass(frozen=True, slots=True)
class Tick:
    """One of the three things that make a proof: its word, and whether it is there yet."""

    word: str
    done: bool


@dataclass(frozen=True, slots=True)
class ProofChip:
    """Committed, signed, witnessed as three ticks, and the hash that anyone can compare."""

    ticks: tuple[Tick, ...]
    digest: str = ""
    """The whole hash in hexadecimal; shown shortened, copied whole."""
    href: str = ""
    """Where the proof itself stands."""
    witnesses: int = 0
    """How many witnesses may still sign it."""

    @property
    def short(self) -> str:
        """Return the hash shortened to its two ends."""
        if len(self.digest) <= SHORT_HEAD + SHORT_TAIL:
            return self.digest
        return f"{self.digest[:SHORT_HEAD]}…{self.digest[-SHORT_TAIL:]}"


@dataclass(frozen=True, slots=True)
class TraceBar:
    """What this page's look at personal data left behind, in one line."""

    parts: tuple[str, ...]
    """Said with dots between them: how many looks, categories, purpose, place, entry."""
    proof: ProofChip
    receipt: str = ""
    """Address of the log's signed promise that the entry comes to stand in it."""


@dataclass(frozen=True, slots=True)
class RefusalText:
    """A no at the place where it happened: what, by which rule, and what can be done."""

    source: RuleSource
    source_word: str
    """The chip's word: law, guidance, house default."""
    sentence: str
    can_do: tuple[str, ...] = ()
    article: str = ""
    """The article or rule as it is cited."""
    explanation: str = ""
    """What the article says, in plain words."""
    ask: str = ""
    """Whom to ask."""
    link: tuple[str, str] = ("", "")
    """Address and word of the next step, where there is a page for it."""
    kind: ClassVar[str] = "refusal"


@dataclass(frozen=True, slots=True)
class PurposeChoice:
    """One purpose as a sentence, with what the person will read if it is chosen."""

    code: str
    sentence: str
    will_read: str
    likely: bool = False


@dataclass(frozen=True, slots=True)
class PurposePicker:
    """Three to six purposes to choose from, the likely one first."""

    legend: str
    choices: tuple[PurposeChoice, ...]
    name: str = "purpose"
    prefix: str = "purpose"
    """Start of the inputs' ids; must differ between pickers of one page."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A fact that is held but not open: what it is, on which basis, from where, until when."""

    row_id: str
    category: str
    about: tuple[str, ...] = ()
    """Basis, source, until when, how often opened: said with dots between them."""
    action: str = ""
    """Where opening it is posted; empty: cannot be opened from here."""
    hidden: Hidden = ()
    picker: PurposePicker | None = None
    """Asked for only when the purpose is not known from the case."""
    will_read: str = ""
    """What the person will read, where the purpose is known."""
    refusal: RefusalText | None = None
    smooth: bool = False
    """Whether *action* answers a single row to htmx."""
    kind: ClassVar[str] = "sealed"


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A fact with its value, and the trace its opening left."""

    row_id: str
    category: str
    values: tuple[str, ...]
    about: tuple[str, ...] = ()
    link: tuple[str, str] = ("", "")
    """Address and word of what can be done with it."""
    fresh: bool = False
    """Just opened: drawn with a light wash."""
    fades_after: int = 0
    """Seconds until the value closes again on this screen; 0: stays."""
    kind: ClassVar[str] = "open"


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts that belong together, open and sealed ones mixed."""

    title: str
    rows: tuple[OpenRow | SealedRow | RefusalText, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A legal term as a ring: what is left, and the date in words."""

    number: str
    """Days left, or days over."""
    left: str
    """The same in words: *12 days left*."""
    until: str
    """The date in words: *by 4 December 2025*."""
    share: int
    """Of the whole term, how much is left, 0 to 100; overdue is drawn as a full ring."""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class LookLine:
    """Looks of one day for one purpose, as the person concerned reads them."""

    day: str
    purpose: str
    who: str
    """Entity and, where the unit is large enough, the reader's pairwise pseudonym."""
    place: str
    """Country, and how it was established."""
    categories: str
    times: str = ""
    """How often, when more than once."""
    refused: bool = False
    proof_href: str = ""
    proof_word: str = ""


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One event of a chronology."""

    when: str
    title: str
    words: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    label: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; the first of a row is its heading."""

    text: str
    href: str = ""
    note: str = ""
    mono: bool = False


@dataclass(frozen=True, slots=True)
class DataTable:
    """Rows of 40 pixels, 32 when compact; figures stand under each other."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    compact: bool = False
    fold: bool = True
    """Whether each row becomes a small list on a narrow screen."""
    footer: str = ""

    @property
    def body(self) -> tuple[tuple[tuple[Column, Cell], ...], ...]:
        """Return each row with every cell beside its column."""
        return tuple(tuple(zip(self.columns, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class EmptyState:
    """Nothing here yet, and the next step."""

    title: str
    sentence: str
    icon: str = "inbox"
    action: str = ""
    href: str = ""


class StepState(StrEnum):
    """How far a step of the guided tour has come."""

    DONE = "done"
    NOW = "now"
    LATER = "later"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TourStep:
    """One step of the guided tour: what happens, the one button, what came of it."""

    number: int
    title: str
    state: StepState
    state_word: str
    sentence: str = ""
    outcome: str = ""
    action: str = ""
    button: str = ""
    hidden: Hidden = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """Another page shown inside this one: the desk, or the person's phone."""

    title: str
    src: str
    phone: bool = False
    caption: str = ""


class Tone(StrEnum):
    """What a banner is about; amber and red stand only for a state."""

    PLAIN = "plain"
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Banner:
    """A line across the top of every page of a home: all fictional, or out of order."""

    sentence: str
    tone: Tone = Tone.PLAIN
    icon: str = "info"
    link: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class RightCard:
    """One right of the person: what it does, its button, its clock once it runs."""

    title: str
    sentence: str
    button: str
    href: str
    clock: Clock | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class PageHead:
    """The head of a page: title, one sentence under it, small facts."""

    title: str
    lede: str = ""
    meta: tuple[str, ...] = field(default=())
