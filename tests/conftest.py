"""How every test runs: a home of its own, both stores, one of two databases, and no network."""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import emptying, network, postgres, prices, run, statics
from tests.support.present import as_required, chromium, leave_out

pytest_plugins = ["tests.support.cell", "tests.support.longest"]

# How fast the machine is says nothing about what holds.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

COMMERCIAL, CELL = "aboveboard_commercial", "aboveboard_cell"
CLUSTER = pytest.StashKey[postgres.Cluster]()
HOME = pytest.StashKey[Path]()
RUN = pytest.StashKey[Path | None]()
DATABASE_FIXTURES = frozenset({"db", "transactional_db", "live_server", "django_db_setup"})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the suite run on either database."""
    parser.addoption("--database", choices=("sqlite", "postgres"), default="sqlite", help="where both stores lie")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Lay a fresh home, start the database where asked, and only then set Django up."""
    home = Path(tempfile.mkdtemp(prefix="aboveboard-test-"))
    config.stash[HOME] = home
    config.stash[RUN] = run.begin()
    (home / "home").mkdir()
    for name in [name for name in os.environ if name.startswith("ABOVEBOARD_")]:
        if name != "ABOVEBOARD_REQUIRE_ALL":
            del os.environ[name]
    os.environ["ABOVEBOARD_HOME"] = str(home / "home")
    os.environ["ABOVEBOARD_OUTSIDE"] = str(home / "outside")
    if config.getoption("--database") == "postgres":
        os.environ |= _addresses(config)
    _set_django_up(home / "home")
    prices.lower()
    emptying.instead_of_django()
    statics.look_once()
    network.shut()


def _set_django_up(home: Path) -> None:
    """Load the settings for *home*, and leave no variable that would load them in a worker before its home is laid."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "aboveboard.settings"

    import django
    from django.conf import settings

    django.setup()
    del os.environ["DJANGO_SETTINGS_MODULE"]
    if settings.OPTIONS.home != home:
        pytest.exit("unset DJANGO_SETTINGS_MODULE: Django was set up before the tests had a home", returncode=4)


def _addresses(config: pytest.Config) -> dict[str, str]:
    """The two databases: of the controller's cluster, or of one started here."""
    given = getattr(config, "workerinput", {}).get("postgres")
    if given is None:
        try:
            cluster = config.stash[CLUSTER] = postgres.start()
        except postgres.NoPostgresError as error:
            pytest.exit(f"--database postgres: {error}", returncode=4)
        given = {name: cluster.url(name) for name in (COMMERCIAL, CELL)}
    return {"ABOVEBOARD_DATABASE_URL": given[COMMERCIAL], "ABOVEBOARD_VAULT_DATABASE_URL": given[CELL]}


class Workers:
    """Hands the controller's cluster to the worker processes of pytest-xdist."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a new worker where the databases lie."""
        cluster = node.config.stash.get(CLUSTER, None)
        if cluster is not None:
            node.workerinput["postgres"] = {name: cluster.url(name) for name in (COMMERCIAL, CELL)}


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Register the hand-over once, where pytest-xdist is at work."""
    if not manager.has_plugin("aboveboard-workers"):
        manager.register(Workers(), "aboveboard-workers")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster; remove the home, and what the workers shared."""
    cluster = config.stash.get(CLUSTER, None)
    if cluster is not None:
        cluster.stop()
    home = config.stash.get(HOME, None)
    if home is not None:
        shutil.rmtree(home, ignore_errors=True)
    folder = config.stash.get(RUN, None)
    if folder is not None:
        run.end(folder)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what touches a database, give it both stores, and keep for the other database what holds on that one only.

    What a browser does with a page is the same on either; that the page comes is tried on both without one.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is None and DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
            continue
        item.add_marker(pytest.mark.database)
        named = dict(marker.kwargs) if marker else {}
        if not named.get("databases"):
            item.add_marker(pytest.mark.django_db(**{**named, "databases": ["default", "vault"]}), append=False)
    elsewhere = ("postgres",) if config.getoption("--database") == "sqlite" else ("sqlite", "browser")
    left = [item for item in items if any(item.get_closest_marker(name) for name in elsewhere)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that was skipped, for whatever reason, failed where everything is required."""
    return as_required((yield))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test in a browser needs one."""
    if item.get_closest_marker("browser") and chromium() is None:
        leave_out("no Chromium on this machine")


@pytest.fixture
def home() -> Iterator[Path]:
    """The folder of the embedded stores, empty before and after, the databases apart."""
    folder = Path(os.environ["ABOVEBOARD_HOME"])
    yield folder
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif "sqlite3" not in entry.name:
            entry.unlink()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Both stores; whatever a server's thread still holds open is closed before they are taken down."""
    yield
    from django.db import connections

    with django_db_blocker.unblock():
        for connection in connections.all():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
