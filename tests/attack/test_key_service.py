"""Keys kept apart: the whole line with a key service, and what a client that was taken over cannot have opened."""

import hashlib
import os
import socket
import sqlite3
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from aboveboard.apps.keys import wire
from aboveboard.apps.keys.wire import Role
from aboveboard.core.entries import Entry, EntryKind, SubjectLine
from aboveboard.core.entries.entry import SYSTEM_ACTOR, microseconds
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.envelope.seal import place, seal
from aboveboard.core.errors import AboveboardError, Denied, Invalid, KeyUnavailable
from aboveboard.faces.cli.answers import Exit
from tests.attack.conftest import Laid, copied
from tests.support.imports import written
from tests.support.keeping import Apart, Keeping, apart, keeping, without_keys
from tests.support.serving import Serving, free_port, served, until

SELLER = ("--purpose", "customer-relationship", "--as", "seller")
OFFICER = ("--purpose", "data-protection-oversight", "--as", "data-protection-officer")
TWO = ("--signatory", "signatory-cz", "--signatory", "signatory-cz-2")
ORDER = ("--entity", "cz", "--relation", "customer", "--purpose", "customer-relationship")
SAID = ("--source", "A list of the tests", "--notice", "send", "--as", "seller")
HEADER = ("Name", "Work Email", "Job Title", "Children")
RECORD = """
from aboveboard.apps.gate.recording import record_from
from aboveboard.apps.vault.actions import NewFact
from aboveboard.core.policy.retention import retention_class
from aboveboard.core.terms import Capacity, CategoryId, Operation, Role
from dataclasses import replace
from tests.support.victims import CUSTOMER_CARE, question
asked = question(Operation.RECORD, ["{person}"], Role.SELLER, CUSTOMER_CARE)
asked = replace(asked, categories=frozenset([CategoryId("T03")]))
part = retention_class(CategoryId("T03"), Capacity.CUSTOMER)
fact = NewFact("T03", "+420 602 000 002", CUSTOMER_CARE, "legitimate-interest", part, b"")
done = record_from(asked, asked.subjects[0], fact, source="the person")
print(json.dumps(done.decision.verdict.value))
"""
"""A seller records one more number of somebody known."""
pytestmark = pytest.mark.slow


@pytest.fixture(params=["socket", "network"])
def of(request: pytest.FixtureRequest, laid_home: Laid, tmp_path: Path) -> Iterator[Apart]:
    """The sample home with forty customers, its keys kept apart: behind a socket, and behind a port with TLS."""
    with copied(laid_home, tmp_path / "attacked") as home:
        made = apart(home, network=request.param == "network")
        yield made
        made.close()


@pytest.fixture
def kept(of: Apart) -> Iterator[Keeping]:
    """The same with its key service running."""
    with keeping(of) as running:
        yield running


class Taken:
    """A web process that was taken over: the desk's secret, and every right on the cell's database."""

    def __init__(self, of: Apart) -> None:
        self.of, self.client = of, of.client()
        self.ledger = bytes.fromhex(self.client.ask("cell-key", kind=int(KeyKind.LEDGER), part=""))
        columns = "id, person_id, category, retention, sealed"
        rows = of.select(f"SELECT {columns} FROM vault_fact WHERE category = 'T01' ORDER BY id LIMIT 2")
        self.facts = [[bytes(r[0]).hex(), bytes(r[1]).hex(), r[2], r[3], bytes(r[4]).hex()] for r in rows]

    def says(self, person: str, **more: object) -> bytes:
        """Nonce and entry of a look at the name of *person*."""
        said = {
            "kind": EntryKind.LOOK, "at": datetime.now(UTC), "operation": "consult", "actor": SYSTEM_ACTOR,
            "role": "seller", "entity": "cz", "country": "CZ", "established": "workplace",
            "purpose": "customer-relationship", "verdict": "permit",
            "subjects": (SubjectLine(bytes.fromhex(person), ("T01",)),),
        }  # fmt: skip
        return os.urandom(32) + Entry(**{**said, **more}).encode()

    def wait(self, says: bytes) -> bytes:
        """Put an entry into the queue, committed; its hash."""
        row_id, entry_hash = os.urandom(16), hashlib.sha256(says).digest()
        sealed = seal(self.ledger, says, place(b"aboveboard/pending/v1", "cz-1", row_id))
        values = [row_id, sealed, entry_hash, microseconds(datetime.now(UTC))]
        self.of.select("INSERT INTO ledger_pending (id, sealed, entry_hash, committed_us) VALUES (?,?,?,?)", values)
        return entry_hash

    def open(self, entry_hash: bytes, says: bytes, *facts: list[str]) -> list[str | None]:
        """Have facts opened."""
        found = self.client.ask("open", entry=entry_hash.hex(), says=says.hex(), facts=list(facts))
        return [None if plain is None else bytes.fromhex(plain).decode() for plain in found]

    def refused(self, entry_hash: bytes, says: bytes, *facts: list[str]) -> str:
        """Why facts are not opened."""
        with pytest.raises(KeyUnavailable) as refusal:
            self.open(entry_hash, says, *facts)
        return refusal.value.code


def test_only_a_committed_entry_about_that_very_person_and_category_opens_a_value_and_once(kept: Keeping):
    """No entry, another's, a refused, an uncommitted, an old, a changed one, a second time: nothing; and it is said."""
    taken = Taken(kept.of)
    mine, other = taken.facts
    says = taken.says(mine[1])
    entry = hashlib.sha256(says).digest()
    assert taken.refused(entry, says, mine) == "not_released.not-committed"
    assert taken.wait(says) == entry
    assert taken.refused(os.urandom(32), b"", mine) == "not_released.unknown"
    assert taken.refused(entry, b"", mine) == "not_released.unknown"
    assert taken.refused(entry, says[:-1] + b"x", mine) == "not_released.unknown"
    assert taken.refused(entry, says, other) == "not_released.not-of-these"
    assert taken.refused(entry, says, mine, other) == "not_released.not-of-these"
    (value,) = taken.open(entry, says, mine)
    assert value is not None
    assert value.startswith("tPerson Number")
    assert taken.refused(entry, says, mine) == "not_released.opened-before"

    def why(**more: object) -> str:
        told = taken.says(mine[1], **more)
        return taken.refused(taken.wait(told), told, mine)

    now = datetime.now(UTC)
    assert why(verdict="refuse") == "not_released.refused"
    assert why(operation="record") == "not_released.refused"
    assert why(subjects=(SubjectLine(bytes.fromhex(mine[1]), (), (), ("T01",)),)) == "not_released.not-of-these"
    assert why(subjects=(SubjectLine(bytes.fromhex(mine[1]), ("T02",)),)) == "not_released.not-of-these"
    assert why(at=now - timedelta(minutes=2)) == "not_released.too-old"
    assert why(at=now + timedelta(minutes=2)) == "not_released.too-old"
    # Another entry lies in the queue under that hash: the row says something else.
    told, lie = taken.says(mine[1]), taken.says(other[1])
    taken.wait(lie)
    taken.of.select(
        "UPDATE ledger_pending SET entry_hash = ? WHERE entry_hash = ?",
        [hashlib.sha256(told).digest(), hashlib.sha256(lie).digest()],
    )
    assert taken.refused(hashlib.sha256(told).digest(), told, mine) == "not_released.not-committed"
    # A fact that is passed off as one of another category opens nowhere, its place is sealed with it.
    told = taken.says(mine[1])
    moved = [mine[0], mine[1], "T01", mine[3], other[4]]
    with pytest.raises(AboveboardError):
        taken.open(taken.wait(told), told, moved)
    words = kept.said.read_text()
    assert "refused open to desk: not_released.not-committed" in words
    assert mine[1] not in words
    assert "Number" not in words


def test_no_client_is_given_a_key_of_facts_the_seed_of_the_log_or_a_verb_of_another_role(kept: Keeping):
    """Each role has its verbs and its kinds of key, and the desk no checkpoint signed."""
    desk, sequencer = kept.of.client(), kept.of.client(Role.SEQUENCER)
    person = Taken(kept.of).facts[0][1]
    for client in (desk, sequencer, kept.of.client(Role.OPERATOR)):
        for kind in (KeyKind.FACTS, KeyKind.SIGNER):
            for verb, told in (("key", {"owner": person}), ("keys", {"owners": [person]}), ("cell-key", {})):
                with pytest.raises(Denied):
                    client.ask(verb, kind=int(kind), part="", **told)
    for kind in (KeyKind.LOG, KeyKind.ACTOR, KeyKind.QUARANTINE):
        assert len(desk.ask("keys", kind=int(kind), owners=[person])) == (kind is KeyKind.LOG)
    for verb in ("open", "seal", "match", "find", "shred", "put", "owners"):
        with pytest.raises(Denied):
            sequencer.ask(verb)
    for verb in ("owners", "suppressed", "rotate", "", "answer"):
        with pytest.raises(Denied):
            desk.ask(verb)
    origin = "localhost/aboveboard/cz-1"
    with pytest.raises(Denied):
        desk.ask("sign", origin=origin, which="", text=f"{origin}\n1\n{'A' * 43}=\n")
    assert desk.ask("sign", origin=origin, which="", text="aboveboard/receipt/v1\n")


def test_what_is_malformed_too_long_or_unproved_is_cut_off_and_others_are_served_on(kept: Keeping):
    """A secret not known, a length without end, half a message, no JSON, arguments of another kind: never but no."""
    known = kept.of.client()
    assert known.ask("find", tokens=["1"], limit=1) == []
    stranger = kept.of.client(secret=wire.new_secret(Role.DESK))
    with pytest.raises(KeyUnavailable):
        stranger.ask("counts")
    stranger.close()
    for raw in (b"", b"\xff" * 8, b"\0\0\0\x02[]", b"GET / HTTP/1.1\r\n\r\n", (600).to_bytes(4, "big") + b"{" * 600):
        with kept.of.line() as rude:
            wire.receive(rude, 60, wire.GREETING_MOST)
            assert was_cut_off(rude, raw)
    inside = kept.of.client()
    inside.ask("counts")
    line = inside._own.line.connection
    for raw in ((1 << 31).to_bytes(4, "big"), (8).to_bytes(4, "big") + b"not json", (9).to_bytes(4, "big") + b"cut"):
        assert was_cut_off(line, raw)
        inside.close()
        inside.ask("counts")
        line = inside._own.line.connection
    for verb, told in (
        ("open", {}), ("open", {"entry": 1, "says": [], "facts": "x"}), ("find", {"tokens": ["x"], "limit": 1}),
        ("find", {"tokens": [str(1 << 70)], "limit": 1}), ("seal", {"values": [[1]]}), ("key", {"kind": 99}),
        ("shred", {"kind": int(KeyKind.LEDGER), "parts": [], "tokens": []}),
        ("put", {"fresh": [[int(KeyKind.LEDGER), "00", "", "00"]]}), ("make", {"wanted": [["1"] * 20_001]}),
    ):  # fmt: skip
        with pytest.raises((Invalid, KeyUnavailable, Denied)):
            inside.ask(verb, **told)
    with pytest.raises(Invalid):
        inside.ask("find", tokens=["1" * wire.MOST], limit=1)
    assert known.ask("find", tokens=["1"], limit=1) == []
    words = kept.said.read_text()
    assert "secret not proved" in words
    assert "malformed message" in words
    assert "Traceback" not in words


def was_cut_off(line: socket.socket, raw: bytes) -> bool:
    """Say something and nothing more; tell that no answer comes."""
    try:
        line.sendall(raw)
        socket.socket.shutdown(line, socket.SHUT_WR)
        return line.recv(1) == b""
    except (ConnectionResetError, BrokenPipeError, ssl.SSLError):
        return True


def test_an_entry_that_is_taken_away_after_it_opened_something_closes_the_service(of: Apart):
    """Whoever deletes the pending row of a look opens nothing more, until somebody has looked into it."""
    with keeping(of) as kept:
        taken = Taken(of)
        mine, other = taken.facts
        says = taken.says(mine[1])
        entry = taken.wait(says)
        assert taken.open(entry, says, mine)
        of.select("DELETE FROM ledger_pending WHERE entry_hash = ?", [entry])
        taken.client.close()
        kept.stop()
        # As if the two minutes had passed that an entry may take.
        past = microseconds(datetime.now(UTC) - timedelta(minutes=3))
        remember(of, f"UPDATE owed SET at = {past}")
        kept.start()
        says = taken.says(other[1])
        assert taken.refused(taken.wait(says), says, other) == "key_unavailable.closed"
        assert "closed: 1 entries" in kept.said.read_text()
        assert of.operator.run("key", "reopen").code == Exit.CONFLICT
        taken.client.close()
        kept.stop()
        assert of.operator.json("key", "reopen")["entries"] == [entry.hex()]
        kept.start()
        says = taken.says(other[1])
        assert taken.open(taken.wait(says), says, other)


def remember(of: Apart, statement: str) -> None:
    """Change what the stopped service remembers."""
    with closing(sqlite3.connect(of.keys / "opened.sqlite3")) as memory:
        memory.execute(statement)
        memory.commit()


def keys_are_exchanged_only_where_they_are(of: Apart, folder: Path) -> None:
    """What takes the files of the keys says so elsewhere, and waits for the service; all stands as it should."""
    # What takes the files of the keys is done where they are, and says so elsewhere.
    for command in (("key", "rotate"), ("key", "backup", str(folder / "k")), ("key", "prepare")):
        assert "ABOVEBOARD_KEY_HOME" in of.desk.run(*command).err
    assert of.operator.run("key", "rotate").code == Exit.CONFLICT
    assert of.operator.run("key", "serve").code == Exit.CONFLICT
    names = {check["name"] for check in of.operator.run("doctor", "--json").data["checks"] if not check["holds"]}
    assert all("fsync" in name or "full_page" in name for name in names)


def test_the_whole_line_holds_with_the_keys_kept_apart(of: Apart, tmp_path: Path):
    """Import, look, search, erase, prove, copy, lay back, change the root key, declare a gap; and what is elsewhere."""
    desk, operator = of.desk, of.operator
    with keeping(of):
        first = ("Anna Apartová", "anna@apart.example", "Buyer", "2")
        path = written(tmp_path, "x.csv", HEADER, first, ("Bert Apart", "b@apart.example", "Clerk", "1"))
        assert desk.json("import", str(path), *ORDER, *SAID)["people"]["new"] == 2
        desk.json("import", str(path), *ORDER, *SAID)
        # What is held already is told apart by the service; what is new is sealed by it.
        more = written(tmp_path, "y.csv", (*HEADER[:2], "Work Phone"), (*first[:2], "+420 601 000 001"))
        desk.json("import", str(more), *ORDER, *SAID)
        found = desk.json("find", "apart", *SELLER)["people"]
        assert len(found) == 2
        anna = next(one["subject"] for one in found if "Anna Apartová" in str(one))
        bert = next(one["subject"] for one in found if one["subject"] != anna)
        assert desk.script(RECORD.format(person=anna)) == "permit"
        looked = desk.json("ask", anna, *SELLER)
        values = sorted(fact["value"] for fact in looked["people"][0]["facts"])
        assert values == sorted([*first[:3], "+420 601 000 001", "+420 602 000 002"])
        # Who sequences is another client than who looks.
        assert desk.run("sequence", "--once").code == Exit.REFUSED
        operator.json("sequence", "--once")
        operator.json("backup", str(operator.folder / "backup"))
        told = desk.json("find", "number", *SELLER)["people"][0]["subject"]
        assert desk.json("ask", told, *SELLER)["people"]
        operator.json("sequence", "--once")
        made = desk.json("prove", told, "--as", OFFICER[3], "--out", str(operator.folder / "pack"))
        assert made["lines"] >= 2
        assert desk.json("erase", bert, "--yes", *OFFICER)
        operator.json("sequence", "--once")
        assert desk.json("work", "--once")
        assert desk.json("ask", bert, *SELLER, code=Exit.GONE)
        assert desk.json("find", "bert", *SELLER)["people"] == []
        keys_are_exchanged_only_where_they_are(of, tmp_path)
        operator.json("key", "backup", str(operator.folder / "copy.keys"))
    assert desk.run("ask", anna, *SELLER).code == Exit.UNAVAILABLE
    operator.json("key", "rotate")
    assert operator.json("restore", str(operator.folder / "backup"))["set_back"] is True
    assert operator.json("recover", "--declare-gap", *TWO)["erased"] == 1
    assert not list(of.operator.home.glob("keys.sqlite3*"))
    assert not (of.operator.outside / "root.key").exists()
    with keeping(of):
        assert desk.json("ask", anna, *SELLER)["people"]
        assert desk.json("ask", bert, *SELLER, code=Exit.GONE)
        operator.json("sequence", "--once")


def test_served_with_the_keys_apart_the_web_has_no_file_of_theirs_and_a_killed_service_closes_it_for_a_moment(
    of: Apart,
):
    """`serve` starts the service first; killed, every page with data is a clear 503 until it is back."""
    operator = of.operator
    with served(operator, port := free_port()) as serving:
        until(lambda: len(serving.members()) >= 6)
        keeper = next(number for number, words in _words(serving).items() if "key" in words)
        others = [number for number in serving.members() if number not in {keeper, serving.process.pid}]
        assert all(without_keys(number, of) for number in others)
        subject = Taken(of).facts[0][1]
        link = operator.json("notice", "link", subject, *OFFICER[2:])["link"]
        visit = Visit(port)
        visit.open(link)
        status, page = visit.page("/mine/")
        assert status == 200, serving.words()
        assert "Person Number" in page
        serving.kill(keeper)
        seen = set()
        # The supervisor starts it again; until then the page says why it shows nothing.
        while not {200, 503} <= seen:
            status, page = visit.page("/mine/")
            seen.add(status)
            assert ("Person Number" in page) == (status == 200)
            assert ("The vault is closed for now" in page) == (status == 503)
            time.sleep(0.02)
        assert seen <= {200, 503}
    assert "Traceback" not in serving.words()
    assert "Number" not in serving.words()


class Visit:
    """A browser of the person concerned, as far as cookies and one button go."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, {}

    def open(self, link: str) -> None:
        """Follow the link and press its button."""
        path = "/" + link.split("//", 1)[1].split("/", 1)[1]
        assert self.page(path)[0] == 200
        assert self.page(path, f"csrfmiddlewaretoken={self.cookies['csrftoken']}")[0] == 302

    def page(self, path: str, form: str | None = None) -> tuple[int, str]:
        """Get a page, or send a form to it."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=600)
        told = {"Host": "localhost", "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            told |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://localhost:{self.port}"}
        connection.request("GET" if form is None else "POST", path, form, told)
        answer = connection.getresponse()
        body = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        connection.close()
        return answer.status, body


def _words(serving: Serving) -> dict[int, list[str]]:
    return {number: Path("/proc", str(number), "cmdline").read_text().split("\0") for number in serving.members()}
