"""``aboveboard import`` as an operator meets it: in processes of its own, killed in the middle, and gone on with."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from tests.support.cli import Home, sample_home
from tests.support.imports import written

ORDER = ("--entity", "cz", "--relation", "customer", "--purpose", "customer-relationship")
SAID = ("--source", "A list of the tests", "--notice", "send")
HEADER = ("Name", "Work Email", "Job Title", "Children")


@pytest.fixture
def sample(tmp_path) -> Home:
    """A sample home of one's own."""
    return sample_home(tmp_path / "cell")


def as_(home: Home, login: str) -> tuple[str, str]:
    """Act for one of the sample cast, by the token of the sample home."""
    path = home.folder / f"{login}.token"
    path.write_text(home.sample(login)["token"] + "\n")
    path.chmod(0o600)
    return ("--token-file", str(path))


def rows_of(home: Home, query: str) -> list[tuple]:
    """What the cell's database says, read from outside."""
    with closing(sqlite3.connect(f"file:{home.home / 'cell.sqlite3'}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


def everything(home: Home) -> dict[str, object]:
    """All rows of all three stores, and every other file byte for byte; when a token was used last apart."""
    found: dict[str, object] = {}
    for path in sorted([*home.home.rglob("*"), *home.outside.rglob("*")]):
        if path.suffix == ".sqlite3":
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
                rows = [line for line in store.iterdump() if 'INTO "signin_apitoken"' not in line]
            found[path.name] = rows
        elif path.is_file() and not path.name.endswith((".lock", "-shm", "-wal")):
            found[str(path)] = path.read_bytes()
    return found


def test_a_dry_run_changes_no_byte_of_the_home(sample: Home, tmp_path):
    """Whoever tries a file out leaves nothing behind, and hears the same as from the import itself."""
    path = written(tmp_path, "x.csv", HEADER, ("Anna Nová", "anna@firma.example", "Buyer", "2"))
    before = everything(sample)
    rehearsed = sample.json("import", str(path), *ORDER, *SAID, "--dry-run", *as_(sample, "seller-cz"))
    assert everything(sample) == before
    told = sample.json("import", str(path), *ORDER, *SAID, *as_(sample, "seller-cz"))
    own = {"import", "dry_run", "again", "broken_file"}
    assert {k: v for k, v in rehearsed.items() if k not in own} == {k: v for k, v in told.items() if k not in own}
    assert (rehearsed["dry_run"], told["dry_run"], told["people"]["new"]) == (True, False, 1)


def test_the_words_name_columns_rules_and_what_to_do_next(sample: Home, tmp_path):
    """What is kept, what waits and why, when data lock; no value of anybody."""
    path = written(tmp_path, "x.csv", HEADER, ("Anna Nová", "anna@firma.example", "Buyer", "2"))
    said = sample.run("import", str(path), *ORDER, *SAID, *as_(sample, "seller-cz")).out
    assert "Children\tT36 Children\twaits\tcategory_allowed: prohibited\thouse-default\tArt. 5(1)(c)\t1" in said
    assert "4 cells = 3 kept + 1 wait + 0 not kept + 0 not read; 0 were empty." in said
    assert "aboveboard notice" in said
    assert "aboveboard quarantine" in said
    assert "Nová" not in said
    assert "firma.example" not in said


def test_what_is_missing_or_refused_ends_with_its_code(sample: Home, tmp_path):
    """2 for an order that is not complete, 3 for a refusal, 4 for a file that cannot be read."""
    path = written(tmp_path, "x.csv", HEADER, ("Anna Nová", "anna@firma.example", "Buyer", "2"))
    seller = as_(sample, "seller-cz")
    assert sample.run("import", str(path), *ORDER, *seller).code == 2
    assert sample.run("import", str(path), *ORDER, *SAID, *as_(sample, "seller-de")).code == 3
    picture = tmp_path / "x.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert sample.run("import", str(picture), *ORDER, *SAID, *seller).code == 4


def test_columns_wait_notices_are_owed_and_an_import_is_undone(sample: Home, tmp_path):
    """The commands around an import, one after the other."""
    rows = (("Anna Nová", "anna@firma.example", "Buyer", "2"), ("Bert Alt", "bert@firma.example", "Clerk", "1"))
    seller, signatory, officer = (as_(sample, login) for login in ("seller-cz", "signatory-cz", "dpo-cz"))
    number = str(
        sample.json("import", str(written(tmp_path, "x.csv", HEADER, *rows)), *ORDER, *SAID, *seller)["import"]
    )
    waiting = sample.json("quarantine", "list", number, *seller)["columns"]
    assert [(line["column"], line["values"]) for line in waiting] == [("Children", 2)]
    admitted = ("--purpose", "customer-relationship", "--basis", "legitimate-interest", "--category", "T36")
    act = sample.json("quarantine", "admit", number, "Children", *admitted, *signatory)["act"]
    second = as_(sample, "signatory-cz-2")
    assert sample.json("act", "sign", act, *second, code=3)["refusals"][0]["rule"] == "opinion_first"
    sample.json("act", "opine", act, "--in-favour", *officer)
    sample.json("act", "sign", act, *second)
    refused = sample.json("act", "apply", act, *second, code=3)
    assert (refused["left"], {one["rule"] for one in refused["refusals"]}) == (2, {"category_allowed"})
    assert sample.json("quarantine", "drop", number, "Children", *signatory)["dropped"] == 2
    assert sample.json("notice", "list", *seller)["owed"][0]["people"] == 2
    done = ("--version", "v1", "--on", "2026-01-02", "--import", number, "--purpose", "customer-relationship")
    assert sample.json("notice", "done", *done, *seller)["informed"] == 2
    assert sample.json("notice", "list", *seller)["owed"] == []
    undo = ("import", "--undo", number, "--purpose")
    assert sample.run(*undo, "customer-relationship", *seller).code == 3
    assert sample.json(*undo, "data-protection-oversight", *officer)["erased"] == 2
    assert rows_of(sample, "SELECT count(*) FROM vault_fact") == [(0,)]


@pytest.mark.kill
@pytest.mark.slow
def test_an_import_that_is_killed_goes_on_and_ends_as_if_nothing_had_been(sample: Home, tmp_path):
    """Kill -9 at random instants: nobody twice, nobody missing, every key somebody's, every cell accounted for."""
    people = 6_000
    rows = [(f"Person{n:05} Test", f"p{n}@firma.example", "Clerk", str(n % 4)) for n in range(people)]
    path = written(tmp_path, "many.csv", HEADER, *rows)
    command = ("import", str(path), *ORDER, *SAID, *as_(sample, "seller-cz"))
    kills = 0
    instants = random.Random(17)  # noqa: S311 - when, not what
    for pause in [instants.uniform(0.05, 0.4) for _ in range(3)]:
        running = _started(sample, *command)
        if _in_the_middle(sample, running, people):
            time.sleep(pause)
            running.send_signal(signal.SIGKILL)
            kills += 1
        running.wait()
    assert kills
    report = sample.json(*command)
    assert report["people"]["new"] == people
    assert report["cells"]["in"] == report["cells"]["admitted"] + report["cells"]["quarantined"] == 4 * people
    assert rows_of(sample, "SELECT count(*) FROM vault_person") == [(people,)]
    assert rows_of(sample, "SELECT count(*) FROM vault_fact") == [(3 * people,)]
    assert rows_of(sample, "SELECT count(DISTINCT person), count(*) FROM intake_quarantined") == [(people, people)]
    with closing(sqlite3.connect(sample.home / "keys.sqlite3")) as keys:
        owners = {row[0] for row in keys.execute("SELECT owner FROM wrapped_key WHERE kind = 1")}
        found = {row[0] for row in keys.execute("SELECT subject FROM token")}
    held = {row[0] for row in rows_of(sample, "SELECT id FROM vault_person")}
    assert owners == found == held
    assert sample.run("sequence", "--once").code == 0
    assert rows_of(sample, "SELECT count(*) FROM ledger_chain WHERE substr(owner, 1, 1) = x'73'")[0][0] >= people


def _started(home: Home, *arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "aboveboard", *arguments]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, env=home.environment, cwd=home.folder, stdin=quiet, stdout=quiet, stderr=quiet)


def _in_the_middle(home: Home, running: "subprocess.Popen[bytes]", people: int) -> bool:
    """Wait until somebody is taken in; false when the import ended before."""
    before = rows_of(home, "SELECT count(*) FROM vault_person")[0][0]
    while running.poll() is None:
        if before < rows_of(home, "SELECT count(*) FROM vault_person")[0][0] < people:
            return True
        time.sleep(0.02)
    return False
