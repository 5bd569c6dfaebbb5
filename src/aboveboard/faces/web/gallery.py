"""What the component gallery shows: every component in every state, with placeholder values of nobody."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aboveboard.core.terms import RuleSource
from aboveboard.faces.web import components as c
from aboveboard.faces.web import wording

TODAY = date(2025, 11, 22)
COMMITTED_AT = datetime(2025, 11, 22, 11, 4, 31, tzinfo=UTC)
DIGEST = bytes(range(0, 256, 8))
COLOURS = (
    ("paper", "raised", "sunken", "line", "line-strong", "hatch", "ink", "ink-soft"),
    ("signal", "signal-deep", "signal-wash", "warn", "warn-wash", "stop", "stop-wash"),
)


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """The whole gallery, section by section."""

    head: c.PageHead
    trace: c.TraceBar
    proofs: tuple[c.ProofChip, ...]
    groups: tuple[c.FactGroup, ...]
    refusals: tuple[c.RefusalText, ...]
    picker: c.PurposePicker
    clocks: tuple[c.Clock, ...]
    looks: tuple[c.LookLine, ...]
    tables: tuple[c.DataTable, ...]
    empty: c.EmptyState
    steps: tuple[c.TourStep, ...]
    frames: tuple[c.Frame, ...]
    banners: tuple[c.Banner, ...]
    rights: tuple[c.RightCard, ...]
    timeline: tuple[c.TimelineItem, ...]
    form: forms.Form
    colours: tuple[tuple[str, ...], ...]


class SampleForm(forms.Form):
    """One field of each kind, one of them wrong."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As it stands on the contract."))
    email = forms.EmailField(label=gettext_lazy("Work e-mail"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=(("CZ", "CZ"), ("DE", "DE")))
    told = forms.BooleanField(label=gettext_lazy("The person has been told"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Known as"),
        choices=(("customer", gettext_lazy("customer")), ("official", gettext_lazy("official"))),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}), required=False)


def gallery_page() -> GalleryPage:
    """Put the gallery together in the reader's language."""
    form = SampleForm({"email": "name@", "country": "CZ", "kind": "customer"}, prefix="sample")
    return GalleryPage(
        head=c.PageHead(
            _("Component gallery"),
            _("Every part the pages are made of, in each of its states. The values belong to nobody."),
        ),
        trace=wording.trace_bar(
            look_count=1,
            category_count=3,
            purpose=_("customer relationship"),
            place=_("from Prague (CZ, workplace)"),
            proof=_proof(signed=True, witnessed=2),
            entry=1204,
        ),
        proofs=(_proof(signed=False, witnessed=0), _proof(signed=True, witnessed=2), _proof(signed=True, witnessed=3)),
        groups=(_contact(), _sealed()),
        refusals=_refusals(),
        picker=_picker("gallery"),
        clocks=tuple(
            wording.clock(due=due, today=TODAY, term_days=31)
            for due in (date(2025, 12, 20), date(2025, 12, 4), date(2025, 11, 23), date(2025, 11, 19))
        ),
        looks=_looks(),
        tables=(_table(compact=False), _table(compact=True)),
        empty=c.EmptyState(
            _("Nobody here yet"),
            _("People come in by an import. It shows you what it would refuse before anything is stored."),
            action=_("Import a file"),
            href="#empty",
        ),
        steps=_steps(),
        frames=_frames(),
        banners=_banners(),
        rights=_rights(),
        timeline=_timeline(),
        form=form,
        colours=COLOURS,
    )


def opened_row(row_id: str) -> c.OpenRow:
    """Return the sample row as it looks once opened."""
    about = (_("consent"), _("opened now, entry %(number)s") % {"number": wording.number(1205)})
    category = _("Children") if row_id == "row-asks" else _("Birth date")
    return c.OpenRow(row_id, category, (_("placeholder value"),), about, fresh=True, fades_after=300)


def opened_trace() -> c.TraceBar:
    """Return the trace the opening leaves."""
    return wording.trace_bar(
        look_count=2,
        category_count=4,
        purpose=_("customer relationship"),
        place=_("from Prague (CZ, workplace)"),
        proof=_proof(signed=False, witnessed=0),
        entry=1205,
    )


def _proof(*, signed: bool, witnessed: int) -> c.ProofChip:
    return wording.proof_chip(
        committed_at=COMMITTED_AT, signed=signed, witnessed=witnessed, witnesses=3, digest=DIGEST, href="#proof"
    )


def _contact() -> c.FactGroup:
    about = (
        _("legitimate interest"),
        _("from the contract"),
        _("until %(date)s") % {"date": wording.day(date(2028, 5, 3))},
    )
    return c.FactGroup(
        _("Contact tier"),
        (
            c.OpenRow("row-name", _("Name"), (_("Name Surname"),), about),
            c.OpenRow("row-mail", _("Work e-mail"), ("name@example.org", "n.surname@example.org"), about),
            c.OpenRow("row-phone", _("Work telephone"), ("+420 000 000 000",), about, link=("#facts", _("Correct"))),
            c.OpenRow("row-fresh", _("Function"), (_("head of purchasing"),), about, fresh=True),
        ),
        note=_("open on your own accounts"),
    )


def _sealed() -> c.FactGroup:
    action = reverse("web:gallery-open")
    consent, register = _("consent"), _("from a public register")
    return c.FactGroup(
        _("Everything else"),
        (
            c.SealedRow(
                "row-known", _("Birth date"), (consent, register), action, (("row", "row-known"),),
                will_read=_("Your birth date was looked at to check a contract."), smooth=True,
            ),
            c.SealedRow(
                "row-asks", _("Children"), (consent, _("until %(date)s") % {"date": wording.day(date(2026, 1, 31))}),
                action, (("row", "row-asks"),), picker=_picker("row-asks"), smooth=True,
            ),
            c.SealedRow("row-refused", _("Yearly income"), (register,), refusal=_refusals()[0]),
        ),
        note=_("closed until a purpose opens it"),
    )  # fmt: skip


def _picker(prefix: str) -> c.PurposePicker:
    read = _("The Czech unit looked at one fact about you. Their reason: %(purpose)s")
    sentences = (
        ("contract", _("I am preparing or keeping a contract with this person.")),
        ("complaint", _("I am answering a complaint or a question of theirs.")),
        ("duty", _("A law obliges us to know this.")),
    )
    return c.PurposePicker(
        _("What do you need it for?"),
        tuple(
            c.PurposeChoice(code, words, read % {"purpose": words}, likely=code == "contract")
            for code, words in sentences
        ),
        prefix=prefix,
    )


def _refusals() -> tuple[c.RefusalText, ...]:
    return (
        c.RefusalText(
            RuleSource.LAW,
            wording.source_word(RuleSource.LAW),
            _("Headquarters may not read this: nothing allows the transfer to its country."),
            (_("Conclude standard clauses and assess the transfer."), _("Or let the Czech unit answer the question.")),
            _("GDPR, Article 46"),
            _("Personal data may leave for a third country only with safeguards the person can enforce."),
            _("The data protection officer knows which instrument fits."),
        ),
        c.RefusalText(
            RuleSource.GUIDANCE,
            wording.source_word(RuleSource.GUIDANCE),
            _("The private number of an official is not kept."),
            (_("Use the number of the office."),),
            _("EDPB guidelines on legitimate interest"),
            _("Officials need not expect that their private number is kept for contact in office."),
        ),
        c.RefusalText(
            RuleSource.HOUSE_DEFAULT,
            wording.source_word(RuleSource.HOUSE_DEFAULT),
            _("Hobbies are not recorded for customers."),
            (_("Leave it out: the deal does not need it."), _("Ask a signatory to lift the default for a purpose.")),
            ask=_("A signatory of your entity can lift it, after the officer's opinion; both are written down."),
            link=("#refusals", _("Ask for it to be lifted")),
        ),
    )


def _looks() -> tuple[c.LookLine, ...]:
    who = _("Czech unit, reader 7f3a")
    place = _("Czechia, by workplace")
    return (
        c.LookLine(
            wording.day(TODAY), _("Keeping the customer relationship"), who, place, _("name, function, work e-mail"),
            times=_("four times"), proof_href="#looks", proof_word=_("Proof"),
        ),
        c.LookLine(
            wording.day(date(2025, 11, 20)), _("Refused: consolidated reporting"), _("Headquarters"),
            _("a third country, by network"), _("nothing was shown"),
            refused=True, proof_href="#looks", proof_word=_("Proof"),
        ),
    )  # fmt: skip


def _table(*, compact: bool) -> c.DataTable:
    return c.DataTable(
        _("Compact, 32 pixels a row") if compact else _("Regular, 40 pixels a row"),
        (
            c.Column(_("Organisation")),
            c.Column(_("Stage")),
            c.Column(_("People"), numeric=True),
            c.Column(_("Value, €"), numeric=True),
        ),
        tuple(
            (
                c.Cell(_("Organisation %(letter)s") % {"letter": letter}, "#tables"),
                c.Cell(stage),
                c.Cell(wording.number(people)),
                c.Cell(wording.number(value)),
            )
            for letter, stage, people, value in (
                ("A", _("offer"), 4, 128400),
                ("B", _("talks"), 12, 9650),
                ("C", _("won"), 1, 1204000),
            )
        ),
        compact=compact,
        footer="" if compact else _("Three organisations"),
    )


def _steps() -> tuple[c.TourStep, ...]:
    action = reverse("web:gallery-open")
    return (
        c.TourStep(
            1, _("Import a raw export"), c.StepState.DONE, _("done"), outcome=_("3 columns refused, with their rule.")
        ),
        c.TourStep(
            2,
            _("Open a customer"),
            c.StepState.FAILED,
            _("did not come out as it should"),
            outcome=_("The look did not appear."),
        ),
        c.TourStep(
            3,
            _("Record a hobby"),
            c.StepState.NOW,
            _("next"),
            _("The seller writes: golf."),
            action=action,
            button=_("Do it"),
        ),
        c.TourStep(4, _("Headquarters reads"), c.StepState.LATER, _("later")),
    )


def _frames() -> tuple[c.Frame, ...]:
    src = reverse("web:gallery-frame")
    return (
        c.Frame(_("The seller's desk"), src, caption=_("The seller's desk")),
        c.Frame(_("The person's phone"), src, phone=True, caption=_("The person's phone")),
    )


def _banners() -> tuple[c.Banner, ...]:
    return (
        c.Banner(_("Witnesses are simulated on this machine."), icon="flask-conical"),
        c.Banner(
            _("Two data sets lock in five days, because nobody was told."),
            c.Tone.WARN,
            "clock",
            ("#banners", _("Tell them")),
        ),
        c.Banner(_("The log is behind by more than a minute: no data leaves."), c.Tone.STOP, "triangle-alert"),
    )


def _rights() -> tuple[c.RightCard, ...]:
    running = wording.clock(due=date(2025, 12, 20), today=TODAY, term_days=31)
    return (
        c.RightCard(
            _("Correct"), _("Tell us what is wrong; we correct it or say why not."), _("Correct something"), "#rights"
        ),
        c.RightCard(
            _("Object"),
            _("Say why your situation outweighs our interest."),
            _("See the request"),
            "#rights",
            running,
            _("Asked on 19 November"),
        ),
        c.RightCard(
            _("Take it along"), _("Everything you gave us, in a file machines can read."), _("Download"), "#rights"
        ),
    )


def _timeline() -> tuple[c.TimelineItem, ...]:
    return (
        c.TimelineItem(wording.day(TODAY), _("Meeting, one hour"), _("two people of ours, one of theirs"), "#timeline"),
        c.TimelineItem(wording.day(date(2025, 10, 2)), _("Offer sent")),
    )
