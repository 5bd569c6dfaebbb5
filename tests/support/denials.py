"""What tests of denials do again and again: a stranger asks, the officer answers, somebody checks the folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.cell import Cell

if TYPE_CHECKING:
    from aboveboard.apps.evidence.denials import Answered
    from aboveboard.core.verify import Report
    from aboveboard.core.verify.refuting import Refutation

STRANGER = {"email": "stranger@example.test", "phone": "+420 601 222 333", "name": "Jindřiška Neznámá"}


def asked(cell: Cell, *, by: str = "dpo-cz", **goes_by: str) -> "Answered":
    """The answer to a stranger who goes by these; ``name_and_birth`` is a name, a bar, a day."""
    from aboveboard.apps.evidence.denials import answer
    from aboveboard.apps.intake.unread import waits_under
    from aboveboard.core.envelope.identifiers import IdentifierKind

    question = cell.question("consult", [], [], by=by, purpose="data-protection-oversight")
    given = [(IdentifierKind(kind.replace("_", "-")), text) for kind, text in goes_by.items()]
    return answer(given, actor=question.actor, place=question.place, now=question.asked_at, waits=waits_under)


def denied(cell: Cell, folder: Path, **goes_by: str) -> Path:
    """A denial, its line signed, laid into a folder as the stranger takes it home."""
    from aboveboard.apps.evidence.denial_files import denial_files
    from aboveboard.apps.evidence.pack import lay_down

    given = asked(cell, **(goes_by or STRANGER)).denial
    assert given is not None
    cell.drain()
    lay_down(folder, denial_files(given))
    return folder


def keys_beside(folder: Path) -> Path:
    """The file of trusted keys, from elsewhere."""
    from aboveboard.apps.evidence.pack import own_trust

    keys = folder.with_name("keys")
    keys.write_bytes(own_trust().encode())
    return keys


def checked(folder: Path, *since: Path) -> "Report":
    """A stranger checks a denial."""
    from aboveboard.core.verify.refuting import verify_denial_folder

    return verify_denial_folder(folder, keys_beside(folder), since)


def held_against(denial: Path, pack: Path, **more: Any) -> "Refutation":
    """A denial held against a pack."""
    from aboveboard.core.verify.refuting import refute_folder

    return refute_folder(denial, pack, keys_beside(denial), **more)
