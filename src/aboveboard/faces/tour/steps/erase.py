"""Step 8: erase; yesterday's copy of the cell stays shut, with today's key store and root key."""

from django.utils.translation import gettext as _

from aboveboard.apps import keys
from aboveboard.apps.gate.asking import ask
from aboveboard.apps.gate.deeds import erase, finish_erasures
from aboveboard.apps.vault.queries import categories_held
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.terms import Operation, Verdict
from aboveboard.faces.tour.copying import facts_in_yesterday
from aboveboard.faces.tour.story import CONTACT, OFFICER, OVERSIGHT, SELLER, Story


def run(story: Story) -> None:
    """Erase as the officer carries it out, then try yesterday's copy."""
    held = tuple(sorted(categories_held(story.person)))
    performed = erase(story.question(OFFICER, Operation.ERASE, (story.person,), held, OVERSIGHT), story.person)
    story.expect(
        performed.decision.verdict is Verdict.PERMIT, _("The person asked, the officer carries it out: erased.")
    )
    story.settle()
    finish_erasures()
    asked = ask(story.question(SELLER, Operation.CONSULT, (story.person,), CONTACT))
    story.expect(
        bool(asked.gone) and not asked.opened(), _("The seller asks again: nothing, and the page says since when.")
    )
    copied = facts_in_yesterday(story.folder(), story.person)
    keys_left = keys.store().parts_of(KeyKind.FACTS, [story.person])
    story.expect(
        bool(copied),
        _("Sealed values of this person that yesterday's copy still holds: %(count)s.") % {"count": len(copied)},
    )
    story.expect(not keys_left, _("Today's key store has no key for any of them: the copy stays shut."))
    story.add(_("A copy of the key store made before would open them until it expires; the certificate names those."))
