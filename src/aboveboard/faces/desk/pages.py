"""What the templates of the desk are handed: frozen, worded, complete; no template asks for anything more."""

from dataclasses import dataclass, field

from aboveboard.faces.desk.forms import DealForm, RecordForm, SearchForm
from aboveboard.faces.web.components import (
    Banner,
    Clock,
    EmptyState,
    FactGroup,
    PageHead,
    RefusalText,
    TimelineItem,
    TraceBar,
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several views of the same page."""

    word: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list, as far as the look released them."""

    href: str
    name: str
    organisation: str
    function: str
    email: str
    phone: str
    open_deals: str = ""
    closed_because: str = ""
    """Why nothing of them is open here; then the values are empty."""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of people, of one's accounts or of a search."""

    head: PageHead
    search: SearchForm
    people: tuple[PersonLine, ...] = ()
    trace: TraceBar | None = None
    tabs: tuple[Tab, ...] = ()
    ways: tuple[Tab, ...] = ()
    """As a table, as cards."""
    cards: bool = False
    refusals: tuple[RefusalText, ...] = ()
    left_out: str = ""
    earlier: str = ""
    later: str = ""
    empty: EmptyState | None = None
    bring: str = ""
    """Where people are taken in by a file, for those whose work that is."""
    with_deals: bool = True
    with_organisation: bool = True


@dataclass(frozen=True, slots=True)
class OfficialProposal:
    """That somebody may hold a public office, for a human to confirm."""

    sentence: str
    action: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The form for one fact, with what the rules said to the last try."""

    head: PageHead
    form: RecordForm
    action: str
    back: str
    refusals: tuple[RefusalText, ...] = ()
    trace: TraceBar | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal in a table."""

    title: str
    organisation: str
    organisation_href: str
    amount: str
    expected: str
    stage: str
    stage_word: str
    move_href: str
    """Where a move is posted; empty when it is closed, or not the reader's to move."""


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person: the contact tier open, everything else closed."""

    head: PageHead
    trace: TraceBar
    tabs: tuple[Tab, ...]
    capacities: tuple[str, ...] = ()
    banners: tuple[Banner, ...] = ()
    clock: Clock | None = None
    contact: FactGroup | None = None
    closed: tuple[FactGroup, ...] = ()
    refusals: tuple[RefusalText, ...] = ()
    official: OfficialProposal | None = None
    organisations: tuple[tuple[str, str], ...] = ()
    timeline: tuple[TimelineItem, ...] = ()
    record: RecordPage | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation in a table."""

    name: str
    href: str
    country: str
    kind: str
    people: str
    open_deals: str


@dataclass(frozen=True, slots=True)
class OrganisationsPage:
    """Organisations by name."""

    head: PageHead
    rows: tuple[OrganisationRow, ...]
    earlier: str = ""
    later: str = ""
    empty: EmptyState | None = None
    trace: None = None


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """An organisation with its people, in the contact tier, and its deals."""

    head: PageHead
    people: tuple[PersonLine, ...]
    deals: tuple[DealRow, ...]
    stages: tuple[tuple[str, str], ...]
    trace: TraceBar | None = None
    tabs: tuple[Tab, ...] = ()
    refusals: tuple[RefusalText, ...] = ()
    left_out: str = ""
    new_deal: DealForm | None = None
    new_deal_href: str = ""
    with_deals: bool = False
    with_organisation: bool = False


@dataclass(frozen=True, slots=True)
class DealsPage:
    """Deals, newest first."""

    head: PageHead
    deals: tuple[DealRow, ...]
    stages: tuple[tuple[str, str], ...]
    totals: tuple[str, ...] = ()
    empty: EmptyState | None = None
    trace: None = None


@dataclass(frozen=True, slots=True)
class GonePage:
    """Somebody was erased: when, and nothing else."""

    head: PageHead
    trace: None = field(default=None)


@dataclass(frozen=True, slots=True)
class MissingChoice:
    """A form came without what it must have; nothing was asked of the gate."""

    head: PageHead
    back: str
    trace: None = field(default=None)
