"""The pure heart: a stranger runs the verifier with Python and one library."""

import subprocess
import sys

import pytest

from tests.house.tree import imports, modules, named
from tests.support.present import ROOT

CORE = "src/aboveboard/core"
OUTSIDE_WORLD = frozenset({"django", "socket", "http", "urllib", "sqlite3", "subprocess", "time", "asyncio"})
LIBRARIES = frozenset({"cryptography"})


def test_core_imports_python_itself_and_one_library():
    """Whoever checks a proof must not have to install a web framework first."""
    allowed = sys.stdlib_module_names | LIBRARIES
    foreign = {
        f"{named(path)} imports {module}"
        for path in modules(CORE)
        for module in imports(path)
        if module.split(".")[0] not in allowed and not module.startswith("aboveboard.core")
    }
    assert foreign == set()


def test_core_does_not_reach_for_the_world():
    """What is decided and proved depends on what is handed in, not on a clock, a socket or a database."""
    reached = {
        f"{named(path)} imports {module}"
        for path in modules(CORE)
        for module in imports(path)
        if module.split(".")[0] in OUTSIDE_WORLD
    }
    assert reached == set()


@pytest.mark.parametrize("room", ["tlog", "verify"])
def test_the_verifier_loads_where_django_is_not_installed(room):
    """Importing the proof rooms brings neither Django nor any other library of the application along."""
    if not (ROOT / CORE / room).is_dir():
        pytest.fail(f"core/{room} is not there")
    script = (
        "import sys\n"
        "for name in ('django', 'orjson', 'psycopg', 'click', 'rich'): sys.modules[name] = None\n"
        f"import pkgutil, importlib, aboveboard.core.{room} as room\n"
        "for found in pkgutil.walk_packages(room.__path__, room.__name__ + '.'):\n"
        "    importlib.import_module(found.name)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT / "src", capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
