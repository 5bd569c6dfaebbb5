"""What the templates of the workbench take: frozen values whose words are chosen, never database rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from aboveboard.apps.accounts.queries import ActRecord, acts, names_of, reasons_of, staff_member
from aboveboard.apps.gate.granted import GrantLine, grants_listed
from aboveboard.core.terms import StaffId
from aboveboard.faces.web.components import Cell, Column, DataTable, EmptyState, PageHead
from aboveboard.faces.web.wording import day, moment
from aboveboard.faces.workbench.access import Worker
from aboveboard.faces.workbench.told import parts_of, sentence_of
from aboveboard.faces.workbench.wording import (
    GRANT_STATES,
    KINDS,
    ROLES,
    STATES,
    category_names,
    entity_name,
    grant_sentence,
    word_of,
)


@dataclass(frozen=True, slots=True)
class Line:
    """An act or a grant in a list: one sentence, its state, where it leads."""

    sentence: str
    state: str
    about: tuple[str, ...]
    href: str


@dataclass(frozen=True, slots=True)
class LinesPage:
    """Lists of acts under headings."""

    head: PageHead
    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    empty: EmptyState | None
    action: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Step:
    """One step an act has taken: what, by whom, when, in which words."""

    title: str
    when: str
    words: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class ActPage:
    """An act as somebody reads it before deciding."""

    head: PageHead
    act: str
    kind: str
    sentence: str
    parts: tuple[tuple[str, str], ...]
    opens: tuple[str, ...]
    steps: tuple[Step, ...]
    may: frozenset[str]
    """What the reader can do here: opinion, sign, refuse, apply, revoke."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form with its head, what it is about, and the way back."""

    head: PageHead
    back: tuple[str, str]
    button: str
    sentence: str = ""


def grants_page(worker: Worker) -> LinesPage:
    """Give proposals, grants in force and grants that ended, as far as the reader may see them."""
    shown = [record for record in acts(kind="grant") if worker.may_see(record)]
    waiting = [act_line(record) for record in shown if record.applied_at is None and record.refused_at is None]
    refused = [act_line(record) for record in shown if record.refused_at is not None]
    own = None if worker.decides else worker.asker.actor.entity
    lines = grants_listed(now=worker.asker.at, entity=own)
    live = [_grant_line(line) for line in lines if line.state in ("in-force", "not-yet")]
    over = [_grant_line(line) for line in lines if line.state not in ("in-force", "not-yet")]
    groups = ((_("Proposed"), waiting), (_("In force"), live), (_("Ended"), [*over, *refused]))
    return LinesPage(
        PageHead(_("Grants"), _("Who outside the controller may read what. Nobody grants themselves anything.")),
        tuple((title, tuple(found)) for title, found in groups if found),
        None if any(found for _title, found in groups) else _no_grants(),
        (reverse("workbench:propose-grant"), _("Propose a grant")) if not worker.advises else ("", ""),
    )


def acts_page(worker: Worker) -> LinesPage:
    """Give every act, first those that wait for somebody."""
    found = acts()
    waiting = [act_line(record) for record in found if record.state in ("proposed", "opined", "signed")]
    done = [act_line(record) for record in found if record.state in ("applied", "refused")]
    groups = ((_("Waiting"), waiting), (_("Decided"), done))
    return LinesPage(
        PageHead(_("Acts"), _("Everything the controller decides: proposed by one, opined on, signed by another.")),
        tuple((title, tuple(lines)) for title, lines in groups if lines),
        None if found else EmptyState(_("No act yet"), _("What is proposed will stand here."), "gavel"),
        (reverse("workbench:propose"), _("Propose an act")) if not worker.advises else ("", ""),
    )


def act_line(record: ActRecord) -> Line:
    """Give an act in a list."""
    return Line(
        sentence_of(record),
        word_of(STATES, record.state),
        (word_of(KINDS, record.kind), day(record.proposed_at)),
        reverse("workbench:act", args=[record.id.hex()]),
    )


def act_page(worker: Worker, record: ActRecord) -> ActPage:
    """Give an act with everything that is known of it, and what the reader can do."""
    opens = category_names(record.body.get("categories", ())) if record.kind == "grant" else ()
    return ActPage(
        PageHead(word_of(KINDS, record.kind), meta=(word_of(STATES, record.state), day(record.proposed_at))),
        record.id.hex(),
        record.kind,
        sentence_of(record),
        tuple(parts_of(record)),
        opens,
        tuple(_steps(worker, record)),
        frozenset(_may(worker, record)),
    )


def parts_table(page: ActPage) -> DataTable:
    """Give the body of an act as a table."""
    rows = tuple((Cell(label), Cell(value)) for label, value in page.parts)
    return DataTable(_("Every part of what is signed"), (Column(_("Part")), Column(_("Says"))), rows)


def _grant_line(line: GrantLine) -> Line:
    sentence = grant_sentence(
        role=line.role.value,
        entity=line.entity,
        categories=line.categories,
        purpose=line.purpose,
        valid_from=line.valid_from,
        valid_until=line.valid_until,
    )
    about = (_("until %(date)s") % {"date": day(line.valid_until - timedelta(seconds=1))},)
    return Line(sentence, word_of(GRANT_STATES, line.state), about, reverse("workbench:act", args=[line.id.hex()]))


def _no_grants() -> EmptyState:
    return EmptyState(
        _("No grant yet"),
        _(
            "Other companies of the group read nothing. A grant is proposed, the officer gives an opinion,"
            " a signatory signs."
        ),
        "handshake",
    )


def _may(worker: Worker, record: ActRecord) -> Iterable[str]:
    undecided = record.decided_at is None and record.refused_at is None
    if undecided and worker.advises and record.opinion_at is None:
        yield "opinion"
    if undecided and not worker.advises:
        yield "sign"
    if undecided and (worker.signs or record.proposed_by == worker.staff):
        yield "refuse"
    if record.state == "signed" and worker.signs and record.kind != "declare-gap":
        yield "apply"
    if record.kind == "grant" and record.state == "applied" and worker.decides and _in_force(worker, record.id):
        yield "revoke"


def _in_force(worker: Worker, grant: bytes) -> bool:
    return any(
        line.id == grant and line.state in ("in-force", "not-yet") for line in grants_listed(now=worker.asker.at)
    )


def _steps(worker: Worker, record: ActRecord) -> Sequence[Step]:
    opinion_reason, overruling = reasons_of(record.id) if worker.decides else ("", "")
    found = [Step(_("Proposed by %(who)s") % {"who": _who(worker, record.proposed_by)}, moment(record.proposed_at))]
    if record.opinion_at is not None:
        said = _("The officer is in favour") if record.opinion_in_favour else _("The officer is against it")
        found.append(Step(said, moment(record.opinion_at), opinion_reason))
    elif record.opinion_waived:
        found.append(Step(_("No opinion was asked for"), "", _opinion_waived(record.opinion_waived)))
    if record.decided_at is not None and record.signed_by is not None:
        proof = _("both signatures hold") if record.signatures_hold else _("the signatures do not hold")
        title = _("Signed by %(who)s") % {"who": _who(worker, record.signed_by)}
        found.append(Step(title, moment(record.decided_at), overruling, proof))
    if record.refused_at is not None and record.refused_by is not None:
        title = _("Ended without effect by %(who)s") % {"who": _who(worker, record.refused_by)}
        found.append(Step(title, moment(record.refused_at)))
    if record.applied_at is not None:
        found.append(Step(_("Took effect"), moment(record.applied_at)))
    return found


def _opinion_waived(code: str) -> str:
    if code == "declare-gap":
        return _("Two signatories declare a gap together.")
    return _("There is no officer yet, and this names one.")


def _who(worker: Worker, staff: StaffId) -> str:
    """Name a colleague to those who decide; to others, role and company."""
    member = staff_member(staff)
    if member is None:
        return _("somebody no longer on record")
    post = f"{word_of(ROLES, member.role.value)}, {entity_name(member.entity)}"
    named = names_of([staff]).get(staff, "") if worker.decides else ""
    return f"{named} ({post})" if named else post
