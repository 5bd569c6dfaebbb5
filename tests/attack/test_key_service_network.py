"""Keys on another machine: what it takes, what whoever sits on the line can do, and certificates that change."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from aboveboard.apps.keys.address import Network, address_of
from aboveboard.apps.keys.client import Client
from aboveboard.apps.keys.wire import Role, secret_path
from aboveboard.core.envelope.keys import KeyKind
from aboveboard.core.errors import KeyUnavailable
from aboveboard.faces.cli.answers import Exit
from tests.attack.conftest import Laid, copied, tell
from tests.support.keeping import Apart, apart, elsewhere, keeping
from tests.support.serving import until

SELLER = ("--purpose", "customer-relationship", "--as", "seller")
OFFICER = ("--purpose", "data-protection-oversight", "--as", "data-protection-officer")
KEEPER = "aboveboard_keeper"
pytestmark = pytest.mark.slow


@pytest.fixture
def of(laid_home: Laid, tmp_path: Path) -> Iterator[Apart]:
    """The sample home, its keys behind a port with TLS."""
    with copied(laid_home, tmp_path / "attacked") as home:
        made = apart(home, network=True)
        yield made
        made.close()


class Relay:
    """Whoever sits on the line: hears every byte, and can cut it."""

    def __init__(self, to: Network) -> None:
        self._to, self.heard, self.cut_when_asked = to, bytearray(), False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = Network(*self._listening.getsockname())
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(self._to)
                self._open += [near, far]
                for one, other, asks in ((near, far, True), (far, near, False)):
                    threading.Thread(target=self._carry, args=(one, other), kwargs={"asks": asks}, daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, *, asks: bool) -> None:
        with suppress(OSError):
            while part := one.recv(1 << 16):
                self.heard += part
                if asks and self.cut_when_asked:
                    self.cut()
                    return
                other.sendall(part)
            other.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """Cut every line."""
        for line in self._open:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End."""
        self.cut()
        for line in (self._listening, *self._open):
            line.close()


@contextmanager
def relaying(of: Apart) -> Iterator[Relay]:
    """Sit on the line to a service until the block ends."""
    address = address_of(of.service)
    assert isinstance(address, Network)
    relay = Relay(address)
    try:
        yield relay
    finally:
        relay.close()


def test_whoever_sits_on_the_line_reads_no_key_and_what_was_said_says_nothing_a_second_time(of: Apart):
    """Not one key that goes over the line lies in what was heard; the same bytes again are no client."""
    with keeping(of) as kept, relaying(of) as relay:
        secret = secret_path(of.keys, Role.DESK).read_text()
        client = Client(relay.address, secret, of.papers)
        given = [client.ask("cell-key", kind=int(kind), part="") for kind in (KeyKind.LEDGER, KeyKind.INDEX)]
        client.close()
        heard = bytes(relay.heard)
        assert heard
        for key in given:
            assert key.encode() not in heard
            assert bytes.fromhex(key) not in heard
        assert secret.split(":")[1].strip().encode() not in heard
        assert b"cell-key" not in heard
        with socket.create_connection(address_of(of.service)) as again:
            again.sendall(heard)
            with suppress(ConnectionResetError):
                while again.recv(1 << 16):
                    pass
        # In the middle of a question the line is cut: nobody asks again by itself.
        client = Client(relay.address, secret, of.papers)
        client.ask("counts")
        relay.cut_when_asked = True
        with pytest.raises(KeyUnavailable) as refused:
            client.ask("counts")
        assert refused.value.code == "key_unavailable.broken-off"
        relay.cut_when_asked = False
        assert client.ask("counts")
        client.close()
        assert "Traceback" not in kept.said.read_text()


def test_a_service_killed_between_two_questions_is_told_and_asked_again_when_it_is_back(of: Apart):
    """The line that stood is dropped; whether the service was there before makes no difference to the next question."""
    with keeping(of) as kept:
        client = of.client()
        assert client.ask("counts")
        kept.kill()
        with pytest.raises(KeyUnavailable) as refused:
            client.ask("counts")
        assert refused.value.code == "key_unavailable.unreached"
        kept.start()
        assert client.ask("counts")


def test_strangers_who_crowd_at_the_door_take_no_place_from_those_inside(of: Apart):
    """A hundred silent connections and as many that talk nonsense: who is inside goes on, others come in again."""
    with keeping(of) as kept:
        inside = of.client()
        inside.ask("counts")
        crowd = [socket.create_connection(address_of(of.service)) for _ in range(100)]
        for number, line in enumerate(crowd):
            assert inside.ask("counts")
            with suppress(OSError):
                line.sendall(b"x" * (number % 3))
        for line in crowd:
            line.close()
        until(lambda: _comes_in(of))
        assert "Traceback" not in kept.said.read_text()


def _comes_in(of: Apart) -> bool:
    try:
        of.client().greet()
    except KeyUnavailable:
        return False
    return True


def test_certificates_are_changed_on_both_sides_under_a_running_service_and_the_doctor_knows(of: Apart):
    """Renewed, pinned beside the old, switched, the old unpinned, no process started again; then one is shut out."""
    desk, operator = of.desk, of.operator
    with keeping(of) as kept:
        client = of.client()
        client.ask("counts")
        for one, other in ((operator, desk), (desk, operator)):
            old = one.json("key", "pair")["own"]["fingerprint"]
            assert one.run("key", "pair", "--renew", "--switch").code == Exit.USAGE
            made = one.json("key", "pair", "--renew", "--days", "400")
            assert one.run("key", "pair", "--renew").code == Exit.CONFLICT
            assert other.run("key", "pin", made["certificate"], old).code == Exit.INVALID
            pins = other.json("key", "pin", made["certificate"], made["coming"]["fingerprint"])["pinned"]
            assert len(pins) == 2
            of.client().ask("counts")
            assert one.json("key", "pair", "--switch")["own"] == made["coming"]
            assert one.run("key", "pair", "--switch").code == Exit.CONFLICT
            of.client().ask("counts")
            assert len(other.json("key", "unpin", old)["pinned"]) == 1
            of.client().ask("counts")
        said = {check["name"]: check for check in desk.run("doctor", "--json").data["checks"]}
        assert "both sides pinned" in said["key service"]["sentence"]
        assert all(check["holds"] for name, check in said.items() if name.startswith("key service"))
        # The line that stood since before bore a certificate that is pinned no more: it ends, a new one is made.
        assert client.ask("counts")
        operator.json("key", "unpin", desk.json("key", "pair")["own"]["fingerprint"])
        with pytest.raises(KeyUnavailable) as refused:
            client.ask("counts")
        assert refused.value.code == "key_unavailable.broken-off"
        with pytest.raises(KeyUnavailable) as refused:
            client.ask("counts")
        assert refused.value.code == "key_unavailable.turned-away"
        assert "does not know this machine's certificate" in desk.run("doctor").out
        words = kept.said.read_text()
        assert "its certificate is no longer pinned" in words
        assert "a client was turned away: certificate not pinned" in words


def test_a_door_to_others_is_not_opened_where_they_could_not_come_in(of: Apart):
    """A host that is not read, an address that is taken, no pair, a socket for which no certificate is wanted."""
    operator = of.operator
    assert "HOST:PORT" in operator.run("key", "serve", "--listen", "nowhere").err
    taken = address_of(of.service)
    assert isinstance(taken, Network)
    with socket.create_server(taken):
        assert operator.run("key", "serve").code == Exit.CONFLICT
    if "ABOVEBOARD_VAULT_DATABASE_URL" not in operator.more:
        assert "SQLite, which only this machine sees" in operator.run("key", "serve", "--listen", "192.0.2.7:7443").err
    (of.keys / "tls" / "own.pem").unlink()
    assert "`aboveboard key pair`" in operator.run("key", "serve").err


@pytest.fixture
def other(laid_home: Laid, tmp_path: Path) -> Iterator[Apart]:
    """The sample home, its keys in a folder of another machine, which reads two tables of the cell and no more."""
    cluster = laid_home.cluster
    assert cluster is not None
    with copied(laid_home, tmp_path / "attacked") as home:
        url = home.more["ABOVEBOARD_VAULT_DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(f"CREATE ROLE {KEEPER} LOGIN")
            owner.execute(f"GRANT SELECT ON ledger_pending, ledger_receipt TO {KEEPER}")
        made = elsewhere(home, url.replace("postgres@", f"{KEEPER}@"), tmp_path)
        yield made
        made.close()
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(f"DROP OWNED BY {KEEPER}")
    tell(cluster, f"DROP ROLE {KEEPER}")


@pytest.mark.postgres
def test_the_keys_lie_on_another_machine_which_has_no_home_and_reads_two_tables(other: Apart, tmp_path: Path):
    """Looks, entries, copies, a new root key, a copy laid back; and the certificate names the copy made there."""
    desk, keeper = other.desk, other.operator
    with keeping(other):
        told = desk.json("find", "number", *SELLER)["people"]
        assert desk.json("ask", told[0]["subject"], *SELLER)["people"]
        desk.json("sequence", "--once")
        copy = keeper.json("key", "backup", str(tmp_path / "copy"))["id"]
        assert [one["id"] for one in desk.json("key", "list")["copies"]] == [copy]
        leaving = told[1]["subject"]
        erased = desk.json("erase", leaving, "--yes", *OFFICER)
        assert [one["id"] for one in erased["key_store_copies"]] == [copy]
        desk.json("sequence", "--once")
        desk.json("work", "--once")
        for home in (desk, keeper):
            found = {check["name"]: check["sentence"] for check in home.run("doctor", "--json").data["checks"]}
            assert "both sides pinned" in found["key service"]
        assert found["ledger"] == "What waits and what has its receipt can be seen."
        assert keeper.json("doctor")["sound"] is True
        assert keeper.run("key", "rotate").code == Exit.CONFLICT
    assert "cannot be reached" in desk.run("ask", told[0]["subject"], *SELLER).err
    assert keeper.json("key", "rotate")["wrapped"] > 0
    (other.keys / "keys.sqlite3").rename(other.keys / "lost")
    for rest in other.keys.glob("keys.sqlite3-*"):
        rest.unlink()
    (other.keys / "root.key").rename(other.keys / "newer")
    next(other.keys.glob("root.key.*")).rename(other.keys / "root.key")
    assert "vault_person" in keeper.run("key", "restore", str(tmp_path / "copy")).err
    assert not (other.keys / "keys.sqlite3").exists()
    other.select(f"GRANT SELECT ON vault_person TO {KEEPER}")
    assert keeper.json("key", "restore", str(tmp_path / "copy"))["shredded_again"] == 1
    with keeping(other):
        assert desk.json("ask", told[0]["subject"], *SELLER)["people"]
        assert desk.json("ask", leaving, *SELLER, code=Exit.GONE)
    assert keeper.json("key", "deleted", copy)["deleted"] is True
