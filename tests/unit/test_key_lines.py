"""Lines to a key service: certificates made, pinned and taken away; messages that must come whole in their time."""

import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aboveboard.apps.keeper.doors import NetworkDoor, TurnedAway
from aboveboard.apps.keys import certificates, tls, wire
from aboveboard.apps.keys.address import Network, address_of, is_of_this_machine, listened
from aboveboard.apps.keys.certificates import Certificate, Side
from aboveboard.apps.keys.client import Client
from aboveboard.apps.keys.tls import Papers
from aboveboard.core.errors import Conflict, Invalid, KeyUnavailable
from aboveboard.faces.cli.certified import examined
from tests.support.serving import free_port

NOW = datetime.now(UTC)
PAST = NOW - timedelta(days=9)
CELL = "cz-1"


def side(folder: Path, which: Side, made: datetime = NOW, days: int = 8) -> Papers:
    """One side with a pair of its own."""
    certificates.make_pair(folder, which, CELL, made, days)
    return Papers(folder, which)


def pin(papers: Papers, other: Papers) -> Certificate:
    """Pin the certificate of the other side."""
    data = (other.folder / "own.crt").read_bytes()
    return certificates.pin(papers.folder, data, Certificate.read(data).spelled)


@dataclass
class Two:
    """The two sides of a line, each pinned by the other."""

    service: Papers
    client: Papers
    said: list[str] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[Network]:
        """Let clients in at a port, one after the other, and keep why one was turned away."""
        door = NetworkDoor(Network("127.0.0.1", 0), self.service)
        stopping = threading.Event()

        def serve() -> None:
            while True:
                connection, _ = door.listening.accept()
                if stopping.is_set():
                    connection.close()
                    return
                try:
                    with door.admitted(connection, 3).connection as line:
                        line.sendall(b"in")
                except TurnedAway as why:
                    self.said.append(str(why))

        thread = threading.Thread(target=serve)
        thread.start()
        address = Network(*door.listening.getsockname())
        try:
            yield address
        finally:
            stopping.set()
            socket.create_connection(address).close()
            thread.join()
            door.close()

    def refusal(self, papers: Papers, address: Network) -> str:
        """Why a client does not come in, as it is told."""
        with pytest.raises(KeyUnavailable) as refused:
            Client(address, wire.new_secret(wire.Role.DESK), papers).greet()
        return refused.value.code.removeprefix("key_unavailable.")


@pytest.fixture
def two(tmp_path: Path) -> Two:
    """Both sides, introduced."""
    made = Two(side(tmp_path / "service", Side.SERVICE), side(tmp_path / "client", Side.CLIENT))
    pin(made.service, made.client)
    pin(made.client, made.service)
    return made


def test_each_side_comes_in_by_its_pinned_certificate_and_commands_beside_the_keys_by_the_service_s_own(two: Two):
    """TLS 1.3 and nothing below, resumed never; who is pinned on both sides speaks."""
    with two.open() as address:
        for papers in (two.client, two.service):
            with closing(tls.dial(address, papers, 60).connection) as line:
                assert (line.version(), line.recv(2), line.session_reused) == ("TLSv1.3", b"in", False)
    assert two.said == []


def test_who_is_not_pinned_has_expired_or_shows_nothing_is_turned_away_and_both_sides_say_why(two: Two, tmp_path: Path):
    """Wrong certificate, expired, none, the other's purpose: a fixed word here, a sentence there."""
    stranger = side(tmp_path / "stranger", Side.CLIENT)
    pin(stranger, two.service)
    expired = side(tmp_path / "expired", Side.CLIENT, PAST)
    pin(expired, two.service)
    pin(two.service, expired)
    nobody = side(tmp_path / "nobody", Side.CLIENT)
    with two.open() as address:
        assert two.refusal(stranger, address) == "turned-away"
        assert two.refusal(expired, address) == "expired"
        assert two.refusal(nobody, address) == "no-pin"
        assert two.refusal(Papers(tmp_path / "none", Side.CLIENT), address) == "no-pair"
        # One that does not look at its own certificate first is told the same by the service.
        for shown, word in ((None, "CERTIFICATE_REQUIRED"), (expired, "EXPIRED"), (stranger, "UNKNOWN_CA")):
            with pytest.raises(ssl.SSLError, match=word) as told, careless(address, two.client, shown) as line:
                line.recv(1)
            assert tls.trouble(told.value).sentence in {tls.TURNED_AWAY, tls.TOLD_EXPIRED}
    not_pinned, over = "certificate not pinned", "certificate expired or not valid yet"
    assert two.said == [not_pinned, "no certificate shown", over, not_pinned]


def test_a_client_tells_nothing_to_a_service_that_is_not_pinned_has_expired_or_is_another_client(
    two: Two, tmp_path: Path
):
    """The client is the first to look: another's certificate, an old one, one that is not for serving."""
    other = side(tmp_path / "other", Side.SERVICE)
    with Two(other, two.client).open() as address:
        assert two.refusal(two.client, address) == "not-pinned"
    peer = side(tmp_path / "peer", Side.CLIENT)
    pin(two.client, peer)
    with shown_by(peer.folder / "own.pem") as address:
        assert two.refusal(two.client, address) == "not-pinned"
    # The service's own commands believe itself alone, and none of those that are pinned.
    pin(two.service, other)
    with shown_by(other.folder / "own.pem") as address:
        assert two.refusal(two.service, address) == "not-pinned"
    old = side(tmp_path / "old", Side.SERVICE, PAST)
    pin(two.client, old)
    with pytest.raises(KeyUnavailable) as refused:
        NetworkDoor(Network("127.0.0.1", 0), old)
    assert refused.value.code == "key_unavailable.expired"
    with shown_by(old.folder / "own.pem") as address:
        assert two.refusal(two.client, address) == "expired"


def test_what_is_no_tls_or_an_older_one_gets_no_further_and_what_is_not_there_is_told(two: Two):
    """Plain text, TLS 1.2, silence, a host nobody knows, a port nobody listens on, a service without TLS."""
    with two.open() as address:
        for raw in (b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\x02[]", b"\xff" * 600):
            with socket.create_connection(address) as rude:
                rude.sendall(raw)
                while rude.recv(1 << 10):
                    pass
        older = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        older.check_hostname, older.verify_mode = False, ssl.CERT_NONE
        older.maximum_version = ssl.TLSVersion.TLSv1_2
        with socket.create_connection(address) as bare, pytest.raises(ssl.SSLError):
            older.wrap_socket(bare)
        with socket.create_connection(address) as silent:
            assert silent.recv(1) == b""
    assert two.said == [*["no TLS 1.3 spoken"] * 4, "handshake not finished in time"]
    assert two.refusal(two.client, Network("127.0.0.1", free_port())) == "unreached"
    # A zone that this machine does not have: the resolver says so without asking anybody.
    assert two.refusal(two.client, Network("::1%nowhere", 1)) == "name"
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def greet() -> None:
            with plain.accept()[0] as line:
                line.sendall(b"220 hello, who is there?\r\n" * 9)
                while line.recv(1 << 10):
                    pass

        speaking = threading.Thread(target=greet)
        speaking.start()
        assert two.refusal(two.client, Network(*plain.getsockname())) == "no-tls"
        speaking.join()


def test_a_pair_is_renewed_with_two_pins_side_by_side_and_an_unpinned_certificate_ends_what_was_open(two: Two):
    """Made, pinned beside the old, switched, the old taken away: nobody is shut out for a moment."""
    before = certificates.own(two.service.folder)
    certificates.make_pair(two.service.folder, Side.SERVICE, CELL, NOW, 8, certificates.COMING)
    with pytest.raises(Conflict):
        certificates.make_pair(two.service.folder, Side.SERVICE, CELL, NOW, 8, certificates.COMING)
    coming = certificates.pin(
        two.client.folder,
        (two.service.folder / "coming.crt").read_bytes(),
        certificates.coming(two.service.folder).spelled,
    )
    assert [one.fingerprint for one in certificates.pinned(two.client.folder)] == sorted(
        [before.fingerprint, coming.fingerprint]
    )
    with two.open() as address:
        old = tls.dial(address, two.client, 60)
        assert certificates.switch(two.service.folder).fingerprint == coming.fingerprint
        assert certificates.own(two.service.folder).pem == (two.service.folder / "own.crt").read_text()
        with pytest.raises(Conflict):
            certificates.switch(two.service.folder)
        new = tls.dial(address, two.client, 60)
        assert (old.fingerprint, new.fingerprint) == (before.fingerprint, coming.fingerprint)
        certificates.unpin(two.client.folder, before.spelled)
        assert not old.holds()
        assert new.holds()
        with pytest.raises(Conflict):
            certificates.unpin(two.client.folder, before.spelled)
        for line in (old, new):
            line.connection.close()
    assert not tls.Secured(new.connection, two.client, new.fingerprint, PAST, serving=False).holds()


def test_a_certificate_is_pinned_only_under_the_fingerprint_that_was_told_and_never_one_s_own(two: Two, tmp_path: Path):
    """Another fingerprint, another file, one's own: refused, and nothing lies among the pins."""
    folder, data = tmp_path / "mine", (two.service.folder / "own.crt").read_bytes()
    mine = side(folder, Side.CLIENT)
    for file, told in ((data, "AB" * 32), (b"no certificate", "AB" * 32), (data, "7"), (data, "")):
        with pytest.raises(Invalid):
            certificates.pin(folder, file, told)
    own = certificates.own(folder)
    with pytest.raises(Conflict):
        certificates.pin(folder, (folder / "own.crt").read_bytes(), own.spelled)
    assert certificates.pinned(folder) == []
    with pytest.raises(Conflict):
        certificates.make_pair(folder, Side.CLIENT, CELL, NOW)
    assert pin(mine, two.service).fingerprint == certificates.digits(
        f"SHA256 {certificates.own(two.service.folder).spelled}"
    )
    assert stat.S_IMODE((folder / "own.pem").stat().st_mode) == 0o600
    assert b"PRIVATE" not in (folder / "own.crt").read_bytes()


def test_a_spoilt_pair_or_pin_is_told_as_that_by_either_side(two: Two):
    """Cut files, a key that is not the certificate's: a sentence, never a trace, and nobody is let in by mistake."""
    own, pins = two.client.folder / "own.pem", list((two.client.folder / "pins").iterdir())
    whole, pinned = own.read_bytes(), pins[0].read_bytes()
    with two.open() as address:
        for spoilt in (b"cut", whole[-700:], whole[:-9], whole.replace(b"PRIVATE", b"PUBLIC")):
            own.write_bytes(spoilt)
            assert two.refusal(two.client, address) == "spoilt"
        own.write_bytes(whole)
        pins[0].write_bytes(b"cut")
        assert two.refusal(two.client, address) == "spoilt"
        pins[0].write_bytes(pinned)
        (two.service.folder / "own.pem").write_bytes(b"cut")
        assert two.refusal(two.client, address) == "broken-off"
    assert two.said == ["key_unavailable.spoilt"]


def test_the_doctor_says_which_certificate_ends_soon_has_ended_or_is_missing(two: Two, tmp_path: Path):
    """Thirty days before the end it holds no more for the doctor; a client without a pin believes nobody."""
    assert [holds for _, holds, _ in examined(two.service, NOW - timedelta(days=60))] == [True, True, True]
    soon = {name: said for name, holds, said in examined(two.client, NOW) if not holds}
    assert "which is soon" in soon["key service: own certificate"]
    gone = {name: said for name, holds, said in examined(two.client, NOW + timedelta(days=9)) if not holds}
    assert all("has expired" in said for said in gone.values())
    assert len(gone) == 2
    alone = side(tmp_path / "alone", Side.CLIENT, NOW, 90)
    (alone.folder / "own.pem").chmod(0o644)
    assert [holds for _, holds, _ in examined(alone, NOW)] == [True, False, False]
    first = side(tmp_path / "first", Side.SERVICE, NOW, 90)
    assert all(holds for _, holds, _ in examined(first, NOW))


def test_a_message_comes_and_goes_whole_within_its_time_however_slowly_the_other_side_is():
    """A byte now and then does not keep a connection for ever, nor does somebody who never reads."""
    one, other = socket.socketpair()
    with one, other:
        dripping = threading.Event()

        def drip() -> None:
            one.sendall((1000).to_bytes(4, "big"))
            while not dripping.wait(0.05):
                one.sendall(b" ")

        thread = threading.Thread(target=drip)
        thread.start()
        with pytest.raises(TimeoutError):
            wire.receive(other, 0.4)
        dripping.set()
        thread.join()
        with pytest.raises(TimeoutError):
            wire.send(one, ["x" * (wire.MOST - 100)], 0.4)
    one, other = socket.socketpair()
    with one, other:
        wire.send(one, ["a", {"b": 1}], 9)
        assert wire.receive(other, 9) == ["a", {"b": 1}]
        one.close()
        with pytest.raises(wire.Ended):
            wire.receive(other, 9)


def test_a_line_that_breaks_in_the_middle_of_an_answer_is_told_as_that_and_nothing_is_asked_again(two: Two):
    """Whoever asked learns that it is not known whether the service acted."""
    secret = wire.new_secret(wire.Role.DESK)
    door = NetworkDoor(Network("127.0.0.1", 0), two.service)
    asked = []

    def serve() -> None:
        line = door.admitted(door.listening.accept()[0], 60).connection
        with line:
            mine = wire.nonce()
            wire.send(line, {"nonce": mine.hex()}, 60)
            theirs = bytes.fromhex(wire.receive(line, 60)["nonce"])
            proof = wire.proof(wire.read_secret(secret)[1], "service", "desk", mine, theirs)
            wire.send(line, {"proof": proof.hex()}, 60)
            asked.append(wire.receive(line, 60))
            line.sendall((100).to_bytes(4, "big") + b'["ok",')

    thread = threading.Thread(target=serve)
    thread.start()
    client = Client(Network(*door.listening.getsockname()), secret, two.client)
    with pytest.raises(KeyUnavailable) as refused:
        client.ask("counts")
    assert "whether it acted is not known" in refused.value.sentence
    thread.join()
    assert asked == [["counts", {}]]
    door.close()
    with pytest.raises(KeyUnavailable) as refused:
        client.ask("counts")
    assert refused.value.code == "key_unavailable.unreached"


@pytest.mark.parametrize("text", ["", "host", "host:", ":7443", "host:0", "host:65536", "host:x", "a@host:1", "h:1/x"])
def test_where_to_listen_is_a_host_and_a_port(text: str):
    """Anything else is refused with the form that is wanted."""
    with pytest.raises(Invalid, match="HOST:PORT"):
        listened(text)


def test_only_loopback_counts_as_this_machine():
    """A name or a number of another machine is one, whatever it resolves to."""
    assert listened("[::1]:7443") == Network("::1", 7443)
    here = [address_of(text) for text in ("/run/s", "tls://localhost:1", "tls://127.0.0.9:1", "tls://[::1]:1")]
    assert all(map(is_of_this_machine, here))
    assert not any(map(is_of_this_machine, [Network("192.0.2.7", 1), Network("keys.example", 1)]))


@contextmanager
def careless(address: Network, papers: Papers, shown: Papers | None) -> Iterator[ssl.SSLSocket]:
    """A client that shows what it likes, and looks at nothing of its own first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if shown is not None:
        context.load_cert_chain(shown.folder / "own.pem")
    with socket.create_connection(address) as bare, context.wrap_socket(bare) as line:
        yield line


@contextmanager
def shown_by(pair: Path) -> Iterator[Network]:
    """A service that shows a certificate whatever it is worth."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            bare, _ = listening.accept()
            with bare, pytest.raises((ssl.SSLError, OSError)):
                context.wrap_socket(bare, server_side=True).recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        yield Network(*listening.getsockname())
        thread.join()
