"""A whole life of a home by command line, all of it allowed: each command ends well, and none tells what is not for it.

Filled from files, looked at, decided on, copied, set back, recovered, rotated, upgraded: what each command prints, in
words and as JSON, and every file that is left, the database server's own among them, are searched for marked words.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.attack.conftest import Laid, left_by
from tests.attack.test_leaks_import import marked_file
from tests.attack.test_leaks_serving import DRIVEN as DRIVEN_THERE
from tests.support.cli import Home
from tests.support.marks import Marks
from tests.support.published import on_the_web
from tests.support.surfaces import COMMANDS, PERMITTED

pytestmark = pytest.mark.database
CARE, OVERSIGHT = "customer-relationship", "data-protection-oversight"
SELLER, OFFICER, OPERATOR = ("--as", "seller-cz"), ("--as", "dpo-cz"), ("--as", "operator-cz")
FIRST, SECOND = ("--as", "signatory-cz"), ("--as", "signatory-cz-2")
WRITES_VALUES = {"prove": "pack", "notice export": "owed", "deny": "denial", "prove-authority": "authority"}
"""What is permitted to tell values writes them into a file of its own, or says them."""

WITHOUT_JOBS = """
from django.core.management import call_command
call_command("migrate", "jobs", "zero", database="vault", verbosity=0)
"""
"""Tables as an older program left them."""


@dataclass
class Life:
    """A home in which command after command is run, and what they said is searched."""

    home: Home
    marks: Marks
    folder: Path
    """What is typed, what comes in, and what goes out."""
    done: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    """The commands that showed a value."""

    def do(self, name: str, *words: str, text: str = "") -> Any:
        """Run a command to a good end, answered as JSON; a value where none may be fails here."""
        return json.loads(self._run(name, *words, "--json", text=text))

    def say(self, name: str, *words: str, text: str = "") -> None:
        """Run a command to a good end, answered in words as people read them."""
        self._run(name, *words, text=text)

    def both(self, name: str, *words: str, text: str = "") -> Any:
        """Run a command that changes nothing both ways."""
        self.say(name, *words, text=text)
        return self.do(name, *words, text=text)

    def both_once(self, name: str, *words: str) -> None:
        """Run a command that writes a folder of its own both ways."""
        self.say(name, *words, "--out", self.out(f"{name}-said"))
        self.do(name, *words, "--out", self.out(f"{name}-done"))

    def typed(self, name: str, content: str) -> str:
        """Write what somebody typed into a file for a command to read."""
        path = self.folder / "typed" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        return str(path)

    def out(self, name: str) -> str:
        """Name what a command is to write."""
        return str(self.folder / name)

    def decided(self, kind: str, body: object) -> str:
        """Take an act from a file to its effect."""
        act: str = self.do("act propose", kind, self.typed("body", json.dumps(body)), *FIRST)["act"]
        self.put_through(act)
        return act

    def put_through(self, act: str) -> None:
        """Opine on an act, with a reason that names somebody, sign it, let it take effect."""
        reason = self.typed("reason", f"Because of {self.marks.value('T01')}.")
        self.say("act opine", act, "--in-favour", "--reason-file", reason, *OFFICER)
        self.say("act sign", act, *SECOND)
        self.say("act apply", act, *SECOND)

    def _run(self, name: str, *words: str, text: str = "") -> str:
        ran = self.home.run(*name.split(), *words, text=text)
        assert ran.code == 0, (name, ran.code, ran.err)
        self.done.add(name)
        if self.marks.is_in(ran.out + ran.err):
            assert COMMANDS[name] is PERMITTED, f"{name} tells a value"
            self.told.add(name)
        return ran.out


@pytest.fixture
def life(attacked: Home, marks: Marks, tmp_path: Path) -> Life:
    """The home, and room for what is typed and written."""
    made = Life(attacked, marks, tmp_path / "work")
    made.folder.mkdir()
    return made


def come_in(life: Life) -> tuple[str, list[str]]:
    """Sign in, take people in from a file, decide on what waits, tell them; the import's number, and who is known."""
    life.say("login", "seller-cz", "--password-file", life.typed("password", life.home.sample("seller-cz")["password"]))
    people = str(marked_file(life.folder, life.marks))
    order = ("--purpose", CARE, "--entity", "cz", "--relation", "customer", "--notice", "send")
    source = ("--source", life.marks.value("T91"))
    life.say("import", people, *order, *source, "--dry-run", *SELLER)
    number = str(life.do("import", people, *order, *source, *SELLER)["import"])
    life.say("import", people, *order, *source, *SELLER)
    life.both("quarantine list", number, *SELLER)
    life.say("quarantine drop", number, "Hobby", *FIRST)
    life.decided("lift-default", {"purpose": CARE, "capacity": "customer", "category": "T36"})
    basis = ("--purpose", CARE, "--basis", "legitimate-interest", "--category", "T36")
    life.put_through(life.do("quarantine admit", number, "Children", *basis, *FIRST)["act"])
    columns = life.do("quarantine list", number, *SELLER)["columns"]
    assert [one["decision"] for one in columns if one["column"] == "Children"] == ["admitted"]
    known = life.both("notice list", "--people", *SELLER)["people"]
    life.say("notice export", life.out("owed"), "--purpose", CARE, *SELLER)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    life.say("notice done", *known[:3], "--version", "1", "--on", today, "--purpose", CARE, *SELLER)
    life.say("notice link", known[0], *OFFICER)
    return number, known


def look(life: Life, subject: str) -> None:
    """Look, search, ask who can see; take evidence and check it as a stranger does."""
    word = life.marks.value("T01").split()[0]
    life.both("ask", subject, "--purpose", CARE, *SELLER)
    life.both("find", "--purpose", CARE, *SELLER, text=f"{word}\n")
    life.both("who-can-see", subject, *OFFICER)
    life.both("my-looks", *SELLER)
    name_reader(life, subject)
    life.say("key trust", life.out("trust"))
    life.say("prove", subject, "--out", life.out("pack"), *OFFICER)
    life.both("verify", life.out("pack"), "--trust", life.out("trust"))
    stranger = f"email: {life.marks.value('T91').split()[0]}@stranger.test\nname: {life.marks.value('T91')}\n"
    assert life.do("deny", "--out", life.out("denial"), *OFFICER, text=stranger)["denied"] is True
    assert life.do("deny", "--out", life.out("nothing"), *OFFICER, text=f"email: {life.marks.stem}3@example.test\n")[
        "met"
    ]
    life.both("verify", life.out("denial"), "--trust", life.out("trust"))


def answer_others(life: Life, subject: str) -> None:
    """An authority asks for one person's evidence and for a range, the press for numbers; somebody keeps a receipt."""
    entry = life.do("ask", subject, "--purpose", CARE, *SELLER)["entry"]
    life.say("sequence", "--once")
    life.say("receipt", entry, "--out", life.out("receipt"), *SELLER)
    now = datetime.now(UTC)
    period = (
        "--from",
        f"{now - timedelta(days=1):%Y-%m-%d}",
        "--until",
        f"{now - timedelta(minutes=3):%Y-%m-%dT%H:%M}",
    )
    life.both_once("prove-range", *period, "--country", "IN", *OFFICER)
    life.say("prove-authority", *period, "--person", subject, "--out", life.out("authority"), *OFFICER)
    before = f"{now.replace(day=1) - timedelta(days=1):%Y-%m}"
    life.both_once("prove-press", "--from", before, "--until", before, *OFFICER)


def seal_for_a_time(life: Life, subject: str) -> None:
    """A law forbids telling somebody for a time: an order is signed, a look is sealed, the order ends."""
    law = ("--law", "Directive (EU) 2015/849", "--article", "39")
    until = ("--open-by", f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}")
    act = life.do("delay propose", "--person", subject, "--purpose", CARE, *law, *until, *FIRST)["act"]
    reason = life.typed("reason", f"Because of {life.marks.value('T01')}.")
    life.say("delay opine", act, "--against", "--reason-file", reason, *OFFICER)
    life.say("delay sign", act, "--overruling-file", reason, *SECOND)
    life.say("delay apply", act, *SECOND)
    life.say("ask", subject, "--purpose", CARE, *SELLER)
    life.say("sequence", "--once")
    life.both("delay list", *OFFICER)
    life.say("delay end", act, *FIRST)
    life.say("sequence", "--once")


ASKED = """
from datetime import UTC, datetime
from aboveboard.apps.evidence.naming import ask_naming, readers_of
from aboveboard.apps.gate.places import place_of_person
from aboveboard.core.policy.question import Actor, Question
from aboveboard.core.terms import EntityId, Operation, PurposeId, Role, SubjectId
person = SubjectId(bytes.fromhex({subject!r}))
actor, now = Actor(None, Role.PERSON, EntityId("cz")), datetime.now(UTC)
own = (frozenset(), PurposeId("own-record"), place_of_person(None), now)
print(json.dumps(ask_naming(Question(actor, Operation.RESTRICT, (person,), *own), min(readers_of(person))).hex()))
"""
"""What the person's own page does: they ask who a reader is."""


def name_reader(life: Life, subject: str) -> None:
    """The person asks who looked; the answer is proposed with a reason that names somebody, and takes effect."""
    life.say("sequence", "--once")
    request = life.home.script(ASKED.format(subject=subject))
    assert [one["request"] for one in life.both("naming list", *OFFICER)["requests"]] == [request]
    reason = life.typed("reason", f"Because {life.marks.value('T01')} must know.")
    words = ("--answer", "granted", "--reason-file", reason)
    life.put_through(life.do("naming propose", request, *words, *FIRST)["act"])
    # On a busy machine the rest takes more than the minute after which the gate closes.
    life.say("sequence", "--once")


def decide(life: Life) -> None:
    """A grant that the officer is against, an act that is refused, a new colleague, a new key."""
    reason = life.typed("reason", f"Because of {life.marks.value('T01')}.")
    grant = ("--entity", "us", "--role", "seller", "--purpose", CARE, "--until", "2099-01-01")
    act = life.do("grant propose", *grant, *FIRST)["act"]
    life.say("grant opine", act, "--against", "--reason-file", reason, *OFFICER)
    life.say("grant sign", act, "--overruling-file", reason, *SECOND)
    life.both("act show", act, *OFFICER)
    life.say("grant apply", act, *SECOND)
    life.both("grant list", *OFFICER)
    life.say("grant revoke", act, *FIRST)
    life.say("act refuse", life.do("grant propose", *grant, *FIRST)["act"], *SECOND)
    life.put_through(life.do("key rotate-log", "--overlap-days", "0", *FIRST)["act"])
    life.both("act list", *OFFICER)
    name = ("--name-file", life.typed("name", "Another Colleague"))
    post = ("--role", "seller", "--entity", "cz", "--unit", "sales", "--workplace", "CZ")
    act = life.do("staff propose", *name, *post, *FIRST)["act"]
    life.say("act opine", act, "--in-favour", *OFFICER)
    staff = life.do("staff sign", act, *SECOND)["staff"]
    password = ("--password-file", life.typed("password", f"a password of {life.marks.value('T01')}"))
    life.say("staff admit", staff, "seller-new", *password, *OPERATOR)
    life.both("staff list", *SELLER)
    life.say("staff close", "seller-new", *OPERATOR)
    passphrase = life.typed("passphrase", f"the passphrase of {life.marks.value('T01')}")
    key = life.do("key add", "--passphrase-file", passphrase, "--as", "seller-cz-2")["key"]
    life.say("sequence", "--once")
    life.put_through(life.do("key propose", key, *FIRST)["act"])
    life.say("key retire", "--yes", "--as", "seller-cz-2")


def be_set_back(life: Life, leaving: str) -> None:
    """Copies of all, an erasure after them, the copies laid back, the gap declared, a new root key, new tables."""
    life.say("sequence", "--once")
    copy = life.do("key backup", life.out("keys"))["id"]
    life.say("backup", life.out("backup"))
    life.say("erase", leaving, "--purpose", OVERSIGHT, "--yes", "--certificate", life.out("certificate"), *OFFICER)
    life.say("sequence", "--once")
    life.both("work", "--once")
    for part in life.home.home.glob("keys.sqlite3*"):
        part.unlink()
    assert life.do("key restore", life.out("keys"))["shredded_again"] == 1
    assert life.do("restore", life.out("backup"))["set_back"] is True
    life.say("recover", "--declare-gap", "--signatory", "signatory-cz", "--signatory", "signatory-cz-2")
    life.say("key rotate")
    life.both("key list")
    life.say("key deleted", copy)
    life.home.script(WITHOUT_JOBS)
    assert life.do("upgrade", "--backup", life.out("before"))["applied"] > 0
    life.say("sequence", "--once")
    life.both("doctor")


WITH_KEYS_APART = frozenset({"key pair", "key pin", "key prepare", "key reopen", "key serve", "key unpin"})
"""Driven by `test_key_service`, where what they say is searched: they have a place only where keys are kept apart."""
NEVER_NEAR_DATA = frozenset({"witness serve", "mirror serve", "ask-witnesses"})
"""They open no key store and read no table of people: what they are sent, fetch or ask about is public."""


def witness(life: Life) -> None:
    """Be a witness beside it all, on the same machine though that is not where one belongs."""
    life.say("witness init", life.out("witness"), "--name", "witness.example/works-council")
    life.say("witness show", life.out("witness"))
    life.say("witness forks", life.out("witness"))


def mirror(life: Life) -> None:
    """Hold the log as an outsider does; its first log has ended by now."""
    published = life.home.home / "log"
    life.say("key trust", life.out("keys-of-logs"))
    with on_the_web(published) as url:
        which = ("--trust", life.out("keys-of-logs"), "--origin", (published / "checkpoint").read_text().split("\n")[0])
        life.say("mirror init", life.out("mirror"), "--log", url, *which, "--cosign-as", "council.example")
        life.both("mirror fetch", life.out("mirror"))
        life.both("mirror check", life.out("mirror"))
        life.say("mirror trust", life.out("mirror"), "--trust", life.out("keys-of-logs"))


def test_no_command_that_does_its_work_tells_what_is_not_for_it(life: Life, laid_home: Laid):
    """Every command of the program, from the first sign-in to the last; then every byte that any of them left."""
    number, known = come_in(life)
    look(life, known[0])
    answer_others(life, known[0])
    seal_for_a_time(life, known[2])
    decide(life)
    be_set_back(life, known[1])
    life.both("ask", known[0], "--purpose", CARE, *SELLER)
    life.do("import", "--undo", number, "--purpose", OVERSIGHT, *OFFICER)
    life.say("logout", "seller-cz")
    witness(life)
    mirror(life)
    assert set(COMMANDS) - life.done == {*DRIVEN_THERE, *NEVER_NEAR_DATA, *WITH_KEYS_APART}, "a command is not driven"
    for name, file in WRITES_VALUES.items():
        life.told |= {name} if life.marks.search_files(life.folder / file) else set()
    assert life.told == {name for name, place in COMMANDS.items() if place is PERMITTED}
    permitted = {life.folder / name for name in ("typed", "people.csv", *WRITES_VALUES.values())}
    written = [path for path in life.folder.iterdir() if path not in permitted]
    assert len(written) == 13, written
    assert life.marks.search_files(*left_by(life.home, laid_home), *written) == []
