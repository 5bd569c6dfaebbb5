"""Step 2: a seller opens their own customer with no extra click, and the phone shows the look at once."""

from django.utils.translation import gettext as _

from aboveboard.apps.evidence.lines import lines
from aboveboard.apps.gate.asking import ask
from aboveboard.core.entries import EntryKind
from aboveboard.core.terms import Operation, PlaceSource
from aboveboard.faces.tour.copying import keep_yesterday
from aboveboard.faces.tour.story import CONTACT, PURPOSE, SELLER, Story
from aboveboard.faces.web.saying import country_name, established, purpose_name
from aboveboard.faces.web.wording import moment, number


def run(story: Story) -> None:
    """Look, sign, and read the line the person reads."""
    asked = ask(story.question(SELLER, Operation.CONSULT, (story.person,), CONTACT))
    opened = asked.opened()
    story.kept["look"] = asked.entry_hash.hex()
    seen = {one.fact.category for one in opened}
    story.expect(
        seen == set(CONTACT),
        _("The seller sees the contact tier with no click too many; facts shown: %(count)s.") % {"count": len(opened)},
    )
    story.settle()
    looks = [line for line in lines(story.person) if line.kind is EntryKind.LOOK]
    story.expect(bool(looks), _("The person's phone shows the look."))
    if looks:
        said, reader = looks[-1].said, looks[-1].opened.side.reader
        where = {"country": country_name(said.country), "how": established(PlaceSource(said.established))}
        words = {
            "moment": moment(said.at),
            "entity": said.entity,
            "place": _("%(country)s, %(how)s") % where,
            "purpose": purpose_name(said.purpose),
            "reader": reader or _("not shown, the unit is too small"),
            "entry": number(looks[-1].index),
        }
        story.add(_("%(moment)s, %(entity)s, %(place)s, %(purpose)s, reader %(reader)s; entry %(entry)s") % words)
        story.kept["look_index"] = str(looks[-1].index)
        story.expect(said.purpose == PURPOSE, _("It says what for."))
    # What an operator's nightly backup would hold: the cell as it is now, without the key store.
    keep_yesterday(story.folder())
    story.add(_("A copy of the cell's database is put aside: yesterday's backup."))
