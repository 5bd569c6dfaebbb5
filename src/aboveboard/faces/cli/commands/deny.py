"""Answer a stranger: deny, with a signature, that anything is held about them; or say that there is a record."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aboveboard.core.errors import Invalid
from aboveboard.faces.cli.acting import acting
from aboveboard.faces.cli.answers import Answer
from aboveboard.faces.cli.command import answering
from aboveboard.faces.cli.cosigned import waiting_words
from aboveboard.faces.cli.sequencing import have_signed_entry

if TYPE_CHECKING:
    from aboveboard.core.envelope.identifiers import IdentifierKind
    from aboveboard.faces.cli.acting import Acting

LINES = ("email", "phone", "name", "born")


@answering()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder for the denial.")
@acting
def command(*, out: Path, acting: "Acting") -> Answer:
    """Search for a stranger by what they go by; where nothing is held, write a signed denial into a new folder.

    What they go by is read from standard input, so that it stands in no list of commands, one line each:
    `email: ...`, `phone: ...`, `name: ...`, `born: 2001-12-31` (with a name). Ask for no more than they gave you.

    Whoever is found is looked at, and that stands in the log; then the answer is that there is a record, and no
    denial is given. The folder is for the stranger: nothing in the log or in this house says whom it is about.
    """
    from aboveboard.apps.evidence.denial_files import denial_files
    from aboveboard.apps.evidence.denials import answer
    from aboveboard.apps.evidence.pack import lay_down, require_new
    from aboveboard.apps.intake.unread import waits_under

    require_new(out)
    given = _read(sys.stdin.read())
    answered = answer(given, actor=acting.actor, place=acting.place, now=acting.now, waits=waits_under)
    look = answered.look.hex() if answered.look else None
    if answered.denial is None:
        words = [f"There is a record under: {', '.join(answered.met)}. No denial is given."]
        return Answer({"denied": False, "met": list(answered.met), "look": look}, words)
    have_signed_entry(answered.denial.entry_hash)
    lay_down(out.absolute(), denial_files(answered.denial))
    erased = {kind: day.isoformat() for kind, day in answered.denial.erased.items()}
    data = {"denied": True, "met": [], "look": look, "entry": answered.denial.entry_hash.hex(), "erased": erased}
    words = [f"No record is held. The denial lies in {out}; hand it over whole and keep no copy."]
    words += [
        f"A keyed mark by {kind} is left of an erasure on {day}; the denial says so." for kind, day in erased.items()
    ]
    words += waiting_words(out)
    return Answer({**data, "folder": str(out)}, words)


def _read(text: str) -> list[tuple["IdentifierKind", str]]:
    from aboveboard.core.envelope.identifiers import IdentifierKind

    said: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        name = name.strip().casefold()
        if not colon or name not in LINES or name in said:
            raise Invalid("Each line is one of `email: `, `phone: `, `name: `, `born: `, and stands there once.")
        said[name] = value.strip()
    born = said.pop("born", "")
    if born and "name" not in said:
        raise Invalid("A date of birth is asked about together with a name.")
    if born:
        said[IdentifierKind.NAME_AND_BIRTH] = f"{said.pop('name')}|{born}"
    return [(IdentifierKind(name), value) for name, value in said.items()]
