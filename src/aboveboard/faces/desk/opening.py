"""Opening one closed row: the value with its trace, or the refusal at the row."""

from django.urls import reverse
from django.utils.translation import gettext as _

from aboveboard.apps.vault.models import Person
from aboveboard.core.catalogue import catalogue
from aboveboard.core.terms import CategoryId, SubjectId
from aboveboard.faces.desk import purposes as of_role
from aboveboard.faces.desk.looking import look
from aboveboard.faces.desk.pages import MissingChoice
from aboveboard.faces.desk.person import open_rows, row_id
from aboveboard.faces.web import saying
from aboveboard.faces.web.asking import Asker
from aboveboard.faces.web.components import PageHead, SealedRow


def choice_missing(asker: Asker, person: Person, category: str, purpose: str) -> MissingChoice | None:
    """Say what the form lacks: a category of the catalogue, and one of the reader's purposes."""
    if CategoryId(category) in catalogue().categories and any(one.id == purpose for one in of_role.purposes_for(asker)):
        return None
    sentence = _("Nothing was opened. Choose what you need it for; the person reads it.")
    back = reverse("desk:person", args=[bytes(person.id)])
    return MissingChoice(PageHead(_("A purpose is needed"), sentence), back)


def opened_fragment(asker: Asker, person: Person, category: str, purpose: str) -> dict[str, object]:
    """Give the row by itself, open or refused, and the line at the foot of the page."""
    subject = SubjectId(bytes(person.id))
    seen = look(asker, [subject], purpose, [category])
    rows = tuple(open_rows(seen.facts.get(subject, ()), fresh=True))
    if rows:
        return {"row": rows[0], "bar": seen.trace}
    refusals = saying.refusal_texts(seen.asked.decision, purpose=purpose)
    words = () if refusals else (_("nothing is held here any more"),)
    row = SealedRow(row_id(category), saying.category_name(category), words, refusal=next(iter(refusals), None))
    return {"row": row, "bar": seen.trace}
