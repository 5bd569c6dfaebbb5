"""The same command line on PostgreSQL: founded, looked at, copied, set back, noticed, recovered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aboveboard.faces.cli.answers import Exit
from tests.support import postgres
from tests.support.cli import Home

LOOK = ("--purpose", "customer-relationship", "--as", "seller")
TWO = ("--signatory", "signatory-cz", "--signatory", "signatory-cz-2")
pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A sample home whose two databases lie on a server of its own."""
    cluster = postgres.start()
    try:
        urls = {"ABOVEBOARD_DATABASE_URL": "commercial", "ABOVEBOARD_VAULT_DATABASE_URL": "cell"}
        made = Home(tmp_path, {name: cluster.create(database) for name, database in urls.items()})
        assert made.run("init", "--sample").code == Exit.DONE
        yield made
    finally:
        cluster.stop()


def test_a_disaster_on_postgresql_goes_as_on_sqlite(home: Home):
    """Dumped at one snapshot, laid back in one transaction, noticed, declared, and the erased stay erased."""
    seen, erased = home.take_in("Alena Vzorová", "Boris Ukázkový")
    home.json("sequence", "--once")
    made = home.json("backup", str(home.folder / "backup"))
    home.json("ask", seen, *LOOK)
    home.json("erase", erased, "--purpose", "data-protection-oversight", "--yes", "--as", "data-protection-officer")
    head = home.json("sequence", "--once")
    assert head["tree_size"] > made["tree_size"]
    assert home.json("restore", str(home.folder / "backup"))["set_back"] is True
    assert home.run("ask", seen, *LOOK).code == Exit.SET_BACK
    said = home.json("recover", "--declare-gap", *TWO)
    assert (said["lost_from"], said["lost_to"], said["erased"]) == (made["tree_size"], head["tree_size"], 1)
    assert home.json("ask", seen, *LOOK)["people"]
    assert home.json("ask", erased, *LOOK, code=Exit.GONE)
    home.json("sequence", "--once")
    assert home.json("work", "--once")
    # A test's cluster does not write through; the doctor says so, and finds nothing else.
    wrong = {check["name"] for check in home.json("doctor", code=Exit.FAILED)["checks"] if not check["holds"]}
    assert wrong == {f"{store}: {name}" for store in ("default", "vault") for name in ("fsync", "full_page_writes")}
