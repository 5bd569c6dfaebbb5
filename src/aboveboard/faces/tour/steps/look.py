"""Step 2: a seller opens their own customer with no extra click, and the phone shows the look at once."""

from aboveboard.apps.evidence.lines import lines
from aboveboard.apps.gate.asking import ask
from aboveboard.core.entries import EntryKind
from aboveboard.core.terms import Operation
from aboveboard.faces.tour.copying import keep_yesterday
from aboveboard.faces.tour.story import CONTACT, PURPOSE, SELLER, Story


def run(story: Story) -> None:
    """Look, sign, and read the line the person reads."""
    asked = ask(story.question(SELLER, Operation.CONSULT, (story.person,), CONTACT))
    opened = asked.opened()
    story.kept["look"] = asked.entry_hash.hex()
    seen = {one.fact.category for one in opened}
    story.expect(seen == set(CONTACT), f"The seller sees the contact tier: {len(opened)} facts, no click too many.")
    story.settle()
    looks = [line for line in lines(story.person) if line.kind is EntryKind.LOOK]
    story.expect(bool(looks), "The person's phone shows the look.")
    if looks:
        said, reader = looks[-1].said, looks[-1].opened.side.reader
        story.say(
            f"     {said.at:%d.%m.%Y %H:%M:%S} UTC, {said.entity}, {said.country} ({said.established}), {said.purpose},"
            f" reader {reader or 'not shown, the unit is too small'}; entry {looks[-1].index}"
        )
        story.kept["look_index"] = str(looks[-1].index)
        story.expect(said.purpose == PURPOSE, "It says what for.")
    # What an operator's nightly backup would hold: the cell as it is now, without the key store.
    keep_yesterday(story.folder())
    story.say("     A copy of the cell's database is put aside: yesterday's backup.")
