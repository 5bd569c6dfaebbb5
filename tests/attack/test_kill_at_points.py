"""Kill -9 at every step of sequencing, erasing and taking in: the next start finishes it, and nothing is half done."""

import json
import signal
from typing import Any

import pytest

from tests.attack.conftest import Laid
from tests.support.audit import audit, extends, require_sound, standing
from tests.support.cli import DJANGO, Home

pytestmark = [pytest.mark.kill, pytest.mark.database]
HEAD = f"{DJANGO}from tests.support.victims import *\n"


def lives(home: Home, code: str) -> tuple[bool, str]:
    """Run *code* in a process of its own; whether it lived to its end, and what it printed."""
    ran = home.python("-c", HEAD + code)
    assert ran.code in (0, -signal.SIGKILL), ran.err
    return ran.code == 0, ran.out


SEQUENCING = """
from aboveboard.apps.files import durable, tiles
from aboveboard.apps.files.index_apart import IndexApart
from aboveboard.apps.ledger import index, publishing, sequencer
from pathlib import Path
entries = [look_and_tell(s)["entry"] for s in {people!r}]
print(json.dumps(entries), flush=True)
index.MANY = {many}
die_at({number}, (sequencer.LeafMaker, "leaves"), (sequencer, "write"), (sequencer, "encode_edges"),
       (index.Index, "_extend"), (IndexApart, "begin"), (IndexApart, "grown"), (IndexApart, "end"),
       (sequencer.Publisher, "publish"), (publishing, "write_file"), (Path, "replace"), (durable, "sync_folder"),
       (tiles, "sync_folder"))
sequence()
"""
"""Before the leaves are made, the rows are written, the index grows, the head is swapped; after the commit; before each
file is written, gets its name and is synced: bundles, tiles, the head outside, the checkpoint last."""


@pytest.mark.parametrize("many", [1, 2000], ids=["index apart", "index in the sequencer"])
def test_a_sequencer_that_dies_at_any_step_is_caught_up(attacked: Home, laid_home: Laid, many: int):
    """One death further each time, on one log: every entry gets its leaf once, each checkpoint extends the last."""
    before, released, number, survived = audit(attacked, standing(attacked)), set(), 1, False
    while not survived:
        # The first step of a start publishes what the death before left; so the next death is one of a new batch.
        attacked.json("sequence", "--once")
        told = standing(attacked)
        checked = require_sound(attacked, told, released)
        assert extends(checked, before)
        survived, said = lives(attacked, SEQUENCING.format(people=laid_home.people[:3], number=number, many=many))
        released |= set(json.loads(said.splitlines()[0]))
        before, number = checked, number + 1
    assert number > 12, "fewer deaths than there are steps"
    require_sound(attacked, standing(attacked), released)


ERASING = """
from aboveboard.apps.vault import actions, erasing
from aboveboard.apps.keys.store import KeyStore
from aboveboard.apps.gate import deeds
die_at({number}, (deeds, "perform"), (erasing, "begin"), (erasing, "finish"), (actions, "suppress"),
       (KeyStore, "shred"), (KeyStore, "settle"), (erasing, "append"), (actions, "touch"))
erase({subject!r})
print("done")
"""

AFTERWARDS = """
from aboveboard.apps import keys
from aboveboard.apps.gate.deeds import finish_erasures
from aboveboard.apps.gate.finding import found_subjects
from aboveboard.apps.vault.models import Fact, Person, Suppression
from aboveboard.core.envelope.keys import KeyKind
subject = bytes.fromhex({subject!r})
begun = Person.objects.get(id=subject).erasing_at is not None
during = look_and_tell(subject.hex())
finish_erasures()
sequence()
finish_erasures()
row = Person.objects.get(id=subject)
print(json.dumps({{
    "begun": begun,
    "during": during,
    "after": look_and_tell(subject.hex()),
    "erased": row.erased_at is not None,
    "forgotten": row.erase_entry is None,
    "facts": Fact.objects.filter(person_id=subject).count(),
    "keys": len(keys.store().keys_of(KeyKind.FACTS, subject)) + len(keys.store().keys_of(KeyKind.LOG, subject)),
    "found": subject in [bytes(found) for found in found_subjects({name!r})],
    "suppressed": Suppression.objects.count(),
}}))
"""


def test_an_erasure_that_dies_at_any_step_is_finished_by_the_next_start(attacked: Home, laid_home: Laid):
    """Either it was never decided, or it is completed: keys, values and search words gone, its entry in the log."""
    survived, number, erased = False, 1, 0
    while not survived:
        at = number - 1
        subject, name = laid_home.people[at], f"Person Number {at}"
        survived, _ = lives(attacked, ERASING.format(subject=subject, number=number))
        _, said = lives(attacked, AFTERWARDS.format(subject=subject, name=name))
        told: dict[str, Any] = json.loads(said.splitlines()[-1])
        erased += told["begun"]
        if told["begun"]:
            assert told["during"].get("values") == [], "something was released after the erasure was decided"
            assert (told["erased"], told["forgotten"], told["facts"], told["keys"]) == (True, True, 0, 0), told
            assert not told["found"]
            assert told["after"].get("values") == []
            assert told["suppressed"] == erased
        else:
            assert told["after"]["values"], "a person nobody decided to erase has lost data"
        number += 1
    assert number > 6, "fewer deaths than there are steps"
    attacked.json("sequence", "--once")
    require_sound(attacked, standing(attacked), set(), forgotten=erased)


TAKING_IN = """
import contextlib, io
from aboveboard.apps.keys.store import KeyStore
from aboveboard.apps.ledger import rows
from aboveboard.apps.gate import performing
from tests.support.intake import take_in
die_at({number}, (performing, "_still_stands"), (KeyStore, "put_many"), (rows, "insert"), (performing, "append"))
take_in(["Newcomer {number}"])
"""

TAKEN_IN = """
from datetime import UTC, datetime
from aboveboard.faces.cli.duties import do_what_is_due
do_what_is_due(datetime.now(UTC))
from aboveboard.apps import keys
from aboveboard.apps.gate.finding import found_subjects
from aboveboard.apps.vault.models import Fact, Person
found = [one.hex() for one in found_subjects("Newcomer")]
known = {bytes(one).hex() for one in Person.objects.values_list("id", flat=True)}
keyless = [f for f in Fact.objects.all() if (bytes(f.person_id), f.retention)
           not in keys.store().keys(keys_kind.FACTS, [bytes(f.person_id)])]
print(json.dumps({
    "people": len(known),
    "facts": Fact.objects.count(),
    "keyless": len(keyless),
    "strangers": len(set(found) - known),
    "seen": [look_and_tell(one)["values"] for one in found],
}))
"""


def test_taking_in_that_dies_at_any_step_leaves_nobody_half_taken_in(attacked: Home, laid_home: Laid):
    """All of a person or nothing of them: never a row without its key, never a find that leads nowhere."""
    survived, number = False, 1
    while not survived:
        survived, _ = lives(attacked, TAKING_IN.format(number=number))
        kind = "from aboveboard.core.envelope.keys import KeyKind as keys_kind\n"
        _, said = lives(attacked, kind + TAKEN_IN)
        told = json.loads(said.splitlines()[-1])
        assert told["keyless"] == 0
        assert told["strangers"] == 0, "a search leads to somebody who was never taken in"
        assert told["people"] == len(laid_home.people) + survived
        assert told["facts"] == 2 * told["people"]
        assert [len(values) for values in told["seen"] if values] == [2] * survived
        number += 1
    assert number > 5, "fewer deaths than there are steps"
    attacked.json("sequence", "--once")
    require_sound(attacked, standing(attacked), set())
