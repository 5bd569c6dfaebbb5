"""A room is named for what it holds, not for a technique."""

import re

from tests.house.tree import OURS, modules, named

SAYS_NOTHING = frozenset({"utils", "util", "helpers", "common", "misc", "base", "services", "managers", "handlers"})


def test_no_module_is_named_for_nothing():
    """In a drawer named for nothing, everything ends up."""
    drawers = [
        named(path) for path in modules(*OURS) if not SAYS_NOTHING.isdisjoint({path.stem, *path.parent.parts[-4:]})
    ]
    assert drawers == []


def test_every_migration_has_a_name_of_its_own():
    """A migration says what it does; one that Django named says when it was made."""
    folders = {path.parent / "migrations" for path in modules("src/aboveboard/apps")}
    files = [path for folder in folders for path in folder.glob("[0-9]*.py")]
    assert [named(path) for path in files if re.search(r"_auto_\d|_initial_|^\d{4}_auto", path.name)] == []
