"""Witnesses that lie, dawdle, drown or forge: nothing of theirs is kept, nobody waits, and the log goes on."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections

from aboveboard.apps.ledger import elsewhere, publishing, rounds, witnesses
from aboveboard.apps.ledger.asking import Said
from aboveboard.apps.ledger.confirmed import WITNESSED, published_file
from aboveboard.apps.ledger.publishing import RolledBack
from aboveboard.apps.ledger.rounds import Asker, known_witnesses
from aboveboard.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from aboveboard.core.tlog.cosignature import Cosigner
from aboveboard.core.tlog.note import NoteSigner
from aboveboard.core.tlog.witness import SIZE_TYPE, AddCheckpoint
from tests.integration.test_ask_witnesses import give_time, one_round, published, sequence, vkey, witnessed
from tests.integration.test_ledger import commit, entry
from tests.support.cell import Cell
from tests.support.witness_servers import Answering, own_witness, policy_file, reply, served, with_witnesses

LIAR = Cosigner("liar.example/witness", bytes([9]) * 32)
STRANGER = Cosigner("stranger.example/witness", bytes([8]) * 32)
FORGER = Cosigner("liar.example/witness", bytes([7]) * 32)


def cosigned(by: Cosigner, body: bytes, at: datetime | None = None) -> bytes:
    """The line of a witness on the checkpoint in a request."""
    text = AddCheckpoint.parse(body).note.split("\n\n")[0] + "\n"
    return by.cosign(text, at or datetime.now(UTC)).encode().encode()


def under_another_name(body: bytes) -> bytes:
    """A line with the liar's name and key id, and a signature that is not its own."""
    line = cosigned(FORGER, body).decode()
    from aboveboard.core.tlog.note import Signature

    forged = Signature.parse(line.rstrip("\n"))
    return Signature(LIAR.key.name, LIAR.key.key_id, forged.signature).encode().encode()


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, and never enough, until the other side hangs up."""
    handler.send_response(200)
    handler.end_headers()
    handler.connection.settimeout(30)
    try:
        while True:
            handler.wfile.write(b" ")
            handler.connection.settimeout(0.2)
            try:
                if handler.connection.recv(1) == b"":
                    return
            except TimeoutError:
                pass
    except OSError:
        return


def drown(handler: BaseHTTPRequestHandler) -> None:
    """Send without end."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"\xe2\x80\x94 liar " * 4096)
    except OSError:
        return


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Say nothing at all."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


HOSTILE: dict[str, tuple[Answering, set[Said]]] = {
    "garbage": (lambda h, _: reply(h, 200, bytes(range(256)) * 4), {Said.UNHELPFUL}),
    "no HTTP": (lambda h, _: h.wfile.write(b"\x16\x03\x01 what?\r\n\r\n") and None, {Said.BROKEN}),
    "an empty answer": (lambda h, _: reply(h, 200, b""), {Said.UNHELPFUL}),
    "a key nobody named": (lambda h, body: reply(h, 200, cosigned(STRANGER, body)), {Said.WRONG}),
    "the right name, another key": (lambda h, body: reply(h, 200, cosigned(FORGER, body)), {Said.WRONG}),
    "a forged line": (lambda h, body: reply(h, 200, under_another_name(body)), {Said.WRONG}),
    "a time next year": (
        lambda h, body: reply(h, 200, cosigned(LIAR, body, datetime.now(UTC) + timedelta(days=365))),
        {Said.CLOCK},
    ),
    "a time long ago": (
        lambda h, body: reply(h, 200, cosigned(LIAR, body, datetime.now(UTC) - timedelta(days=1))),
        {Said.CLOCK},
    ),
    "one size after another": (
        lambda h, body: reply(h, 409, b"%d\n" % (AddCheckpoint.parse(body).old_size + 1), SIZE_TYPE),
        {Said.RESTLESS},
    ),
    "more than there is": (lambda h, _: reply(h, 409, b"9223372036854775807\n", SIZE_TYPE), {Said.AHEAD}),
    "a size that is none": (lambda h, _: reply(h, 409, b"-1\n", SIZE_TYPE), {Said.UNHELPFUL}),
    "a bare contradiction": (lambda h, _: reply(h, 422, b"no\n"), {Said.BESIDE}),
    "the earlier contradiction": (lambda h, _: reply(h, 409, b"no\n"), {Said.BESIDE}),
    "a redirection": (lambda h, _: reply(h, 302, b""), {Said.UNHELPFUL}),
    "a server's own trouble": (lambda h, _: reply(h, 500, b""), {Said.UNHELPFUL}),
    "an endless body": (lambda h, _: drown(h), {Said.TOO_LONG, Said.LATE}),
    "a byte now and then": (lambda h, _: drip(h), {Said.LATE}),
    "silence": (lambda h, _: hang_up(h), {Said.BROKEN, Said.UNREACHED}),
}


SLOW = {"a byte now and then"}


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy this machine is, who answers has not been late."""
    give_time(monkeypatch)


def name_liar(url: str, settings: Any, tmp_path: Path) -> None:
    """The operator has named the liar as the only witness, and the log says so."""
    path = policy_file(tmp_path / "policy", [f"witness liar {LIAR.vkey} {url}"])
    settings.OPTIONS = with_witnesses(settings.OPTIONS, path)
    sequence()


def asked_until_answered() -> str:
    """Ask a round and wait until the liar's answer, or its deadline, is there; how that ended."""
    found = one_round()
    assert not found.quorum
    (said,) = found.asked.values()
    return said


@pytest.mark.parametrize("lie", HOSTILE)
def test_whatever_it_answers_nothing_of_it_is_kept_and_the_log_goes_on(
    cell: Cell, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lie: str
):
    """The checkpoint stands as the log signed it, the witnessed one does not move, and a look is committed."""
    answering, expected = HOSTILE[lie]

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        if handler.command == "POST":
            answering(handler, body)
        else:
            reply(handler, 404, b"")

    with served(answer) as url:
        name_liar(url, settings, tmp_path)
        before = published()
        if lie in SLOW:
            give_time(monkeypatch, 0.5)
        assert asked_until_answered() in expected
        assert published() == before
        assert not published_file(WITNESSED).exists()
        assert not elsewhere.elsewhere_path().exists()
        assert known_witnesses()[url].failures == 1
        commit(entry(b"p" * 16))
        sequence()


def shown(make: Callable[[Checkpoint], bytes]) -> Answering:
    """A witness that contradicts, and shows what *make* makes of the log's newest checkpoint."""

    def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        if handler.command == "POST":
            reply(handler, 409, b"9000\n", SIZE_TYPE)
        else:
            made = make(Checkpoint.parse(published().text))
            connections.close_all()  # making it may have asked the database, and this thread ends without a word
            reply(handler, 200, made)

    return answer


def by_another_key(last: Checkpoint) -> bytes:
    """A larger checkpoint that somebody else has signed under the log's name."""
    other = NoteSigner(last.origin, bytes([6]) * 32)
    return sign_checkpoint(Checkpoint(last.origin, 9000, bytes(32)), other).encode().encode()


def of_another_log(last: Checkpoint) -> bytes:
    """A larger checkpoint of a log with another name, signed with this log's key material."""
    signer = publishing.log_signer(f"{last.origin}/elsewhere")
    return sign_checkpoint(Checkpoint(f"{last.origin}/elsewhere", 9000, bytes(32)), signer).encode().encode()


def as_it_is(_last: Checkpoint) -> bytes:
    """What the log has published itself."""
    return published().encode().encode()


@pytest.mark.parametrize("make", [by_another_key, of_another_log, as_it_is, lambda _: b"\xff" * 100, lambda _: b""])
def test_evidence_that_the_logs_key_has_not_signed_stops_nothing(
    cell: Cell, settings: Any, tmp_path: Path, make: Callable[[Checkpoint], bytes]
):
    """A witness that could stop a log with a lie would be a switch in a stranger's hand."""
    with served(shown(make)) as url:
        name_liar(url, settings, tmp_path)
        assert asked_until_answered() == Said.AHEAD
        assert not elsewhere.elsewhere_path().exists()
        sequence()


@pytest.mark.parametrize("size", [3, 9000])
def test_a_checkpoint_that_the_logs_own_key_has_signed_elsewhere_stops_it(
    cell: Cell, settings: Any, tmp_path: Path, size: int
):
    """It may be smaller, or larger, than what is here: our tree does not lead to it, so there are two histories."""

    def elsewhere_signed(last: Checkpoint) -> bytes:
        signer = publishing.log_signer(last.origin)
        return sign_checkpoint(Checkpoint(last.origin, size, bytes(32)), signer).encode().encode()

    told = [as_it_is]

    def one_of_them(last: Checkpoint) -> bytes:
        return told[-1](last)

    with served(shown(one_of_them)) as url:
        name_liar(url, settings, tmp_path)
        told.append(elsewhere_signed)
        with pytest.raises(RolledBack, match=f"a checkpoint of {size} entries"):
            asked_until_answered()
        head = elsewhere.elsewhere_path().read_bytes()
        assert f"\n{size}\n".encode() in head
        for _ in range(2):
            with pytest.raises(RolledBack, match="declare the gap"):
                sequence()


def test_a_slow_witness_does_not_hold_up_the_others(cell: Cell, settings: Any, tmp_path: Path):
    """Its place in the round is empty; what the others signed is published all the same."""
    go_on = Event()

    def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        if handler.command == "POST":
            go_on.wait()
        reply(handler, 404, b"")

    with own_witness(tmp_path / "council", "council", vkey()) as council, served(answer) as url:
        lines = [*council.lines(), f"witness liar {LIAR.vkey} {url}"]
        settings.OPTIONS = with_witnesses(settings.OPTIONS, policy_file(tmp_path / "policy", lines, needed="any"))
        sequence()
        with rounds.asking(), Asker(witnesses.planned()) as asker:
            while not ((found := asker.round()) and found.quorum):
                assert found is not None
                assert url not in found.asked
            assert set(found.cosigned) == {"council"}
            go_on.set()


def test_a_late_cosignature_counts_for_the_checkpoint_it_was_asked_for(
    cell: Cell, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A witness slower than the log grows still gets the witnessed checkpoint forward."""
    go_on = Event()

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        if handler.command == "POST":
            go_on.wait()
            reply(handler, 200, cosigned(LIAR, body))
        else:
            reply(handler, 404, b"")

    monkeypatch.setattr(rounds, "ROUND_S", 0.01)
    with served(answer) as url, rounds.asking():
        name_liar(url, settings, tmp_path)
        asked_at = publishing.stored_head()[0]
        with Asker(witnesses.planned()) as asker:
            asker.round()
            commit(entry(b"p" * 16))
            sequence()
            go_on.set()
            assert asker.round(patient=True) is not None
        assert witnessed().size == asked_at
        assert Checkpoint.parse(published().text).size > asked_at
        assert len(published().signatures) == 1


def test_pauses_grow_while_a_witness_is_away(settings: Any):
    """It is asked again after one second, two, four, at last every five minutes."""
    pauses = [rounds.Known(failures=failures).pause() for failures in range(12)]
    assert pauses[:4] == [0.0, 1.0, 2.0, 4.0]
    assert pauses[-1] == rounds.LONGEST_PAUSE_S
    assert pauses == sorted(pauses)


@pytest.mark.parametrize("text", [b"", b"[]", b'{"http://a": 3}', b'{"http://a": {"unknown": 1}}', b"\xff"])
def test_a_damaged_hint_is_no_hint(cell: Cell, text: bytes):
    """What is remembered of witnesses only saves a question."""
    (django_settings.OPTIONS.home / rounds.STATE).write_bytes(text)
    assert known_witnesses() == {}
