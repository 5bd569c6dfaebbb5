"""Step 7: cheat: delete that look, edit it, set the database back, search the files: red, naming the entry.

Each cheat is done to a copy of the home, and the program's own `doctor` is asked about the copy.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from aboveboard.apps.evidence.traces import search_files_for
from aboveboard.apps.gate.asking import ask
from aboveboard.apps.vault.opening import open_facts
from aboveboard.core.terms import Operation
from aboveboard.faces.tour.copying import CELL_FILE, copy_home
from aboveboard.faces.tour.story import SELLER, Story
from aboveboard.faces.web.wording import number

Spoil = Callable[[sqlite3.Connection, int], None]


def run(story: Story) -> None:
    """Spoil copies and see each one noticed."""
    index = int(story.kept["look_index"])
    found = _examined(story, None, index)
    story.expect(found["sound"], _("An untouched copy is sound."))
    _cheat(story, _("delete that look by SQL"), _delete, index)
    _cheat(story, _("edit it"), _edit, index)
    _set_back(story)
    _search(story)


def _delete(connection: sqlite3.Connection, index: int) -> None:
    connection.execute("DELETE FROM ledger_leaf WHERE seq = ?", (index,))


def _edit(connection: sqlite3.Connection, index: int) -> None:
    (data,) = connection.execute("SELECT data FROM ledger_leaf WHERE seq = ?", (index,)).fetchone()
    changed = data[:-1] + bytes([data[-1] ^ 1])
    connection.execute("UPDATE ledger_leaf SET data = ? WHERE seq = ?", (changed, index))


def _cheat(story: Story, what: str, spoil: Spoil, index: int) -> None:
    found = _examined(story, spoil, index)
    named = str(index) in json.dumps(found["findings"])
    told = _("Cheat: %(what)s: red, naming entry %(entry)s.") % {"what": what, "entry": number(index)}
    story.expect(not found["sound"] and named, told)
    for finding in found["findings"][:2]:
        story.say(f"     {finding}")


def _set_back(story: Story) -> None:
    """Put yesterday's database in the place of today's; the signed head outside remembers."""
    target = story.folder() / "cheat"
    home, outside = copy_home(target)
    shutil.copy(story.folder() / "yesterday.sqlite3", home / CELL_FILE)
    found = _doctor(home, outside)
    story.expect(not found["sound"], _("Cheat: restore yesterday's database: red, it is older than what was signed."))
    for finding in found["findings"][:1]:
        story.say(f"     {finding}")
    shutil.rmtree(target, ignore_errors=True)


def _search(story: Story) -> None:
    """Search every byte of the home for the name of the person."""
    asked = ask(story.question(SELLER, Operation.CONSULT, (story.person,), ("T01",)))
    names = [opened.value for opened in open_facts(asked.permit())]
    hits = [hit for name in names for hit in search_files_for(name, [Path(_home())])]
    story.expect(bool(names) and not hits, _("Search all files of the home for the name: nowhere in clear."))


def _home() -> str:
    from django.conf import settings

    return str(settings.OPTIONS.home)


def _examined(story: Story, spoil: Spoil | None, index: int) -> dict[str, Any]:
    target = story.folder() / "cheat"
    home, outside = copy_home(target)
    if spoil is not None:
        with closing(sqlite3.connect(home / CELL_FILE)) as connection, connection:
            spoil(connection, index)
    found = _doctor(home, outside)
    shutil.rmtree(target, ignore_errors=True)
    return found


def _doctor(home: Path, outside: Path) -> dict[str, Any]:
    """Ask ``aboveboard doctor`` about a copy, in a process of its own."""
    environment = {**os.environ, "ABOVEBOARD_HOME": str(home), "ABOVEBOARD_OUTSIDE": str(outside)}
    answer = subprocess.run(
        [sys.executable, "-m", "aboveboard", "doctor", "--json"],
        env=environment,
        capture_output=True,
        check=False,
        timeout=120,
    )
    told = json.loads(answer.stdout or b"{}")
    findings = [check["sentence"] for check in told.get("checks", []) if not check["holds"]]
    if not findings and answer.returncode:
        findings = [str(told.get("sentence", "doctor did not answer"))]
    return {"sound": answer.returncode == 0, "findings": findings}
