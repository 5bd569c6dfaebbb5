"""The witness protocol as it is written: every refusal has its status, and a log understands each answer."""

import pytest

from aboveboard.core.errors import Invalid
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.note import NoteSigner, sign_note
from aboveboard.core.tlog.text import encode_base64
from aboveboard.core.tlog.witness import (
    MAX_REQUEST_SIZE,
    AddCheckpoint,
    Asked,
    Contradicted,
    Cosigned,
    OtherSize,
    Refused,
    Status,
    Unhelpful,
    monitoring_path,
    read_answer,
    read_request,
    weigh,
)
from tests.support.tlog import LOG, ORIGIN, SEEN, WORKS_COUNCIL, every_flipped_bit
from tests.support.witnesses import KNOWS_THE_LOG, History

HONEST = History()
OTHER = HONEST.fork(30)


def status_of(request: AddCheckpoint, known: Checkpoint | None) -> Status:
    """What a witness that has cosigned *known* answers."""
    asked = read_request(request.encode(), KNOWS_THE_LOG)
    if isinstance(asked, Refused):
        return asked.status
    refused = weigh(asked, known)
    return Status.COSIGNED if refused is None else refused.status


def checkpoint(history: History, size: int) -> Checkpoint:
    """The checkpoint over the first *size* leaves of *history*."""
    return Checkpoint.parse(history.note(size).text)


def test_a_request_reads_back_as_what_was_sent():
    """One form, read and written; the layout is that of the specification's example."""
    request = HONEST.request(20, 33)
    assert AddCheckpoint.parse(request.encode()) == request
    first, *rest = request.encode().decode().split("\n")
    assert first == "old 20"
    assert rest[: len(request.proof) + 1] == [*map(encode_base64, request.proof), ""]
    assert rest[len(request.proof) + 1] == ORIGIN


@pytest.mark.parametrize(
    ("old", "new", "known", "status"),
    [
        (0, 0, None, Status.COSIGNED),
        (0, 5, None, Status.COSIGNED),
        (0, 5, 0, Status.COSIGNED),
        (5, 9, 5, Status.COSIGNED),
        (9, 9, 9, Status.COSIGNED),
        (0, 9, 5, Status.OTHER_SIZE),
        (5, 9, None, Status.OTHER_SIZE),
        (9, 33, 5, Status.OTHER_SIZE),
        (9, 5, 9, Status.MALFORMED),
    ],
)
def test_a_log_that_only_grows_is_cosigned_from_the_size_that_is_known(old, new, known, status):
    """The old size has to be the latest one cosigned, and never larger than the new one."""
    latest = None if known is None else checkpoint(HONEST, known)
    assert status_of(HONEST.request(old, new), latest) is status


@pytest.mark.parametrize(("old", "new"), [(40, 50), (40, 40), (40, 41)])
def test_another_history_of_the_log_is_not_cosigned(old, new):
    """The witness saw one history; the other one has no proof, also where both are of one size."""
    assert status_of(OTHER.request(old, new), checkpoint(HONEST, old)) is Status.NOT_CONSISTENT


def test_a_smaller_log_is_told_what_was_seen():
    """A log that was set back learns the size that it had signed before."""
    asked = read_request(HONEST.request(10, 20).encode(), KNOWS_THE_LOG)
    assert isinstance(asked, Asked)
    assert weigh(asked, checkpoint(HONEST, 33)) == Refused(Status.OTHER_SIZE, "33\n")


def test_a_proof_where_none_belongs_is_refused():
    """From size 0 and between equal sizes there is nothing to prove, so a hash there is wrong."""
    for old in (0, 9):
        request = AddCheckpoint(old, (bytes(32),), HONEST.note(9).encode())
        known = checkpoint(HONEST, 9) if old else None
        assert status_of(request, known) is Status.NOT_CONSISTENT


def test_an_empty_log_has_one_root():
    """A checkpoint of size 0 with another root is well formed, and wrong."""
    text = f"{ORIGIN}\n0\n{encode_base64(bytes(32))}\n"
    assert status_of(AddCheckpoint(0, (), sign_note(text, LOG).encode()), None) is Status.NOT_CONSISTENT


def test_an_unknown_log_is_not_found():
    """The witness says that it does not know the log, whoever signed."""
    other = NoteSigner("other.example/log", bytes(32))
    text = Checkpoint("other.example/log", 0, checkpoint(HONEST, 0).root).encode()
    assert status_of(AddCheckpoint(0, (), sign_note(text, other).encode()), None) is Status.UNKNOWN_LOG


def test_a_checkpoint_that_the_log_has_not_signed_is_forbidden():
    """A stranger's signature counts for nothing, and a wrong one of a trusted key refuses the whole note."""
    text = HONEST.note(9).text
    stranger = NoteSigner(ORIGIN, bytes([9]) * 32)
    assert status_of(AddCheckpoint(0, (), sign_note(text, stranger).encode()), None) is Status.NOT_SIGNED
    wrong = sign_note(HONEST.note(8).text, LOG).signatures
    mixed = sign_note(text, stranger).with_signatures(*wrong)
    assert status_of(AddCheckpoint(0, (), mixed.encode()), None) is Status.NOT_SIGNED


def test_signatures_of_strangers_are_left_out_of_what_is_kept():
    """A witness cosigns the log's checkpoint, not what others wrote below it."""
    note = HONEST.note(9).with_signatures(WORKS_COUNCIL.cosign(HONEST.note(9).text, SEEN))
    asked = read_request(AddCheckpoint(0, (), note.encode()).encode(), KNOWS_THE_LOG)
    assert isinstance(asked, Asked)
    assert asked.note == HONEST.note(9)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 5\n",
        b"old 5\n\n",
        b"old 05\n\n" + HONEST.note(9).encode().encode(),
        b"old -1\n\n" + HONEST.note(9).encode().encode(),
        b"new 5\n\n" + HONEST.note(9).encode().encode(),
        b"old 5\nshort\n\n" + HONEST.note(9).encode().encode(),
        b"old 5\n" + b"A" * 43 + b"=\n" * 64 + b"\n" + HONEST.note(9).encode().encode(),
        b"old 0\n" + (encode_base64(bytes(32)) + "\n").encode() * 64 + b"\n" + HONEST.note(9).encode().encode(),
        b"old 0\n\nno note\n",
        b"\xff" * 50,
        b"old 0\n\n" + b"x" * MAX_REQUEST_SIZE,
    ],
)
def test_what_is_no_request_is_malformed(body):
    """Nothing that is not of the form is looked at further."""
    refused = read_request(body, KNOWS_THE_LOG)
    assert isinstance(refused, Refused)
    assert refused.status is Status.MALFORMED


def test_extension_lines_are_not_cosigned():
    """Lines that nobody can audit are no part of a checkpoint here."""
    note = sign_note(HONEST.note(9).text + "more\n", LOG)
    assert status_of(AddCheckpoint(0, (), note.encode()), None) is Status.MALFORMED


def test_one_flipped_bit_in_a_request_is_never_cosigned():
    """Whatever is changed on the way, the witness does not sign it as if it were the log's."""
    request = HONEST.request(6, 9)
    known, real = checkpoint(HONEST, 6), checkpoint(HONEST, 9)
    for flipped in every_flipped_bit(request.encode()):
        asked = read_request(flipped, KNOWS_THE_LOG)
        if isinstance(asked, Asked) and weigh(asked, known) is None:
            assert asked.checkpoint == real


def test_a_log_never_sends_more_hashes_than_a_witness_takes():
    """The limit of 63 holds on both sides."""
    with pytest.raises(Invalid):
        AddCheckpoint(1, (bytes(32),) * 64, HONEST.note(9).encode()).encode()


LINES = "".join(line.encode() for line in [WORKS_COUNCIL.cosign(HONEST.note(9).text, SEEN)]).encode()


@pytest.mark.parametrize(
    ("status", "kind", "body", "means"),
    [
        (409, "text/x.tlog.size", b"12\n", OtherSize(12)),
        (409, "text/x.tlog.size; charset=utf-8", b"0\n", OtherSize(0)),
        (409, "text/x.tlog.size", b"5\n", Contradicted()),
        (409, "text/plain", b"root mismatch\n", Contradicted()),
        (422, "text/plain", b"bad proof\n", Contradicted()),
        (409, "text/x.tlog.size", b"012\n", Unhelpful(409)),
        (409, "text/x.tlog.size", b"12", Unhelpful(409)),
        (409, "text/x.tlog.size", b"12\n13\n", Unhelpful(409)),
        (409, "text/x.tlog.size", b"\xff\n", Unhelpful(409)),
        (200, "text/plain", b"", Unhelpful(200)),
        (200, "text/plain", b"<html>\n", Unhelpful(200)),
        (301, "text/plain", LINES, Unhelpful(301)),
        (404, "text/plain", b"", Unhelpful(404)),
        (500, "text/plain", LINES, Unhelpful(500)),
    ],
)
def test_a_log_understands_every_answer(status, kind, body, means):
    """The size of a 409 is taken, 422 and the older 409 mean the same, and anything else says nothing."""
    assert read_answer(5, status, kind, body) == means


def test_cosignatures_are_read_line_by_line():
    """The lines of a 200 are taken as they are; whether they hold is another question."""
    answer = read_answer(5, 200, "text/plain", LINES * 2)
    assert isinstance(answer, Cosigned)
    assert [line.name for line in answer.lines] == [WORKS_COUNCIL.key.name] * 2


def test_the_place_of_the_latest_checkpoint_is_named_by_the_logs_hash():
    """The address is the one that other witnesses have, as sha256sum prints it."""
    assert monitoring_path("example.com/log") == (
        "4d3203c8f35cdf600e475f55fede6081a703d3d322f208865fca2ec4f0e030f8/checkpoint"
    )
