"""The commands that run on or lay down homes of their own tell nothing either: serve, demo, init, bench."""

import json
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.attack.conftest import Laid, left_by
from tests.support.cli import DJANGO, Home
from tests.support.marks import Found, Marks
from tests.support.outside import Wish, api, ask, sign_in
from tests.support.serving import Serving, free_port, served, until

CARE = "customer-relationship"
DRIVEN = frozenset({"init", "serve", "demo", "bench"})
"""What is driven here; every other command is in a home's whole life."""
MARKED_PEOPLE = f"""{DJANGO}
import sys
from aboveboard.faces.tour import people
from aboveboard.faces.tour.steps import import_
word = {{word!r}}
import_.PEOPLE = 120
for name in ("_CZECH_MEN", "_CZECH_WOMEN", "_CZECH_NAMES", "_GERMAN_MEN", "_GERMAN_WOMEN", "_GERMAN_NAMES",
             "_FUNCTIONS", "_BELIEFS", "_HOBBIES"):
    setattr(people, name, (word,))
from aboveboard.__main__ import main
sys.exit(main())
"""
"""The demo, whose people all bear the marked word."""


def odd_wishes(word: str, token: str, cookies: str, subject: str) -> list[Wish]:
    """What people send by mistake or on purpose, a marked word in every part of it."""
    far, browser = quote(word), {"Cookie": cookies}
    form = {**browser, "Content-Type": "application/x-www-form-urlencoded"}
    return [
        Wish("in the path", "GET", f"/{far}"),
        Wish("in the query", "GET", f"/desk/people/{subject}?purpose={far}&view={far}", browser),
        Wish("in a header", "GET", "/desk/", {**browser, "User-Agent": far, "Referer": f"http://localhost/{far}"}),
        Wish("in a cookie", "GET", "/mine/", {"Cookie": f"aboveboard_own_page={far}; aboveboard_session={far}"}),
        Wish("in a form", "POST", "/desk/search", form, f"term={far}&purpose={far}".encode()),
        Wish("as a name", "POST", "/account/login/", form, f"login={far}&password={far}".encode()),
        Wish("as a method", f"X{far}".replace("%", ""), "/"),
        Wish("as a token", "GET", "/api/v1/me", {"Authorization": f"Bearer ab_{far}_{far}"}),
        Wish("as a host", "GET", "/", {"Host": f"{far}.example"}),
        Wish("as no JSON", "POST", "/api/v1/people/search", {"Authorization": f"Bearer {token}"}, word.encode()),
        api("as a category", token, "POST", f"/people/{subject}/open", {"categories": [word], "purpose": word}),
        api("as an id", token, "GET", f"/people/{far}"),
        api("as facts", token, "POST", f"/people/{subject}/facts", {"purpose": word, "source": word, "facts": word}),
        api("as a hobby", token, "POST", f"/people/{subject}/facts",
            {"purpose": CARE, "source": word, "facts": [{"category": "T63", "value": word}]}),
    ]  # fmt: skip


def leaks_of_processes(serving: Serving, marks: Marks) -> list[Found]:
    """Search what anybody on the machine can list of the processes of a server."""
    parts = [Path(f"/proc/{number}/{part}") for number in serving.members() for part in ("cmdline", "environ")]
    return [found for part in parts for found in marks.search(str(part), part.read_bytes())]


@pytest.mark.database
def test_a_server_tells_nothing_in_what_it_says_logs_or_leaves(attacked: Home, laid_home: Laid, marks: Marks):
    """Looks that are permitted, requests that are odd; nothing in its words, its processes or any file."""
    (subject,) = attacked.take_in(marks.value("T01"))
    token = attacked.sample("seller-cz")["token"]
    with served(attacked) as serving:
        cookies = sign_in(serving.port, "seller-cz", attacked.sample("seller-cz")["password"])
        looks = [
            api("person", token, "GET", f"/people/{subject}"),
            api("search", token, "POST", "/people/search", {"term": marks.value("T01").split()[0], "purpose": CARE}),
            Wish("page", "GET", f"/desk/people/{subject}", {"Cookie": cookies}),
        ]
        for wish in looks:
            assert marks.is_in(ask(serving.port, wish).body), wish.name
        for wish in odd_wishes(marks.value("T01"), token, cookies, subject):
            assert ask(serving.port, wish).status < 500, wish.name
        assert leaks_of_processes(serving, marks) == []
        assert serving.stop() == 0
    assert "GET api:person 200" in serving.words(), "the access log is not where this test looks"
    # What it says lies beside the home and is searched with it.
    assert marks.search_files(*left_by(attacked, laid_home)) == []


def test_the_demo_tells_nobodys_name_and_leaves_only_what_it_names(tmp_path: Path, marks: Marks):
    """All steps, then the page: the raw export and the evidence hold the people; nothing printed or left does."""
    home = Home(tmp_path / "demo", {"ABOVEBOARD_PORT": str(free_port())})
    home.folder.mkdir()
    word = marks.value("T01").split()[0]
    ran = home.python("-c", MARKED_PEOPLE.format(word=word), "demo", "--no-serve", "--json")
    assert ran.code == 0, ran.out + ran.err
    assert marks.search("the account", ran.out + ran.err) == []
    tour = home.folder / "home.tour"
    for name in ("raw-export.csv", "evidence"):
        assert marks.search_files(tour / name), f"{name} holds nobody: the search below proves nothing"
    said = home.folder / "said"
    with said.open("w") as into:
        running = subprocess.Popen(
            home.command("demo"),
            env=home.environment,
            cwd=home.folder,
            stdout=into,
            stderr=into,
            start_new_session=True,
        )
    try:
        until(lambda: "answers on" in said.read_text() or running.poll() is not None)
        page = ask(int(home.more["ABOVEBOARD_PORT"]), Wish("tour", "GET", "/tour/"))
        assert (page.status, marks.search("the page", page.body)) == (200, [])
    finally:
        running.terminate()
        running.wait()
    permitted = {tour / "raw-export.csv", *(tour / "evidence").rglob("*")}
    left = [path for path in home.folder.rglob("*") if path.is_file() and path not in permitted]
    assert len(left) > 20
    assert marks.search_files(*left) == []


def test_founding_keeps_the_names_of_the_founders_sealed(tmp_path: Path, marks: Marks):
    """Names, passwords and passphrases are typed in; none is printed, and none lies readable in what was laid down."""
    typed = tmp_path / "typed"
    typed.mkdir()
    (typed / "secret").write_text(f"the secret of {marks.value('T01')}\n")
    one = {"entity": "cz", "workplace": "CZ", "password_file": "secret", "passphrase_file": "secret"}
    one["name"] = marks.value("T01")
    plan = {
        "controller": {"id": "cz", "legal_name": "A Company", "country": "CZ"},
        "signatories": [{**one, "login": login} for login in ("first", "second")],
        "officer": {**one, "login": "officer"},
    }
    (typed / "plan.json").write_text(json.dumps(plan))
    home = Home(tmp_path / "founded")
    home.folder.mkdir()
    for code, words in ((0, ()), (5, ("--json",))):
        ran = home.run("init", "--founding", str(typed / "plan.json"), *words)
        assert ran.code == code, ran.err
        assert marks.search("init", ran.out + ran.err) == []
    assert marks.search_files(home.folder) == []


def test_a_bench_tells_and_leaves_nothing_of_the_home_it_is_started_beside(
    attacked: Home, laid_home: Laid, marks: Marks
):
    """It lays homes of its own and takes them away again; the one in its environment is not touched."""
    attacked.take_in(marks.value("T01"))
    ran = attacked.run("bench", "tiles", "--", "--quick")
    assert ran.code == 0, ran.err
    assert "| tiles |" in ran.out
    assert marks.search("bench", ran.out + ran.err) == []
    assert list(attacked.scratch.iterdir()) == []
    assert marks.search_files(*left_by(attacked, laid_home)) == []
