"""The person's rights: what each does and cannot do, and how it stands with them (GDPR Arts 7(3), 15-22, 77)."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from aboveboard.apps.consent.queries import ConsentRecord, ObjectionRecord, consent_records, objection_records
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.vault.queries import held, person_row
from aboveboard.core.terms import Capacity, LawfulBasis, PurposeId, SubjectId
from aboveboard.faces.portal.held import purpose_sentences
from aboveboard.faces.portal.pages import Choice, ConsentLine, RightPage
from aboveboard.faces.portal.visiting import controller_name
from aboveboard.faces.web import wording
from aboveboard.faces.web.components import PageHead, RightCard
from aboveboard.faces.web.saying import category_name, purpose_name

OBJECTIONABLE = frozenset({LawfulBasis.LEGITIMATE_INTEREST, LawfulBasis.PUBLIC_TASK})
"""Bases a person can object to (Art. 21(1))."""
AUTHORITIES = {"CZ": ("https://uoou.gov.cz/", "Úřad pro ochranu osobních údajů, Pplk. Sochora 27, 170 00 Praha 7")}
ALL_AUTHORITIES = "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en"


def right_cards(person: SubjectId) -> tuple[RightCard, ...]:
    """Give the rights that have a page of their own, each with its state."""
    row = person_row(person)
    restricted = row is not None and row.restricted_on is not None
    objections = sum(one.outcome != "overruled" for one in objection_records(person))
    return (
        RightCard(
            _("Object"), _("Say no to one purpose. It stops at once."), _("Object to a purpose"),
            reverse("portal:object"), state=_("You object to %(n)s of them.") % {"n": objections} if objections else "",
        ),
        RightCard(
            _("Restrict"), _("Have everything kept and nothing used, while something is examined."),
            _("Lift the restriction") if restricted else _("Restrict the use"), reverse("portal:restrict"),
            state=_("Your data are restricted.") if restricted else "",
        ),
        RightCard(
            _("Ask who it was"), _("Have it weighed whether you are told the name of a reader."), _("Ask for a name"),
            reverse("portal:naming"),
        ),
        RightCard(
            _("Take a copy"), _("Everything that is held, in a file that machines read too."), _("Take a copy"),
            reverse("portal:copy"),
        ),
        RightCard(
            _("Correct or complain"), _("Whom to write to when something is wrong, here or in general."),
            _("See whom to write to"), reverse("portal:correct"),
        ),
        RightCard(
            _("Erase"), _("Have the keys to your data destroyed. This cannot be undone."), _("Erase my data"),
            reverse("portal:erase"),
        ),
    )  # fmt: skip


def consent_lines(person: SubjectId) -> tuple[ConsentLine, ...]:
    """Give the person's consents, those that stand first."""
    sentences = purpose_sentences()
    records = sorted(consent_records(person), key=lambda one: one.withdrawn_at is not None)
    return tuple(_consent(one, sentences.get(one.purpose, purpose_name(one.purpose))) for one in records)


def standing_sentences(person: SubjectId) -> tuple[str, ...]:
    """Say what holds for the whole record."""
    row, sentences = person_row(person), purpose_sentences()
    said = []
    if row is not None and row.restricted_on is not None:
        said.append(_("Restricted since %(day)s: kept, and not used.") % {"day": wording.day(row.restricted_on)})
    return (*said, *(_objected(one, sentences.get(one.purpose, one.purpose)) for one in objection_records(person)))


def objectionable(person: SubjectId) -> tuple[Choice, ...]:
    """Give the purposes the person can object to: held for, on a basis that allows it, not objected to yet.

    Where nothing is held (any more), those that would serve the person in the capacity they are known in.
    """
    _version, found = held([person], None)
    if person not in found:
        return ()
    record, sentences = found[person], purpose_sentences()
    open_to = {fact.purpose for fact in record.facts if LawfulBasis(fact.basis) in OBJECTIONABLE}
    if not record.facts:
        open_to = _serving({capacity for capacity, _since, _until in record.standing.capacities})
    left = sorted(open_to - set(record.standing.objections))
    return tuple(Choice(purpose, sentences.get(PurposeId(purpose), purpose_name(purpose))) for purpose in left)


def _serving(capacities: AbstractSet[Capacity]) -> set[str]:
    register, day = snapshot().register, localdate()
    return {
        purpose.id
        for purpose in register.purposes.values()
        if purpose.basis in OBJECTIONABLE
        and capacities & purpose.allowed.keys()
        and (purpose.ended_on is None or day < purpose.ended_on)
    }


def object_page(person: SubjectId, error: str = "") -> RightPage:
    """Say what an objection does (Art. 21)."""
    choices = objectionable(person)
    sentences = (
        _("From this moment nothing is opened for that purpose. Nobody has to agree first."),
        _("Should we hold that compelling grounds outweigh yours, it stands on your page, with the grounds."),
    )
    head = PageHead(_("Object to a purpose"))
    if not choices:
        return RightPage(head, (_("There is no purpose left that you could object to."),))
    return RightPage(head, sentences, _("Object"), choices, error=error)


def restrict_page(person: SubjectId) -> RightPage:
    """Say what a restriction does, or what lifting it does (Art. 18)."""
    row = person_row(person)
    if row is not None and row.restricted_on is not None:
        lifted = (_("Afterwards your data are used again for the purposes on your page."),)
        return RightPage(PageHead(_("Lift the restriction")), lifted, _("Lift it"))
    sentences = (
        _("Everything is kept and nothing is used: only you and the officer who looks into it can open your data."),
        _("You can lift it here whenever you like."),
    )
    return RightPage(PageHead(_("Restrict the use of your data")), sentences, _("Restrict"))


def erase_page(error: str = "") -> RightPage:
    """Say what erasing does and does not do (Art. 17)."""
    sentences = (
        _("The keys to your data are destroyed; without them every copy stays shut. Nobody can bring them back."),
        _("Backups of the keys themselves end after thirty days at the latest; the certificate names them."),
        _("If you want to keep the proof of who looked, take your evidence along first."),
        _("So that you are not taken in again by mistake, we keep a keyed mark from which nobody can read you."),
    )
    links = ((reverse("portal:mine") + "#proof", _("Take the evidence first")),)
    return RightPage(
        PageHead(_("Erase my data"), _("This cannot be undone.")), sentences, _("Erase for good"),
        word=erase_word(), final=True, error=error, links=links,
    )  # fmt: skip


def erase_word() -> str:
    """Give the word to be typed before anything is erased."""
    return _("erase")


def copy_page() -> RightPage:
    """Say what the copy holds (Arts 15(3), 20)."""
    sentences = (
        _("Every value with its category, purpose, basis, source and term; your consents and objections; who looked."),
        _("Making the copy is a look of its own and stands in your log."),
    )
    return RightPage(PageHead(_("Take a copy")), sentences, _("Make and download it"))


def correct_page() -> RightPage:
    """Say whom to write to (Arts 16, 77)."""
    current = snapshot().register
    country = current.entities[current.controller].country
    address, name = AUTHORITIES.get(country, (ALL_AUTHORITIES, _("the data protection authority of your country")))
    sentences = (
        _("Something is wrong or missing: answer the message your link came in and say what is right. Within a month"
          " it is corrected, or you are told why not."),
        _("You may also write to the data protection officer of %(name)s.") % {"name": controller_name()},
        _("You may complain at any time, without asking us, to: %(authority)s.") % {"authority": name},
        _("You may also go to the authority or the court where you live or work."),
    )  # fmt: skip
    return RightPage(PageHead(_("Correct or complain")), sentences, links=((address, _("To the authority")),))


def _consent(one: ConsentRecord, sentence: str) -> ConsentLine:
    about = [_("given on %(day)s") % {"day": wording.day(one.given_at)}]
    if one.explicit_for:
        about.append(category_name(one.explicit_for))
    if one.withdrawn_at is not None:
        about.append(_("withdrawn on %(day)s") % {"day": wording.day(one.withdrawn_at)})
    return ConsentLine(sentence, tuple(about), "" if one.withdrawn_at else one.purpose)


def _objected(one: ObjectionRecord, purpose: str) -> str:
    words = {"day": wording.day(one.received_at), "purpose": purpose}
    if one.outcome != "overruled":
        return _("You objected on %(day)s: “%(purpose)s” It is not done any more.") % words
    grounds = {
        "compelling": _("we hold that compelling grounds outweigh yours"),
        "legal-claims": _("the data are needed for a legal claim"),
    }[one.grounds]
    return _("You objected on %(day)s: “%(purpose)s” It goes on, because %(grounds)s.") % {**words, "grounds": grounds}


def purposes_of(choices: Sequence[Choice]) -> frozenset[str]:
    """Give the purposes among *choices*."""
    return frozenset(choice.purpose for choice in choices)
