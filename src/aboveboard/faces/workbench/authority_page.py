"""The evidence file for an authority as people read it, in the language that is set."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from aboveboard.apps.evidence.authority import FACTS, GRANTS, AuthorityFile
from aboveboard.core.verify.tally import DISCLOSURES, ERASURES, LOOKS, RULE_SETS, Row
from aboveboard.faces.web.keeping import keeping
from aboveboard.faces.web.papers import Paper, PaperColumn, Section
from aboveboard.faces.web.saying import basis_name, category_name, country_name, purpose_name
from aboveboard.faces.web.wording import moment, number
from aboveboard.faces.workbench.wording import GRANT_STATES, ROLES, STEPS_AND_OPERATIONS, entity_name, word_of

MOST_ROWS = 500
"""Rows of a table on the page; the CSV beside it has them all."""


def authority_page(gathered: AuthorityFile) -> Paper:
    """Give the page."""
    log, asked = gathered.log, gathered.asked
    return Paper(
        language=get_language() or "en",
        title=_("Evidence about looks at personal data"),
        lede=_("What is held, who looked from where and why, what was passed on, and by which rules. Nobody is named.")
        if gathered.person is None
        else _("What is held, who looked from where and why, what was passed on, and by which rules."),
        about=(
            (_("Controller"), entity_name(gathered.controller)),
            (_("Period"), f"{moment(asked.since)} – {moment(asked.until)}"),
            (_("Times"), get_current_timezone_name()),
            (_("Log"), log.origin),
            (_("Lines in the log"), number(log.size)),
            (_("Root of the log"), log.root.hex()),
            (_("Rules now in force"), gathered.rules),
        ),
        sections=(
            *_person(gathered),
            _facts(gathered.tables[FACTS]),
            _looks(gathered),
            _disclosures(gathered.tables[DISCLOSURES]),
            _grants(gathered.tables[GRANTS]),
            _erasures(gathered.tables[ERASURES]),
            _rules(gathered),
        ),
        limits_heading=_("What this file does not prove"),
        limits=limits(),
    )


def limits() -> tuple[str, ...]:
    """Say what no file made from a log proves."""
    return (
        _("That every look left a line: a photographed screen or a second record elsewhere leaves none."),
        _("That nobody read past the log: whoever runs the machines and holds the root key can."),
        _("That places and times are true: they are those the company recorded; a tunnel can hide a country."),
        _("That everybody is shown the same log, unless witnesses of different owners have cosigned it."),
        _("This page itself: it was made by the company. Check the files beside it with an independent verifier."),
    )


def _person(gathered: AuthorityFile) -> tuple[Section, ...]:
    """Show what is held about the one person of the request, as far as it was released."""
    if gathered.person is None:
        return ()
    columns = _columns(_("Category"), _("Value"), _("Legal basis"), _("Purpose"), _("Source"), _("Recorded"))
    made = [
        (
            category_name(fact["category"]), fact["value"] if fact["value"] is not None else _("not released"),
            basis_name(fact["basis"]), purpose_name(fact["purpose"]), fact["source"], _time(fact["recorded_at"]),
        )
        for fact in gathered.person.facts
    ]  # fmt: skip
    sentence = _("What is held about the one person asked for. Their lines, with proofs, lie in person.zip.")
    return (_section(_("The person the request is about"), (sentence,), columns, made),)


def _facts(rows: Sequence[Row]) -> Section:
    columns = _columns(_("Category"), _("Legal basis"), _("Purpose"), _("Keeping"), numbers=(_("Facts"), _("Persons")))
    sentence = _("What is held today, counted by category and legal basis. No value is shown.")
    made = [
        (category_name(row[0]), basis_name(row[1]), purpose_name(row[2]), keeping(row[3]), *map(_count, row[4:6]))
        for row in rows[1:]
    ]
    return _section(_("What is held"), (sentence,), columns, made)


def _looks(gathered: AuthorityFile) -> Section:
    columns = _columns(_("Company"), _("From"), _("Purpose"), _("What"), _("Answer"), numbers=(_("Looks"),))
    answers = {"permit": _("yes"), "partial": _("in part"), "refuse": _("refused")}
    made = [
        (
            entity_name(row[0]),
            country_name(row[1]),
            purpose_name(row[3]),
            str(word_of(STEPS_AND_OPERATIONS, row[4])),
            answers.get(row[5], row[5]),
            _count(row[7]),
        )
        for row in gathered.tables[LOOKS][1:]
    ]
    sentences = [_("Every look of the period, refused ones too, by company and country.")]
    if gathered.withheld:
        said = ngettext(
            "%(count)s line of the period cannot be opened any more: the key of its month is gone.",
            "%(count)s lines of the period cannot be opened any more: the key of their month is gone.",
            gathered.withheld,
        )
        sentences.append(said % {"count": number(gathered.withheld)})
    return _section(_("Looks by company and country"), tuple(sentences), columns, made)


def _disclosures(rows: Sequence[Row]) -> Section:
    columns = _columns(_("Line"), _("When"), _("Company"), _("From"), _("Purpose"), _("Categories"), _("Rests on"))
    made = [
        (
            _count(row[0]), _time(row[1]), entity_name(row[2]), country_name(row[3]), purpose_name(row[5]),
            ", ".join(category_name(one) for one in row[6].split()) or _("nothing"), row[8],
        )
        for row in rows[1:]
    ]  # fmt: skip
    return _section(_("Disclosures and transfers"), (_("What was passed on, each with its line."),), columns, made)


def _grants(rows: Sequence[Row]) -> Section:
    columns = _columns(
        _("Company"), _("Role"), _("Purpose"), _("Categories"), _("Until"), _("State"), _("Opinion"), _("Signatures")
    )
    opinions = {"in favour": _("in favour"), "against": _("against"), "none": _("none given")}
    made = [
        (
            entity_name(row[1]), str(word_of(ROLES, row[2])), purpose_name(row[3]),
            ", ".join(category_name(one) for one in row[4].split()), _time(row[6]),
            str(word_of(GRANT_STATES, row[8])), opinions.get(row[10], row[10]),
            _("hold") if row[13] == "hold" else _("do not hold"),
        )
        for row in rows[1:]
    ]  # fmt: skip
    sentence = _(
        "Leave for other companies to read, each proposed and signed by two people, with the officer's opinion."
    )
    return _section(_("Grants"), (sentence,), columns, made)


def _erasures(rows: Sequence[Row]) -> Section:
    made = [(_count(row[0]), _time(row[1])) for row in rows[1:]]
    return _section(
        _("Erasures"), (_("Lines that say that a person's keys are gone."),), _columns(_("Line"), _("When")), made
    )


def _rules(gathered: AuthorityFile) -> Section:
    columns = _columns(_("Rule set"), _("First used"), _("Last used"), numbers=(_("Decisions"),))
    made = [(row[0], _time(row[1]), _time(row[2]), _count(row[3])) for row in gathered.tables[RULE_SETS][1:]]
    replay = gathered.replay
    sentences = [_("The text of the rules now in force lies beside this page (rules.md, rules.json).")]
    told = _(
        "Decided again on what is held today: %(same)s of %(looks)s looks come out as recorded, %(changed)s otherwise"
        " because what they were decided on has changed since, %(gone)s cannot be put any more (the person was erased),"
        " %(other)s were decided by another rule set."
    )
    sentences.append(
        told
        % {
            "same": number(replay.same),
            "looks": number(replay.looks),
            "changed": number(replay.changed),
            "gone": number(replay.not_found),
            "other": number(replay.other_rules),
        }
    )
    if replay.contradictions:
        lines = ", ".join(number(line) for line in replay.contradictions[:20])
        sentences.append(
            _("NOT EXPLAINED: these lines come out otherwise, and nothing has changed: %(lines)s.") % {"lines": lines}
        )
    return _section(_("Rules"), tuple(sentences), columns, made)


def _section(
    heading: str, sentences: tuple[str, ...], columns: tuple[PaperColumn, ...], rows: Sequence[Sequence[str]]
) -> Section:
    more = (_("None."),) if not rows else ()
    if len(rows) > MOST_ROWS:
        more = (_("The first %(count)s are shown; the table beside this page has them all.") % {"count": MOST_ROWS},)
    return Section(heading, (*sentences, *more), columns, tuple(rows[:MOST_ROWS]))


def _columns(*names: str, numbers: tuple[str, ...] = ()) -> tuple[PaperColumn, ...]:
    return (*(PaperColumn(name) for name in names), *(PaperColumn(name, number=True) for name in numbers))


def _count(text: str) -> str:
    return number(int(text))


def _time(text: str) -> str:
    return moment(datetime.fromisoformat(text))
