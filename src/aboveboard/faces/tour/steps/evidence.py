"""Step 6: evidence and the offline verifier: green, and what this does not prove."""

import shutil
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from aboveboard.apps.evidence.pack import prove
from aboveboard.apps.gate.places import place_of
from aboveboard.apps.gate.snapshot import snapshot
from aboveboard.apps.ledger.publishing import log_origin, log_signer
from aboveboard.core.verify.folder import verify_folder
from aboveboard.faces.tour.story import OFFICER, OVERSIGHT, Story


def run(story: Story) -> None:
    """Take the pack, then check it with nothing but core: no database, no network."""
    story.settle()
    now = datetime.now(UTC)
    staff = story.staff(OFFICER)
    out = story.folder() / "evidence"
    shutil.rmtree(out, ignore_errors=True)
    prove(
        story.person,
        out,
        actor=snapshot(now=now).actor(staff),
        purpose=OVERSIGHT,
        place=place_of(staff, None, now),
        now=now,
    )
    trust = story.folder() / "trust.policy"
    trust.write_text(f"log {log_signer(log_origin()).vkey}\nquorum none\n", encoding="utf-8")
    report = verify_folder(out, trust)
    story.expect(
        report.holds, _("The offline verifier: checks made: %(count)s; all hold.") % {"count": len(report.checks)}
    )
    for check in report.failures:
        story.add(check.sentence)
    for sentence in report.proved:
        story.add(_("proved: %(what)s") % {"what": sentence})
    for sentence in report.not_proved:
        story.add(_("not proved: %(what)s") % {"what": sentence})
